"""Cases in which the law of recounting was broken after the first were mended, each as it was found."""

from __future__ import annotations

import pytest
from django.test import TestCase

from analytics.engagement.models import MemberDay
from analytics.engagement.services import fill_days
from communities.calendar import today
from communities.content.gauges import members_active
from communities.content.models import Post, ReadMarker, State, Thread
from communities.content.services import (
    delete_post,
    edit_post,
    follow_space,
    mark_read,
    publish_thread,
    react_to_post,
    restore_post,
    unpublish_thread,
    withdraw_post,
)
from communities.content.services.shelving import archive_space, restore_space
from communities.forums.services import accept_answer
from communities.launch.models import Invitation, Wave
from communities.launch.services import StageWishes, add_stage, join_community, open_stage, send_new_wave
from communities.models import Membership
from communities.notices import About
from communities.notifications.models import Notification
from communities.notifications.notices import ReplyPosted
from communities.notifications.queries import unread_news
from communities.notifications.services import (
    reconsider_news,
    tell,
    tell_of_names,
    tell_of_post,
)
from communities.people.departing import depart, leaver_of
from communities.people.merging import merge_memberships
from communities.people.services import leave_community
from members.personal import Departure
from moderation.services import report_post
from tests.conftest import Cast
from tests.factories import make_membership, make_person, make_reply, make_space, make_thread
from tests.moderation.acts import case_of, decide
from tests.recounting.test_named_cases import bell, mails


def now(person: Membership) -> Membership:
    return Membership.objects.get(pk=person.pk)


def test_reading_as_far_as_can_be_read_empties_the_badge_at_once(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        first, second = (make_reply(thread, by=here.ambassador) for _number in range(2))
        tell_of_post(first)
        tell_of_post(second)
        delete_post(second, by=here.ambassador)
        reconsider_news(thread, came_back=False)
        assert unread_news(now(here.member)) == 1
        mark_read(thread, by=now(here.member), position=2)
        assert unread_news(now(here.member)) == 0, "what is remembered of the badge is counted again"


def test_two_bells_that_become_one_tell_of_all_once(here: Cast) -> None:
    with here.scope():
        other = make_membership()
        thread = make_thread(here.forum, by=here.manager, title="Winter list")
        posts = [make_reply(thread, by=here.moderator) for _number in range(3)]
        for person, told in ((here.member, posts[:2]), (other, posts[1:])):
            for post in told:
                tell(ReplyPosted, [person.pk], About(thread=thread, post=post, actor=here.moderator))
        merge_memberships(here.member, other, by=here.owner)
        line = Notification.objects.get(membership=here.member)
        assert (line.count, line.posts, line.post_id) == (3, [post.pk for post in posts], posts[2].pk)
    assert "and 2 other replies" in bell(here, here.member)
    assert len(mails(here)) == 1


def test_nobody_is_told_of_their_own_words_once_two_are_one(here: Cast) -> None:
    with here.scope():
        other = make_membership()
        thread = make_thread(here.forum, by=here.member, kind="question", title="Winter list")
        answer = make_reply(thread, by=other)
        tell_of_post(answer)
        accept_answer(thread, post=answer, by=here.moderator)
        merge_memberships(here.member, other, by=here.owner)
        assert unread_news(now(here.member)) == 1
    page = bell(here, here.member)
    assert "replied in" not in page
    assert "Your answer solved it" in page, "what became of it they are told"


def test_the_feed_of_a_thread_holds_its_latest_texts_that_can_be_read(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, body="<p>Keep me.</p>")
        make_reply(thread, body="<p>And me.</p>")
        writer = make_membership()
        for _number in range(20):
            make_reply(thread, by=writer)
        Post.objects.filter(author=writer).update(state=State.DELETED)
    feed = here.sign_in(None).get(here.url(f"/forums/t/{thread.slug}/feed.xml")).content.decode()
    assert feed.count("<entry>") == 2
    assert feed.index("And me.") < feed.index("Keep me.")


def test_what_nobody_can_read_is_nobodys_contribution(here: Cast) -> None:
    day = today(here.community)
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        reply = make_reply(thread, by=here.ambassador)
        react_to_post(reply, by=here.marketing, kind="useful")
        fill_days(here.community, day, day)
        people = {here.member.pk, here.ambassador.pk, here.marketing.pk}
        assert set(MemberDay.objects.filter(contributions=1).values_list("person", flat=True)) == people
        assert members_active() == 3
        withdraw_post(thread.opening(), to=State.REMOVED, by=here.moderator)
        fill_days(here.community, day, day)
        assert not MemberDay.objects.filter(contributions__gt=0).exists()
        # Whoever replied has read, and that stays.
        assert members_active() == 1
        ReadMarker.objects.all().delete()
        assert members_active() == 0


def test_a_wave_never_has_more_who_came_than_it_invited(here: Cast) -> None:
    with here.scope():
        stage = add_stage(StageWishes("Friends", ["forums"], "wave"), by=here.manager)
        open_stage(stage, by=here.manager, reason="Now")
        send_new_wave(stage, by=here.manager, name="A fair", addresses=["a@x.example", "b@x.example"])
        invitation = Invitation.objects.get(email="a@x.example")
        person = make_person(email="a@x.example")
        guest = join_community(here.community, person=person, display_name="New", invitation=invitation)
        while depart(leaver_of(guest, Departure.ERASURE)):
            pass
        wave = Wave.objects.with_counts().get()  # type: ignore[attr-defined]
        assert wave.addresses == ["b@x.example"]
        assert (wave.came, wave.invited) == (1, 2)
    assert "1 of 2 came" in here.sign_in(here.manager).get(here.url("/manage/launch/waves/")).content.decode()


def test_two_lines_go_back_to_one_post(here: Cast) -> None:
    """One of them tells of it already: the bell answered 500."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Winter list")
        first, later = (make_reply(thread, by=here.ambassador) for _number in range(2))
        for post in (first, later):
            tell_of_post(post)
        edit_post(first, by=here.ambassador, body=f"<p>@{here.member.handle}</p>")
        tell_of_names(Post.objects.get(pk=first.pk))
        delete_post(later, by=here.ambassador)
        reconsider_news(thread, came_back=False)
    page = bell(here, here.member)
    assert "mentioned you in “Winter list”" in page
    assert f"{here.ambassador.display_name} replied in “Winter list”" in page


def test_a_mail_that_could_not_leave_does_when_its_text_comes_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = make_reply(thread, by=here.ambassador)
        tell_of_post(post)
        delete_post(post, by=here.ambassador)
        reconsider_news(thread, came_back=False)
    assert mails(here) == []
    with here.scope():
        line = Notification.objects.get(membership=here.member)
        assert (line.mail_due_at, line.mailed_at) == (None, None), "none was written"
        restore_post(post, by=here.ambassador)
        reconsider_news(thread, came_back=True)
    assert len(mails(here)) == 1


def test_what_is_a_draft_again_was_never_told(here: Cast) -> None:
    with here.scope():
        follow_space(here.forum, by=here.member)
        thread = make_thread(
            here.forum, by=here.manager, title="Too soon", body=f"<p>@{here.owner.handle}</p>"
        )
        tell_of_post(thread.opening())
        assert unread_news(now(here.member)) == unread_news(now(here.owner)) == 1
        unpublish_thread(thread, by=here.manager)
        assert unread_news(now(here.member)) == unread_news(now(here.owner)) == 0
        publish_thread(thread, by=here.manager)
        tell_of_post(thread.opening())
        assert unread_news(now(here.member)) == unread_news(now(here.owner)) == 1, "told like a new one"
        Thread.objects.get(pk=thread.pk).delete()
        assert now(here.member).unread_count == now(here.owner).unread_count == 0


@pytest.mark.usefixtures("jobs_at_once")
def test_who_is_shut_out_is_not_called_back_in(here: Cast) -> None:
    with here.scope():
        hall = make_space(audience="members")
        tell_of_post(make_reply(make_thread(hall, by=here.member), by=here.ambassador))
        assert now(here.member).unread_count == 1
        for act in (archive_space, restore_space):
            with TestCase.captureOnCommitCallbacks(execute=True):
                assert act(hall, by=here.manager, community=here.community)
        assert now(here.member).unread_count == 0


def test_nothing_is_told_to_who_has_left(here: Cast) -> None:
    """A decision about a text that somebody left behind put a line into a bell which leaving had cleared for good."""
    with here.scope():
        writer, suspended = make_membership(), make_membership()
        thread = make_thread(here.forum, by=here.member)
        texts = [make_reply(thread, by=one) for one in (writer, suspended)]
        leave_community(writer, by=writer, delete=False)
        Membership.objects.filter(pk=suspended.pk).update(status=Membership.Status.SUSPENDED)
        for text in texts:
            report_post(text, by=here.ambassador, category="spam")
            decide(case_of(text), by=here.moderator, act="remove")
        told = Notification.objects.filter(kind="decision_made").values_list("membership", flat=True)
        assert list(told) == [suspended.pk], "who is only shut out reads why, once they are back"
