"""A rehearsal says whom it would have reached in thirty days, and changes nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.animation.automations import rehearsing
from communities.animation.automations.models import Automation, Firing, Origin
from communities.animation.automations.rehearsing import rehearse
from communities.animation.automations.services import AutomationWishes
from communities.animation.newcomers.services import look_after
from communities.animation.today.matters import sources
from communities.animation.today.services import give
from communities.content.models import Thread
from communities.models import Membership
from communities.notifications.models import Notification
from moderation.models import Case
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def imagined(here: Cast, trigger: str, act: str, **wishes: Any) -> Automation:
    automation = Automation(signed_by=here.manager)
    said = {"daily": 100, "person_days": 1, **wishes}
    AutomationWishes(trigger=trigger, act=act, **said).put_into(automation)
    return automation


def test_whom_it_would_have_reached(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        Membership.objects.update(joined_at=now - 90 * DAY)
        reached = make_membership(joined_at=now - 3 * DAY)
        make_membership(joined_at=now - 40 * DAY)
        make_membership(joined_at=now - 2 * DAY, came_by="import")
        banned = make_membership(joined_at=now - 5 * DAY, status="active")
        Membership.objects.filter(pk=banned.pk).update(suspended_until=now + DAY)
        wants_none = make_membership(joined_at=now - 4 * DAY, muted_mails=["automatic_note"])
        told = rehearse(imagined(here, "joined", "note"), here.community, by=here.manager)
        assert [(case.found.person, case.reason) for case in told.cases] == [
            (banned, "measure"),
            (wants_none, "unwanted"),
            (reached, ""),
        ]
        assert (told.times, told.people, told.left_out) == (1, 1, 2)
        assert sum(bar.times for bar in told.days) == 1
        assert len(told.days) == 30


def test_limits_hold_in_it_as_they_hold_when_it_runs(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        Membership.objects.update(joined_at=now - 90 * DAY)
        for minutes in (0, 5, 20, 30):
            make_membership(joined_at=now - 2 * DAY + datetime.timedelta(minutes=minutes))
        told = rehearse(imagined(here, "joined", "note", daily=2, pause=10), here.community, by=here.manager)
        assert [case.reason for case in told.cases] == ["", "pause", "", "daily"]


def test_it_says_what_came_without_it(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        rows = [make_thread(by=here.member, kind="question") for _n in range(3)]
        for thread in rows:
            Thread.objects.filter(pk=thread.pk).update(published_at=now - 5 * DAY)
        quick = make_reply(rows[0], by=here.moderator)
        late = make_reply(rows[1], by=here.moderator)
        for post, hours in ((quick, 1), (late, 9)):
            type(post).objects.filter(pk=post.pk).update(published_at=now - 5 * DAY + hours * HOUR)
        told = rehearse(
            imagined(here, "unanswered", "tell", trigger_values={"hours": 3}, to=here.moderator),
            here.community,
            by=here.manager,
        )
        assert [(case.found.thread, case.otherwise) for case in told.cases] == [
            (rows[1], "first answer after 9 hours"),
            (rows[2], "still no answer"),
        ]


@pytest.mark.parametrize(
    ("trigger", "act", "wishes"),
    [
        ("joined", "note", {}),
        ("joined", "level", {"act_values": {"level": "1"}}),
        ("first_text", "hold", {}),
        ("first_text", "pin", {}),
        ("unanswered", "assign", {"trigger_values": {"hours": 24}}),
        ("answer_accepted", "note", {}),
        ("inactive", "note", {"trigger_values": {"days": 7}}),
        ("tag_used", "tag", {"trigger_values": {"tag": "rope"}, "act_values": {"tag": "cord"}}),
        ("stage_opens", "tell", {}),
        ("case_decided", "tell", {}),
    ],
)
def test_it_only_reads(here: Cast, trigger: str, act: str, wishes: dict[str, Any]) -> None:
    with here.scope():
        make_thread(by=here.member, tags=["rope"])
        if act in ("assign", "tell"):
            wishes = {**wishes, "to": here.moderator}
        with CaptureQueriesContext(
            connection,
        ) as seen:
            rehearse(imagined(here, trigger, act, **wishes), here.community, by=here.manager)
        written = [one["sql"] for one in seen if not one["sql"].lstrip("( ").lower().startswith("select")]
        assert written == []
        assert not Firing.objects.exists()
        assert not Notification.objects.exists()
        assert not Case.objects.exists()


def test_it_costs_the_same_for_many(here: Cast, queries: Callable[..., Any]) -> None:
    with here.scope():
        for _n in range(12):
            make_membership(joined_at=timezone.now() - DAY)
        with queries(most=6):
            rehearse(imagined(here, "joined", "note"), here.community, by=here.manager)


def test_what_the_act_would_refuse_now_is_not_promised(here: Cast) -> None:
    now = timezone.now()
    with here.scope():
        Membership.objects.update(joined_at=now - 90 * DAY)
        new = make_membership(joined_at=now - 3 * DAY)
        make_membership(joined_at=now - 2 * DAY, trust_level=3)
        raised = imagined(here, "joined", "level", act_values={"level": "2"})
        told = rehearse(raised, here.community, by=here.manager)
        assert [(case.would_run, case.why) for case in told.cases] == [
            (True, ""),
            (False, "They have this level already, or a higher one."),
        ]
        look_after(new, here.ambassador, by=here.owner)
        told = rehearse(imagined(here, "joined", "care", to=here.ambassador), here.community, by=here.manager)
        assert [case.would_run for case in told.cases] == [False, True]
    page = here.sign_in(here.manager).post(
        here.url("/manage/automations/new/?when=joined&then=role"),
        {"daily": 5, "person_days": 30, "pause": 0, "if_0": "", "if_1": "", "do": "rehearse"},
    )
    assert "judged as things stand now" in page.content.decode()


def test_what_stands_on_the_list_of_whoever_signed_is_foreseen(
    here: Cast, queries: Callable[..., Any]
) -> None:
    now = timezone.now()
    with here.scope():
        rows = [make_thread(by=make_membership(), kind="question") for _n in range(4)]
        Thread.objects.filter(pk__in=[one.pk for one in rows]).update(published_at=now - 5 * DAY)
        own = imagined(here, "unanswered", "assign", trigger_values={"hours": 24}, to=here.manager)
        told = rehearse(own, here.community, by=here.manager)
        assert {case.why for case in told.cases} == {"It is already on the list of whoever signed this."}
        other = imagined(here, "unanswered", "assign", trigger_values={"hours": 24}, to=here.moderator)
        source = sources["unanswered"]
        give(source, str(rows[0].pk), by=here.owner, community=here.community, seen=0, to=here.moderator)
        with queries(most=7):
            told = rehearse(other, here.community, by=here.manager)
        assert sorted(case.why for case in told.cases) == ["", "", "", "Somebody sees to it already."]
        tell = imagined(here, "unanswered", "tell", trigger_values={"hours": 24}, to=here.moderator)
        with queries(most=9):
            assert rehearse(tell, here.community, by=here.manager).times == 4


def test_it_says_when_it_was_cut_and_counts_what_counts(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "MOST", 3)
    now = timezone.now()
    with here.scope():
        rows = [make_thread(by=here.member, kind="question") for _n in range(7)]
        for place, thread in enumerate(rows):
            at = now - 5 * DAY + place * HOUR
            Thread.objects.filter(pk=thread.pk).update(published_at=at)
            if place < 3:  # soon answered: these would have taken the places of the others
                quick = make_reply(thread, by=here.moderator)
                type(quick).objects.filter(pk=quick.pk).update(published_at=at + HOUR)
        wishes = {"trigger_values": {"hours": 24}, "to": here.moderator}
        told = rehearse(imagined(here, "unanswered", "tell", **wishes), here.community, by=here.manager)
        assert [case.found.thread for case in told.cases] == rows[3:6]
        assert told.is_cut
        Origin.objects.create(trigger="unanswered", subject=f"thread {rows[3].pk}")
        told = rehearse(imagined(here, "unanswered", "tell", **wishes), here.community, by=here.manager)
        assert (len(told.cases), told.is_cut) == (2, True)
