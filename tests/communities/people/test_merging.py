"""Two memberships of one person become one: every table follows, and every count equals a recount."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from analytics.engagement.models import MemberDay
from communities.content.models import Post, Reaction, ReadMarker, Subscription, Thread
from communities.content.queries import recount_community
from communities.content.services import react_to_post
from communities.content.services.following import follow_thread, unfollow_thread
from communities.exceptions import NotAllowed
from communities.forums.services import accept_answer
from communities.journal.models import Change
from communities.launch.services import refuse_to_join
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.notifications.tasks import notify_of_post
from communities.people.merging import merge_memberships, records_of_memberships, unique_with
from communities.people.queries import moved_member
from members.personal import merger_of, stays
from moderation.models import Case, Decision, Report, Sanction
from moderation.permissions import can_see_statement
from moderation.services import decide_case, report_post, sanction_member
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.sweeps.belongings import Person, belongings_of


@pytest.fixture
def other(here: Cast) -> Membership:
    """The second membership of the person behind `here.member`."""
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(member_count=7)
        return make_membership(handle="second", display_name="Second", trust_level=3)


def test_every_table_follows(here: Cast, other: Membership) -> None:
    with here.scope():
        assert other.member is not None
        belongings_of(Person(other, other.member.email), here)
        merge_memberships(here.member, other, by=here.owner)
        left = {
            record.name
            for record in records_of_memberships()
            if merger_of(record.name) is not stays
            and record.model.objects.filter(**{record.personal.field: other.pk}).exists()  # type: ignore[attr-defined]
        }
        # A case about the page of the membership that is gone is about nothing any more.
        assert left <= {"moderation.Case.author"}
        assert not Case.objects.filter(author=other.pk, person__isnull=True).exists()


def test_a_table_whose_rows_are_more_than_traces_says_how_they_move() -> None:
    """Doubles are deleted: never texts, cases, measures, or what is worth money."""
    kept = {"content.Post", "content.Thread", "moderation.Case", "moderation.Report", "roi.Order", "roi.Lead"}
    for record in records_of_memberships():
        if record.model._meta.label in kept and list(unique_with(record)):
            assert merger_of(record.name) is not None, record.name


def test_texts_reactions_and_counts(here: Cast, other: Membership) -> None:
    with here.scope():
        question = make_thread(here.forum, by=other, kind="question")
        own = make_reply(question, by=here.member)
        foreign = make_reply(question, by=here.ambassador)
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.manager)
        for person in (here.member, other):
            react_to_post(post, by=person, kind="thanks")
        react_to_post(post, by=other, kind="useful")
        react_to_post(own, by=other, kind="thanks")
        follow_thread(question, by=here.member)
        unfollow_thread(question, by=other)
        ReadMarker.objects.create(thread=post.thread, membership=here.member, position=1)
        ReadMarker.objects.create(thread=post.thread, membership=other, position=2)
        recount_community(here.community.pk)
        Community.objects.filter(pk=here.community.pk).update(member_count=7)
        merge_memberships(here.member, other, by=here.owner)

        assert {thread.author_id for thread in Thread.objects.filter(pk=question.pk)} == {here.member.pk}
        assert not Post.objects.filter(author=other.pk).exists()
        post.refresh_from_db()
        assert (post.reactions, post.reaction_count) == ({"thanks": 1, "useful": 1}, 2)
        own.refresh_from_db()
        assert (own.reactions, own.reaction_count) == ({}, 0), "nobody thanks themselves"
        assert Reaction.objects.filter(membership=here.member).count() == 2
        assert Subscription.objects.get(thread=question, membership=here.member).level == "follow"
        assert ReadMarker.objects.get(thread=post.thread, membership=here.member).position == 2
        question.refresh_from_db()
        assert (question.answered, question.reply_count) == (True, 2)
        kept = Membership.objects.get(pk=here.member.pk)
        assert (kept.trust_level, kept.post_count) == (3, 2)
        assert Community.objects.get(pk=here.community.pk).member_count == 6
        assert recount_community(here.community.pk) == {}
        assert foreign.author_id == here.ambassador.pk


def test_an_own_reply_answers_no_question(here: Cast, other: Membership) -> None:
    with here.scope():
        question = make_thread(here.forum, by=other, kind="question")
        make_reply(question, by=here.member)
        question.refresh_from_db()
        assert question.answered
        merge_memberships(here.member, other, by=here.owner)
        question.refresh_from_db()
        assert not question.answered


def test_an_accepted_answer_stays_accepted(here: Cast, other: Membership) -> None:
    with here.scope():
        question = make_thread(here.forum, by=here.ambassador, kind="question")
        answer = make_reply(question, by=other)
        accept_answer(question, post=answer, by=here.ambassador)
        merge_memberships(here.member, other, by=here.owner)
        question.refresh_from_db()
        assert question.solved


def test_bell_and_days(here: Cast, other: Membership) -> None:
    day = datetime.date(2026, 11, 2)
    with here.scope():
        thread = make_thread(here.forum, by=other)
        reply = make_reply(thread, by=here.manager)
        notify_of_post(community_id=here.community.pk, post_id=reply.pk)
        for person, views in ((here.member, 2), (other, 3)):
            MemberDay.objects.create(day=day, person=person.pk, views=views, contributions=1)
        merge_memberships(here.member, other, by=here.owner)
        kept = Membership.objects.get(pk=here.member.pk)
        assert kept.unread_count == Notification.objects.filter(membership=kept).unread().count() == 1
        both = MemberDay.objects.get(day=day)
        assert (both.person, both.views, both.contributions) == (kept.pk, 5, 2)


def test_measures_and_decisions(here: Cast, other: Membership) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.ambassador)
        loud = make_reply(thread, by=other)
        report_post(loud, by=here.ambassador, category="harassment", text="Loud")
        case = Case.objects.open().get()
        decision = decide_case(
            case,
            by=here.moderator,
            act="remove",
            version=case.version,
            revision=0,
            ground="courtesy",
            reason="No.",
        )
        sanction_member(other, by=here.moderator, case=case, kind="read_only", days=1, ground="courtesy")
        quiet = make_reply(thread, by=here.ambassador)
        for person in (here.member, other):
            report_post(quiet, by=person, category="spam")
        merge_memberships(here.member, other, by=here.owner)
        kept = Membership.objects.get(pk=here.member.pk)
        assert Sanction.objects.get().membership_id == kept.pk
        assert kept.silent_until is not None
        assert not kept.can_write
        assert Report.objects.filter(reporter=kept).count() == 1
        reported = Case.objects.get(post=quiet)
        assert reported.report_count == 1
        assert can_see_statement(kept, Decision.objects.get(pk=decision.pk))
        assert decision in Decision.objects.concerning(kept)
    page = here.sign_in(here.member).get(here.url(f"/me/decisions/{decision.ref}/"))
    assert page.status_code == 200


def test_the_handle_leads_on_and_the_journal_knows(here: Cast, other: Membership) -> None:
    with here.scope():
        merge_memberships(here.member, other, by=here.owner)
        assert moved_member("second") == f"/members/{here.member.handle}/"
        line = Change.objects.get(act="members_merged")
        assert (line.by, line.about) == (here.owner, str(here.member.pk))
        emptied = Membership.objects.get(pk=other.pk)
        assert (emptied.member, emptied.status, emptied.merged_into_id) == (None, "left", here.member.pk)
        # Its account is a stranger now.
        refuse_to_join(here.community, person=other.member)  # type: ignore[arg-type]
    answer = here.sign_in(here.manager).get(here.url("/members/second/"))
    assert (answer.status_code, answer["Location"]) == (301, here.url(f"/members/{here.member.handle}/"))


@pytest.mark.parametrize(
    ("by", "kept", "gone"),
    [
        ("manager", "member", "owner"),
        ("manager", "owner", "member"),
        ("manager", "member", "member"),
        ("moderator", "member", "ambassador"),
        ("marketing", "member", "ambassador"),
        ("owner", "owner", "member"),
    ],
)
def test_who_may_not(here: Cast, by: str, kept: str, gone: str) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            merge_memberships(getattr(here, kept), getattr(here, gone), by=getattr(here, by))
        assert not Change.objects.exists()


def test_an_imported_name_becomes_its_person(here: Cast) -> None:
    with here.scope():
        name = make_membership(handle="old-name", unclaimed=True)
        Membership.objects.filter(pk=name.pk).update(member=None)
        thread = make_thread(here.forum, by=here.manager)
        Post.objects.filter(thread=thread).update(author=name)
        Community.objects.filter(pk=here.community.pk).update(member_count=6)
        merge_memberships(here.member, Membership.objects.get(pk=name.pk), by=here.manager)
        assert Post.objects.get(thread=thread).author_id == here.member.pk
        assert Community.objects.get(pk=here.community.pk).member_count == 6, "a name was never counted"
        assert Membership.objects.get(pk=here.member.pk).joined_at <= timezone.now()
