"""A kind’s own notice: told, shown, grouped, muted, mailed, and gone with what it is about."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.content.models import Post, Space, State
from communities.content.services import follow_space, withdraw_post
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.notices import notice_of_start
from communities.notifications.tasks import notify_of_post
from tests.conftest import Cast
from tests.kinds.notes.cast import close_notes, make_note, make_notebook, page
from tests.kinds.notes.notices import NoteStarted
from tests.mailing import delivered

BELL, CHANNELS, QUESTION = "/notifications/", "/me/notifications/", "Somebody leaves a note"


@pytest.fixture
def told(here: Cast, notebook: Space) -> Post:
    """The text of a note, of which the ambassador, who follows the notebook, was told twice."""
    with here.scope():
        follow_space(notebook, by=here.ambassador)
        post: Post = make_note(notebook, by=here.member).opening()
        _tell(here, post)
        _tell(here, post)
        return post


def _tell(here: Cast, post: Post) -> None:
    notify_of_post(community_id=here.community.pk, post_id=post.pk)


def _due(here: Cast) -> int:
    with here.scope():
        waiting = Notification.objects.filter(mail_due_at__isnull=False)
        waiting.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    return write_waiting(here.community)


def _bell(here: Cast) -> str:
    return page(here.sign_in(here.ambassador), here.url(BELL))


def test_followers_are_told_once_by_its_own_notice(here: Cast, told: Post) -> None:
    with here.scope():
        assert notice_of_start(told.thread) is NoteStarted
        (line,) = Notification.objects.all()
        assert (line.kind, line.membership, line.count) == ("note_started", here.ambassador, 1)
        assert Membership.objects.get(pk=here.ambassador.pk).unread_count == 1
    shown = _bell(here)
    assert f"{here.member.display_name} left a note: A passing thought" in shown
    assert here.url("/notes/a-passing-thought/") in shown


def test_the_notes_of_one_notebook_are_one_line_that_leads_to_the_latest(here: Cast, told: Post) -> None:
    with here.scope():
        later = make_note(told.thread.space, by=here.manager, title="Another one").opening()
        _tell(here, later)
        other = make_note(
            make_notebook(slug="leaves", name="Leaves"), by=here.member, title="Apart"
        ).opening()
        follow_space(other.thread.space, by=here.ambassador)
        _tell(here, other)
        line, apart = Notification.objects.order_by("pk")
        assert (line.count, line.thread, line.post, line.actor) == (2, later.thread, later, here.manager)
        assert (apart.count, apart.thread) == (1, other.thread)
    shown = _bell(here)
    assert "2 new notes in Scraps, the latest: Another one" in shown
    assert here.url("/notes/another-one/") in shown
    assert "A passing thought" not in shown


def test_its_mail_goes_through_the_outbox(here: Cast, told: Post) -> None:
    assert _due(here) == 1
    (letter,) = delivered()
    assert letter.to == [here.ambassador.member.email]
    assert letter.subject.endswith("New in Scraps: A passing thought")
    for words in ("It passed.", "You follow this space.", "/notes/a-passing-thought/"):
        assert words in str(letter.body)
    assert "/unsubscribe/" in letter.extra_headers["List-Unsubscribe"]


def test_its_box_mutes_its_mails_and_no_others(here: Cast, notebook: Space) -> None:
    follower = here.sign_in(here.ambassador)
    assert QUESTION in page(follower, here.url(CHANNELS))
    assert follower.post(here.url(CHANNELS), {"mails": ["thread_started"]}).status_code == 302
    with here.scope():
        assert "note_started" in Membership.objects.get(pk=here.ambassador.pk).muted_mails
        assert "thread_started" not in Membership.objects.get(pk=here.ambassador.pk).muted_mails
        follow_space(notebook, by=here.ambassador)
        _tell(here, make_note(notebook, by=here.member).opening())
    assert _due(here) == 0
    assert delivered() == []
    assert "left a note: A passing thought" in _bell(here)


@pytest.mark.parametrize("written", [False, True], ids=["told", "written"])
def test_of_a_hidden_note_it_is_true_no_more(here: Cast, told: Post, written: bool) -> None:
    assert _due(here) == 1 if written else True
    with here.scope():
        assert withdraw_post(told, to=State.HIDDEN, by=None)
    assert "passing thought" not in _bell(here)
    assert written or _due(here) == 0
    assert delivered() == []


def test_closed_it_is_told_shown_asked_and_mailed_to_nobody(here: Cast, told: Post) -> None:
    close_notes(here)
    assert "passing thought" not in _bell(here)
    assert QUESTION not in page(here.sign_in(here.ambassador), here.url(CHANNELS))
    assert _due(here) == 0
    assert delivered() == []
    with here.scope():
        Notification.objects.all().delete()
        _tell(here, told)
        assert not Notification.objects.exists()
