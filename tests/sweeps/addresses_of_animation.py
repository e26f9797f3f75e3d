"""Addresses of Today, of the welcome desk, of the editorial calendar, of surveys and announcements; and of beta tests,
which stand above them."""

from __future__ import annotations

from tests.sweeps.address import Address, act
from tests.sweeps.addresses_of_trials import TRIALS
from tests.sweeps.audiences import (
    ALL_MEMBERS,
    BY_POST_ONLY,
    BY_POST_ONLY_FOR_ALL,
    EVERYBODY,
    HIDES,
    MANAGERS,
    OTHER,
    Audience,
    only,
)

ON_TODAY = only("ambassador", "moderator", "manager", "marketing", "owner")
RECEIVE = only("ambassador", "moderator", "manager", "owner")
ASSIGN = only("moderator", "manager", "owner")
# A newcomer in nobody’s care: on the list of all who receive newcomers, and of no ambassador.
ARRIVED = {"source": "=greetings", "key": "arrived.pk"}
CONFLICT = OTHER[409]
ON_THEIR_LIST = ASSIGN | dict.fromkeys(("ambassador", "marketing"), CONFLICT)


def about_matter(who: Audience, **data: str) -> Address:
    """Elsewhere it is on nobody’s list: said as of one that has gone."""
    return Address(BY_POST_ONLY, ARRIVED, post=who, data=data, foreign=CONFLICT)


# The member is in the care of the ambassador.
RECEIVED = {"pk": "here.member.pk"}

STAFF = only("moderator", "manager", "marketing", "owner")
# The ambassador is to write it.
PLANNED = {"pk": "planned.pk"}
RITUAL = {"pk": "ritual.pk"}
# One that has just ended may still be on somebody’s page.
ANNOUNCED, ANNOUNCED_OVER = {"pk": "announced.pk"}, {"pk": "announced_over.pk"}
AUTOMATION = {"pk": "automation.pk"}
SEE_IT = only("ambassador", "moderator", "manager", "marketing", "owner")
WRITE_IT = only("ambassador", "manager", "owner")

RUN = only("manager", "marketing", "owner")
# Chance has chosen the member.
SURVEY, DRAFT = {"pk": "survey.pk"}, {"pk": "survey_draft.pk"}
WHO_IS_ASKED = only("member", others=HIDES)

ANIMATION = {
    "manage/calendar/": Address(STAFF),
    "manage/calendar/new/": Address(STAFF, post=STAFF, data={"title": "Knots", "kind": "topic"}),
    "manage/calendar/feed/": Address(STAFF, post=STAFF),
    "manage/calendar/<str:token>.ics": Address(EVERYBODY, {"token": "calendar_token"}),
    "manage/calendar/rituals/": Address(MANAGERS),
    "manage/calendar/rituals/new/": Address(MANAGERS, post=MANAGERS),
    "manage/calendar/rituals/<int:pk>/edit/": Address(MANAGERS, RITUAL, post=MANAGERS),
    "manage/calendar/rituals/<int:pk>/pause/": act(MANAGERS, **RITUAL),
    "manage/calendar/rituals/<int:pk>/resume/": act(MANAGERS, **RITUAL),
    "manage/calendar/rituals/<int:pk>/end/": act(MANAGERS, **RITUAL),
    "manage/calendar/<int:pk>/": Address(SEE_IT, PLANNED),
    "manage/calendar/<int:pk>/edit/": Address(MANAGERS, PLANNED, post=MANAGERS),
    "manage/calendar/<int:pk>/move/": act(MANAGERS, {"version": "1"}, **PLANNED),
    "manage/calendar/<int:pk>/step/": act(WRITE_IT, {"step": "review"}, **PLANNED),
    "manage/calendar/<int:pk>/write/": act(WRITE_IT, **PLANNED),
    "manage/calendar/<int:pk>/schedule/": act(MANAGERS, **PLANNED),
    "manage/calendar/<int:pk>/delete/": act(MANAGERS, **PLANNED),
    "manage/automations/": Address(MANAGERS),
    "manage/automations/new/": Address(MANAGERS, post=MANAGERS),
    "manage/automations/stop/": act(MANAGERS),
    "manage/automations/resume/": act(MANAGERS),
    "manage/automations/log/": Address(MANAGERS),
    "manage/automations/log/<int:pk>/undo/": act(MANAGERS, pk="firing.pk"),
    "manage/automations/<int:pk>/edit/": Address(MANAGERS, AUTOMATION, post=MANAGERS),
    "manage/automations/<int:pk>/on/": act(MANAGERS, **AUTOMATION),
    "manage/automations/<int:pk>/off/": act(MANAGERS, **AUTOMATION),
    "manage/automations/<int:pk>/remove/": act(MANAGERS, **AUTOMATION),
    "me/notes/<int:pk>/": Address(only("member", others=HIDES), {"pk": "automatic_note.pk"}),
    "today/": Address(ON_TODAY),
    "today/order/": Address(
        MANAGERS, post=MANAGERS, data={"harm": "4", "people": "2", "age": "3", "effort": "2", "act": "keep"}
    ),
    "today/acts/<int:id>/undo/": act(
        ON_TODAY | dict.fromkeys(("ambassador", "moderator", "marketing", "owner"), CONFLICT),
        id="handling.pk",
    ),
    "today/<slug:source>/<int:key>/do/": about_matter(ON_THEIR_LIST),
    "today/<slug:source>/<int:key>/done/": about_matter(ON_THEIR_LIST),
    "today/<slug:source>/<int:key>/postpone/": about_matter(ON_THEIR_LIST, when="tomorrow"),
    "today/<slug:source>/<int:key>/give/": about_matter(ASSIGN | {"marketing": CONFLICT}),
    "manage/announcements/": Address(MANAGERS),
    "manage/announcements/new/": Address(MANAGERS, post=MANAGERS),
    "manage/announcements/<int:pk>/edit/": Address(MANAGERS, ANNOUNCED, post=MANAGERS),
    "manage/announcements/<int:pk>/end/": act(MANAGERS, **ANNOUNCED),
    "manage/announcements/<int:pk>/delete/": act(MANAGERS, **ANNOUNCED),
    "announcements/<int:pk>/close/": Address(BY_POST_ONLY_FOR_ALL, ANNOUNCED_OVER, post=EVERYBODY),
    "announcements/<int:pk>/go/": Address(EVERYBODY, ANNOUNCED_OVER),
    "manage/surveys/": Address(RUN),
    "manage/surveys/new/": Address(RUN, post=RUN),
    "manage/surveys/<int:pk>/": Address(RUN, SURVEY),
    "manage/surveys/<int:pk>/edit/": Address(RUN, DRAFT, post=RUN),
    "manage/surveys/<int:pk>/schedule/": act(RUN, {"version": "1"}, **DRAFT),
    "manage/surveys/<int:pk>/call-off/": act(RUN, **DRAFT),
    "manage/surveys/<int:pk>/delete/": Address(RUN, DRAFT, post=RUN),
    "manage/surveys/<int:pk>/words/<int:answer>/remove/": Address(
        RUN, SURVEY | {"answer": "survey_words.pk"}, post=RUN
    ),
    "manage/surveys/<int:pk>/close/": act(RUN, **SURVEY),
    "manage/surveys/<int:pk>/reopen/": act(RUN, **SURVEY),
    "surveys/<int:pk>/": Address(WHO_IS_ASKED, SURVEY, post=WHO_IS_ASKED),
    "surveys/<int:pk>/decline/": act(WHO_IS_ASKED, **SURVEY),
    "me/surveys/": Address(ALL_MEMBERS, post=ALL_MEMBERS),
    "manage/newcomers/": Address(RECEIVE),
    "manage/newcomers/greet/": Address(
        RECEIVE, post=RECEIVE, data={"words": "Hello {name}.", "people": "@arrived.pk"}
    ),
    "manage/newcomers/<int:pk>/greet/": Address(RECEIVE, RECEIVED, post=RECEIVE, data={"words": "Hello."}),
    "manage/newcomers/<int:pk>/introduce/": act(RECEIVE, **RECEIVED),
    "manage/newcomers/<int:pk>/assign/": act(ASSIGN, {"to": ""}, **RECEIVED),
    "manage/newcomers/<int:pk>/nudge/": Address(RECEIVE, RECEIVED, post=RECEIVE),
    # Those to whom somebody has written.
    "me/greeting/": Address(only("member", others=HIDES)),
} | TRIALS
