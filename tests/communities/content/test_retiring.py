"""A text is taken back, now or at a date, with its answers; published again it is what it was."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.blogs.models import Article, CoAuthor
from communities.content.exceptions import ContentError
from communities.content.models import Post, State, Tag, TaggedThread, Thread
from communities.content.queries import recount_community
from communities.content.services import (
    delete_post,
    publish_due,
    reinstate_post,
    reply_to,
    restore_post,
    retire_due,
    retire_thread,
    unpublish_thread,
    withdraw_post,
)
from communities.content.tasks import retire_due_threads
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Membership
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_thread

HOUR = datetime.timedelta(hours=1)


def later(hours: int = 5) -> datetime.datetime:
    return timezone.now() + hours * HOUR


def fresh(thread: Thread) -> Thread:
    found: Thread = Thread.objects.select_related("space").get(pk=thread.pk)
    return found


def rows(thread: Thread) -> list[Any]:
    """All that is kept of it, and of what counts it."""
    return [
        list(Thread.objects.filter(pk=thread.pk).values()),
        list(Post.objects.filter(thread=thread).order_by("pk").values()),
        list(TaggedThread.objects.filter(content_object=thread).values()),
        list(Tag.objects.order_by("pk").values("pk", "thread_count")),
        list(Membership.objects.order_by("pk").values("pk", "post_count")),
    ]


@pytest.fixture
def answered(here: Cast) -> Thread:
    """By a member, with a tag and an answer of somebody else."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="A winter offer", tags=["Jib"])
        reply_to(fresh(thread), by=here.ambassador, body="<p>Good one.</p>")
        # The cast itself is counted by nobody.
        recount_community(here.community.pk)
        return fresh(thread)


def test_taken_back_it_is_read_by_its_author_and_the_team_alone(here: Cast, answered: Thread) -> None:
    address = here.url(answered.get_absolute_url())
    with here.scope():
        retire_thread(answered, by=here.moderator, at=timezone.now())
    for who, status in (
        (None, 410),
        (here.ambassador, 410),
        (here.member, 200),
        (here.moderator, 200),
        (here.manager, 200),
    ):
        answer = here.sign_in(who).get(address)
        assert answer.status_code == status, who
        if status == 200:
            assert "Good one." in answer.text
            assert "Taken back" in answer.text
    assert "A winter offer" not in here.sign_in(here.ambassador).get(here.url("/search/?q=winter")).text
    assert "A winter offer" not in here.sign_in(None).get(here.url("/forums/feed.xml")).text
    assert "A winter offer" not in here.sign_in(here.ambassador).get(here.url("/forums/")).text


def test_undone_everything_is_what_it_was(here: Cast, answered: Thread) -> None:
    with here.scope():
        before = rows(answered)
        retire_thread(answered, by=here.owner, at=timezone.now())
        assert rows(answered) != before
        assert Membership.objects.get(pk=here.ambassador.pk).post_count == 0, (
            "an answer unseen is not counted"
        )
        assert recount_community(here.community.pk) == {}
        undo(Change.objects.get(act="retire_thread"), here.owner)
        assert rows(answered) == before
    assert here.sign_in(None).get(here.url(answered.get_absolute_url())).status_code == 200


def test_its_day_takes_it_back_and_can_be_undone(here: Cast, elsewhere: Cast, answered: Thread) -> None:
    with here.scope():
        before = rows(answered)
        retire_thread(answered, by=here.owner, at=later())
        assert fresh(answered).is_published
    with elsewhere.scope():
        theirs = make_thread(elsewhere.forum, by=elsewhere.member)
        retire_thread(theirs, by=elsewhere.owner, at=later(50))
    assert retire_due_threads() == 0
    with here.scope():
        assert retire_due(now=later(6)) == 1
        assert retire_due(now=later(6)) == 0, "once"
        assert fresh(answered).state == State.RETIRED
        undo(Change.objects.get(act="retire_thread"), here.owner)
        assert rows(answered) == before
    with elsewhere.scope():
        assert fresh(theirs).is_published


def test_the_job_finds_those_whose_day_has_come(here: Cast, elsewhere: Cast) -> None:
    for cast in (here, elsewhere):
        with cast.scope():
            thread = make_thread(cast.forum, by=cast.member)
            Thread.objects.filter(pk=thread.pk).update(retires_at=timezone.now() - HOUR)
    assert retire_due_threads() == 2
    assert retire_due_threads() == 0


def test_its_author_hears_of_it_and_nobody_else_does(here: Cast, answered: Thread) -> None:
    with here.scope():
        Notification.objects.all().delete()
        retire_thread(answered, by=here.owner, at=later())
        assert [line.membership_id for line in Notification.objects.filter(kind="text_ends")] == [
            here.member.pk
        ]
    page = here.sign_in(here.member).get(here.url("/notifications/"), headers={"accept-language": "en"}).text
    assert "“A winter offer” is public until" in page
    with here.scope():
        retire_due(now=later(6))
    page = here.sign_in(here.member).get(here.url("/notifications/"), headers={"accept-language": "fr"}).text
    assert "a été retiré par l’équipe" in page
    assert "public jusqu’au" not in page, "what is no longer so is not told"
    with here.scope():
        own = make_thread(here.blog, by=here.manager)
        count = Notification.objects.filter(kind="text_ends").count()
        retire_thread(own, by=here.manager, at=later())
        assert Notification.objects.filter(kind="text_ends").count() == count, "not of one’s own doing"


def test_whoever_has_signed_with_its_author_hears_of_it_as_well(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="Two hands")
        article = Article.objects.create(thread=thread)
        CoAuthor.objects.create(article=article, membership=here.member, place=1)
        CoAuthor.objects.create(article=article, membership=here.owner, place=2)
        Notification.objects.all().delete()
        retire_thread(thread, by=here.owner, at=later())
        told = Notification.objects.filter(kind="text_ends").values_list("membership_id", flat=True)
        assert sorted(told) == sorted([here.manager.pk, here.member.pk]), "but for whoever does it"
    page = here.sign_in(here.member).get(here.url("/notifications/"), headers={"accept-language": "en"})
    assert "“Two hands” is public until" in page.text
    with here.scope():
        CoAuthor.objects.filter(membership=here.member).delete()
    page = here.sign_in(here.member).get(here.url("/notifications/"), headers={"accept-language": "en"})
    assert "Two hands" not in page.text, "whose name was taken off is told nothing"


@pytest.mark.parametrize(
    ("who", "may"), [("member", False), ("ambassador", False), ("marketing", False), ("moderator", True)]
)
def test_who_says_until_when(here: Cast, answered: Thread, who: str, may: bool) -> None:
    by = getattr(here, who)
    path = here.url(f"/t/{answered.slug}/retire/")
    sent = {"act": "now"}
    assert here.sign_in(by).post(path, sent).status_code == (302 if may else 403)
    with here.scope():
        assert fresh(answered).is_published is not may
        if not may:
            with pytest.raises(NotAllowed):
                retire_thread(answered, by=by, at=later())


def test_another_community_and_a_stranger_find_nothing(here: Cast, elsewhere: Cast, answered: Thread) -> None:
    path = f"/t/{answered.slug}/retire/"
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404
    assert here.sign_in(None).post(here.url(path), {"act": "now"}).status_code == 302
    with here.scope():
        assert fresh(answered).is_published


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "x"},
        {"act": "at", "at": ""},
        {"act": "at", "at": "2020-01-01T10:00"},
        {"act": "at", "at": "9999-12-31T23:59"},
    ],
)
def test_bad_input_changes_nothing(here: Cast, answered: Thread, sent: dict[str, str]) -> None:
    answer = here.sign_in(here.moderator).post(here.url(f"/t/{answered.slug}/retire/"), sent)
    assert answer.status_code == 422
    with here.scope():
        assert fresh(answered).retires_at is None


def test_the_page_says_when_and_leads_back(here: Cast, answered: Thread) -> None:
    client, path = here.sign_in(here.moderator), here.url(f"/t/{answered.slug}/retire/")
    page = client.get(here.url(f"/t/{answered.slug}/retire/"), headers={"accept-language": "en"}).text
    assert "Take back now" in page
    answer = client.post(path, {"act": "at", "at": "2095-02-02T10:00"}, follow=True)
    assert answer.status_code == 200
    assert "2095" in answer.text
    assert "Change the day" in answer.text
    client.post(path, {"act": "now"})
    assert (
        "Publish again"
        in client.get(here.url(answered.get_absolute_url()), headers={"accept-language": "en"}).text
    )
    assert client.post(path, {"act": "never"}).status_code == 302
    with here.scope():
        stands = fresh(answered)
        assert (stands.state, stands.retires_at) == (State.PUBLISHED, None)


def test_nobody_answers_what_was_taken_back(here: Cast, answered: Thread) -> None:
    with here.scope():
        retire_thread(answered, by=here.owner, at=timezone.now())
        for by in (here.member, here.moderator):
            with pytest.raises(NotAllowed):
                reply_to(fresh(answered), by=by, body="<p>Too late.</p>")


def test_its_text_restored_by_others_stays_taken_back(here: Cast, answered: Thread) -> None:
    """What moderation or its author takes off and puts back does not bring it out."""
    with here.scope():
        retire_thread(answered, by=here.owner, at=timezone.now())
        text = Post.objects.get(thread=answered, position=1)
        withdraw_post(text, to=State.REMOVED, by=here.moderator)
        assert fresh(answered).state == State.REMOVED
        reinstate_post(text, by=here.moderator)
        assert fresh(answered).state == State.RETIRED
        delete_post(text, by=here.member)
        restore_post(text, by=here.member)
        assert fresh(answered).state == State.RETIRED
        assert recount_community(here.community.pk) == {}
        retire_thread(answered, by=here.owner, at=None)
        assert fresh(answered).is_published
        assert recount_community(here.community.pk) == {}


def test_what_is_hidden_when_its_day_comes_stays_hidden(here: Cast, answered: Thread) -> None:
    with here.scope():
        retire_thread(answered, by=here.owner, at=later())
        withdraw_post(Post.objects.get(thread=answered, position=1), to=State.HIDDEN, by=None)
        assert retire_due(now=later(6)) == 0
        assert fresh(answered).state == State.HIDDEN
        with pytest.raises(ContentError):
            retire_thread(answered, by=here.owner, at=None)


def test_a_scheduled_text_has_an_end_after_it_appears(here: Cast) -> None:
    with here.scope():
        draft = make_thread(here.blog, by=here.manager, state=State.DRAFT)
        with pytest.raises(ContentError):
            retire_thread(draft, by=here.owner, at=later())
        Thread.objects.filter(pk=draft.pk).update(state=State.SCHEDULED, scheduled_for=later(2))
        draft.posts.update(state=State.SCHEDULED, position=None, published_at=None)
        Thread.objects.filter(pk=draft.pk).update(last_position=0, published_at=None)
        with pytest.raises(ContentError):
            retire_thread(draft, by=here.owner, at=later(1))
        retire_thread(draft, by=here.owner, at=later(3))
        assert fresh(draft).state == State.SCHEDULED
        assert publish_due(here.community, now=later(2) + HOUR / 2) == 1
        assert fresh(draft).retires_at is not None
        assert retire_due(now=later(4)) == 1
        assert fresh(draft).state == State.RETIRED


def test_a_draft_has_no_end(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager)
        retire_thread(thread, by=here.owner, at=later())
        unpublish_thread(thread, by=here.manager)
        assert fresh(thread).retires_at is None


@pytest.mark.parametrize("view", ["list", "week", "month"])
def test_it_stands_in_the_calendar(here: Cast, view: str) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="A winter offer")
        retire_thread(thread, by=here.owner, at=timezone.now())
    path = here.url(f"/manage/calendar/?view={view}")
    page = here.sign_in(here.manager).get(path, headers={"accept-language": "en"}).text
    assert "End of a text" in page
    assert "taken back: " in page
    assert f"/t/{thread.slug}/retire/" in page
    reader = here.sign_in(here.marketing).get(path, headers={"accept-language": "en"}).text
    assert "A winter offer" not in reader, "whoever may not open it does not read its title"
