"""Which notices wait for a digest, a week at most: each of them is named, with the reason where it comes at once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.events.models import Event
from communities.events.notices import NoticeWithCode
from communities.events.tasks import look_after_events
from communities.models import Membership
from communities.notices import Notice, notices
from communities.notifications.digests import choose_rhythm, is_gathered
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from tests.communities.events.making import HOUR, come, make_calendar, make_event
from tests.conftest import Cast
from tests.mailing import delivered

CODE, TEAM = "it carries the code for the door", "somebody waits for the team"
AT_ONCE = {
    "article_submitted": TEAM,
    "box_takes_votes": "the vote may be over in days",
    "call_closing": "two days are left",
    "call_to_judge": "applicants wait for the jury",
    "challenge_closing": "two days are left",
    "challenge_vote": "the vote may be over in days",
    "event_registered": CODE,
    "event_reminder": CODE,
    "import_done": "it can be taken back for seven days",
    "join_requested": TEAM,
    "matter_given": TEAM,
    "newcomer_given": TEAM,
    "offer_ending": "a day is left",
    "place_freed": CODE,
    "stage_alarm": "the stage was to open tonight",
    "stage_due": "the stage opens tomorrow",
    "stage_ready": "those on the list wait for the team",
    "stage_stopped": "only the team can let it go on",
    "survey_asks": "a survey may be open for a day",
    "team_term_ends": "rights end with the term",
    "text_given": "it is to be written by a day",
    "thread_assigned": "it is to be answered by a day",
    "thread_due": "it is due today",
}
WAIT = {
    "ambassador_thanks",
    "ambassador_told",
    "answer_accepted",
    "article_approved",
    "article_published",
    "article_returned",
    "automatic_news",
    "automatic_note",
    "box_takes_ideas",
    "call_opened",
    "challenge_opened",
    "challenge_result",
    "co_author_answered",
    "co_author_asked",
    "co_author_taken_off",
    "customer_asked",
    "domain_checked",
    "event_report",
    "feedback_state",
    "greeting",
    "idea_merged",
    "idea_status",
    "import_undone",
    "introduced",
    "mentioned",
    "offer_opened",
    "photo_asked",
    "photos_added",
    "poll_closed",
    "poll_reopened",
    "posts_split",
    "question_asked_before",
    "question_for_you",
    "question_open",
    "reply_posted",
    "stage_opened",
    "survey_over",
    "team_letter",
    "text_ends",
    "thread_merged",
    "thread_moved",
    "thread_started",
    "trial_release",
    "trial_report",
    "wiki_set",
}


def ours() -> list[Notice]:
    """Those that nobody can mute come at once in any case; those of tests are no part of it."""
    return [one for one in notices if one.can_be_muted and not type(one).__module__.startswith("tests.")]


def test_each_notice_that_waits_is_named_and_no_other() -> None:
    assert {notice.name for notice in ours() if notice.can_wait} == WAIT
    assert {notice.name for notice in ours() if not notice.can_wait} == set(AT_ONCE)
    assert not any(notice.can_wait for notice in notices if isinstance(notice, NoticeWithCode))


@pytest.mark.parametrize(
    ("kind", "waits"), [("reply_posted", True), ("join_requested", False), ("gone", False)]
)
def test_one_that_cannot_wait_or_is_not_known_is_not_gathered(kind: str, waits: bool) -> None:
    line = Notification(kind=kind, membership=Membership(mail_rhythm="week"))
    assert is_gathered(line) is waits
    line.membership.mail_rhythm = ""
    assert not is_gathered(line)


def test_the_code_for_the_door_does_not_wait_for_monday(here: Cast) -> None:
    with here.scope():
        choose_rhythm(Membership.objects.select_related("community").get(pk=here.member.pk), "week")
        come(make_event(here, make_calendar(), by=here.moderator), here.member)
    look_after_events()
    with here.scope():
        # Its beginning is near by now.
        Event.objects.update(starts_at=timezone.now() + 20 * HOUR, ends_at=timezone.now() + 22 * HOUR)
    look_after_events()
    with here.scope():
        kinds = {"event_registered", "event_reminder"}
        assert set(Notification.objects.values_list("kind", flat=True)) == kinds
        Notification.objects.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
        assert write_waiting(here.community) == 2
    assert len(delivered()) == 2


def test_the_settings_say_so(here: Cast) -> None:
    page = here.sign_in(here.member).get(here.url("/me/notifications/")).content.decode()
    assert "What cannot wait, such as codes, reminders and decisions, comes at once." in page
