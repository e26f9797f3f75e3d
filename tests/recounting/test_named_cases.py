"""The cases in which the law of recounting was seen broken, each as it happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from communities.content import services
from communities.content.models import Post, State, Tag, Thread
from communities.content.services import approve_post, delete_post, reinstate_post, withdraw_post
from communities.forums.kind import ForumKind
from communities.forums.models import Question
from communities.forums.services import accept_answer, unaccept_answer
from communities.launch.models import Invitation, Wave
from communities.launch.services import StageWishes, add_stage, join_community, open_stage, send_new_wave
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.emails import write_waiting
from communities.notifications.models import Notification
from communities.notifications.services import reconsider_news, tell_of_post
from communities.people.departing import depart, leaver_of
from communities.people.services import leave_community
from members.personal import Departure
from tests.conftest import Cast
from tests.factories import make_membership, make_person, make_reply, make_space, make_thread
from tests.mailing import delivered
from tests.moderation.acts import fresh, held_reply

BELL = "/notifications/"


def told(thread: Thread, *, by: Membership, body: str = "<p>A reply.</p>") -> Post:
    post = make_reply(thread, by=by, body=body)
    tell_of_post(post)
    return post


def bell(here: Cast, who: Membership) -> str:
    forget_all()
    return here.sign_in(who).get(here.url(BELL)).content.decode()


def mails(here: Cast) -> list[str]:
    with here.scope():
        waiting = Notification.objects.filter(mail_due_at__isnull=False)
        waiting.update(mail_due_at=timezone.now() - datetime.timedelta(seconds=1))
    forget_all()
    write_waiting(here.community)
    return [message.body for message in delivered()]


def test_n1_a_line_goes_back_to_what_is_left_and_its_mail_leaves(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Winter list")
        told(thread, by=here.ambassador, body="<p>Take the sails off.</p>")
        later = told(thread, by=here.moderator, body="<p>Never mind.</p>")
        assert delete_post(later, by=here.moderator)
    page = bell(here, here.member)
    assert f"{here.ambassador.display_name} replied in “Winter list”" in page
    assert "other reply" not in page
    (mail,) = mails(here)
    assert "Take the sails off." in mail
    assert "Never mind." not in mail


def test_n2_badge_tab_and_list_agree(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        post = told(thread, by=here.ambassador)
    assert "1 is new." in bell(here, here.member)
    with here.scope():
        delete_post(post, by=here.ambassador)
        reconsider_news(thread, came_back=False)
    page = bell(here, here.member)
    assert "Nothing new." in page
    assert "Notifications, 1 new" not in page, "the badge"
    with here.scope():
        services.restore_post(post, by=here.ambassador)
        reconsider_news(thread, came_back=True)
    page = bell(here, here.member)
    assert "1 is new." in page
    assert "Notifications, 1 new" in page
    assert len(mails(here)) == 1, "its mail leaves after all"


def test_n3_what_was_deleted_is_not_new(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador, title="Winter list")
        services.mark_read(thread, by=here.member, position=1)
        post = make_reply(thread, by=here.ambassador)
    reader, row = here.sign_in(here.member), here.url("/forums/f/rigging/")
    assert "1 new" in reader.get(row).content.decode()
    with here.scope():
        delete_post(post, by=here.ambassador)
    forget_all()
    assert "1 new" not in reader.get(row).content.decode()
    assert "First unread" not in reader.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "Unread:" not in reader.get(here.url("/")).content.decode()


def test_a_reply_approved_later_is_counted_and_told_once(here: Cast) -> None:
    with here.scope():
        held = held_reply(here)
        thread = held.thread
        services.follow_thread(thread, by=here.member)
        told(thread, by=here.moderator)
        assert approve_post(held, by=here.moderator)
        for _twice in range(2):
            tell_of_post(fresh(held))
        assert Thread.objects.get(pk=thread.pk).reply_count == 2
    page = bell(here, here.member)
    assert "and 1 other reply" in page
    assert held.author is not None
    assert f"{held.author.display_name} and 1" in page, "the latest is the one that was approved"


TAKEN: dict[str, Callable[[Post, Cast], Any]] = {
    "deleted": lambda post, _here: delete_post(post, by=post.author),  # type: ignore[arg-type]
    "removed": lambda post, here: withdraw_post(post, to=State.REMOVED, by=here.moderator),
}
BACK: dict[str, Callable[[Post, Cast], Any]] = {
    "deleted": lambda post, _here: services.restore_post(post, by=post.author),  # type: ignore[arg-type]
    "removed": lambda post, here: reinstate_post(post, by=here.moderator),
}


@pytest.mark.parametrize("how", TAKEN)
def test_d4_without_its_answer_a_question_is_not_solved(here: Cast, how: str) -> None:
    since = timezone.now() - datetime.timedelta(days=1)

    def state() -> tuple[bool, bool, int, int]:
        thread = Thread.objects.get(pk=question.pk)
        accepted = ForumKind().answers_accepted(since, timezone.now() + datetime.timedelta(days=1))
        return thread.solved, thread.answered, thread.reply_count, len(list(accepted))

    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question", title="How?")
        answer = make_reply(question, by=here.ambassador)
        accept_answer(question, post=answer, by=here.member)
        assert state() == (True, True, 1, 1)
        assert TAKEN[how](fresh(answer), here)
        assert state() == (False, False, 0, 0)
    waiting, page = here.url("/forums/f/rigging/?filter=unanswered"), here.url(f"/forums/t/{question.slug}/")
    assert "How?" in here.sign_in(None).get(waiting).content.decode()
    assert "Solved" not in here.sign_in(None).get(page).content.decode()
    with here.scope():
        assert BACK[how](fresh(answer), here)
        assert state() == (True, True, 1, 1)
    forget_all()
    assert "How?" not in here.sign_in(None).get(waiting).content.decode()
    assert "Solved" in here.sign_in(None).get(page).content.decode()


def test_another_answer_is_accepted_where_the_first_was_withdrawn(here: Cast) -> None:
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        first, second = (make_reply(question, by=by) for by in (here.ambassador, here.moderator))
        accept_answer(question, post=first, by=here.member)
        delete_post(first, by=here.ambassador)
        assert accept_answer(question, post=second, by=here.member)
        services.restore_post(first, by=here.ambassador)
        assert Question.objects.get(thread=question).accepted == second
    assert "Your answer solved it" not in bell(here, here.ambassador)
    assert "Your answer solved it" in bell(here, here.moderator)
    with here.scope():
        assert unaccept_answer(question, by=here.member)
    assert "Your answer solved it" not in bell(here, here.moderator)


def test_who_answers_only_themselves_is_not_answered_once_the_mark_is_taken_back(here: Cast) -> None:
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        accept_answer(question, post=make_reply(question, by=here.member), by=here.member)
        unaccept_answer(question, by=here.member)
        assert Thread.objects.get(pk=question.pk).awaits_answer


def test_f11_a_wave_counts_who_has_proved_their_address(here: Cast) -> None:
    with here.scope():
        stage = add_stage(StageWishes("Friends", ["forums"], "wave"), by=here.manager)
        open_stage(stage, by=here.manager, reason="Now")
        wave = send_new_wave(stage, by=here.manager, name="A fair", addresses=["a@x.example", "b@x.example"])
        invitation = Invitation.objects.filter(wave=wave).first()
        newcomer = join_community(
            here.community, person=make_person(), display_name="New", proven=False, invitation=invitation
        )
        assert Wave.objects.with_counts().get().came == 0  # type: ignore[attr-defined]
        Membership.objects.filter(pk=newcomer.pk).update(status=Membership.Status.ACTIVE)
        assert Wave.objects.with_counts().get().came == 1  # type: ignore[attr-defined]


def test_of_a_thread_one_may_no_longer_read_nothing_is_told(here: Cast) -> None:
    with here.scope():
        hall = make_space(audience="members")
        thread = make_thread(hall, by=here.member, title="In the hall")
        told(thread, by=here.ambassador)
    assert "In the hall" in bell(here, here.member)
    with here.scope():
        type(hall).objects.filter(pk=hall.pk).update(audience="team")
    page = bell(here, here.member)
    assert "In the hall" not in page
    assert "Nothing new." in page
    assert mails(here) == []
    with here.scope():
        type(hall).objects.filter(pk=hall.pk).update(audience="members")
    assert "1 is new." in bell(here, here.member)


def test_a_reader_reads_a_line_where_its_posts_stand(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        for _number in range(3):
            told(thread, by=here.ambassador)
        services.mark_read(thread, by=Membership.objects.get(pk=here.member.pk), position=3)
    assert f"{here.ambassador.display_name} replied in" in bell(here, here.member), "one of three is left"
    with here.scope():
        services.mark_read(thread, by=Membership.objects.get(pk=here.member.pk), position=4)
    assert "Nothing new." in bell(here, here.member)


def test_who_leaves_with_their_texts_takes_them_from_every_count(here: Cast) -> None:
    with here.scope():
        gone, reader = make_membership(), here.member
        own = make_thread(here.forum, by=gone, tags=["rope"])
        make_reply(own, by=reader)
        theirs = make_thread(here.forum, by=reader)
        make_reply(theirs, by=gone)
        assert Membership.objects.get(pk=reader.pk).post_count == 2
        leave_community(gone, by=gone, delete=True)
        while depart(leaver_of(Membership.objects.get(pk=gone.pk), Departure.LEAVING_WITH_TEXTS)):
            pass
        assert Tag.objects.get(slug="rope").thread_count == 0
        assert Thread.objects.get(pk=theirs.pk).reply_count == 0
        counts = Membership.objects.filter(pk__in=[gone.pk, reader.pk]).order_by("pk")
        assert sorted(counts.values_list("post_count", flat=True)) == [0, 1], (
            "what nobody can read counts for nobody"
        )


def test_a_tag_says_what_its_reader_finds_under_it(here: Cast) -> None:
    with here.scope():
        office = make_space(audience="team", posting="team")
        make_thread(here.forum, by=here.member, tags=["rope"])
        make_thread(office, by=here.manager, tags=["rope"])
    path = here.url("/tags/")
    assert "1 thread" in " ".join(here.sign_in(None).get(path).content.decode().split())
    assert "2 threads" in " ".join(here.sign_in(here.manager).get(path).content.decode().split())
