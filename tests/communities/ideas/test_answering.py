"""What the team says of ideas: state and answer, who is told of it and how often, what is overdue, next year’s box."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.roi.models import LedgerEntry, Measure
from communities.animation.sources.promises import Promises
from communities.animation.today.matters import Scope
from communities.calendar import today
from communities.content.models import Post, Space, State, Subscription
from communities.content.services import unfollow_thread
from communities.content.services.judging import withdraw_post
from communities.exceptions import NotAllowed
from communities.ideas.answering import answer_idea, assign_idea, value_idea
from communities.ideas.boxes import a_year_on, edit_box, reopen_box, wishes_of_box
from communities.ideas.exceptions import BoxChanged
from communities.ideas.joining import merge_ideas
from communities.ideas.models import Answer, Box, Idea
from communities.ideas.phases import MOMENTS
from communities.ideas.services import vote_for
from communities.ideas.telling import tell_voters_of_answer, tell_voters_of_merging
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from tests.communities.ideas.making import DAY, fresh, make_box, make_idea
from tests.conftest import Cast
from tests.factories import make_membership


def lines_of(person: Membership) -> list[str]:
    return sorted(Notification.objects.filter(membership=person).values_list("kind", flat=True))


def test_an_answer_sets_the_state_and_is_a_reply_that_everybody_reads(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        due = today(here.community) + 5 * DAY
        said = {"body": "<p>We measure for six months.</p>", "by": here.manager}
        answer = answer_idea(idea, status="studied", due_on=due, **said)
        kept = Idea.objects.get(pk=idea.pk)
        assert (kept.status, kept.answer_id, kept.due_on) == ("studied", answer.post_id, due)
        assert Post.objects.get(pk=answer.post_id).position == 2
        # What is done promises nothing more.
        answer_idea(fresh(idea), status="delivered", due_on=due, body="<p>Done.</p>", by=here.manager)
        assert Idea.objects.get(pk=idea.pk).due_on is None
        assert list(Answer.objects.order_by("pk").values_list("status", flat=True)) == [
            "studied",
            "delivered",
        ]


def test_who_answers(here: Cast) -> None:
    """Managers, moderators and owners; the owner of the idea, the sponsor of its box; nobody else."""
    with here.scope():
        box = make_box(here, sponsor=here.marketing)
        idea, other = make_idea(box, here.member), make_idea(make_box(here, slug="other"), here.member)
        said = {"status": "planned", "body": "<p>Yes.</p>"}
        for by in (here.manager, here.moderator, here.owner, here.marketing):
            assert answer_idea(fresh(idea), by=by, **said)
        for by in (here.member, here.ambassador):
            with pytest.raises(NotAllowed):
                answer_idea(fresh(idea), by=by, **said)
        with pytest.raises(NotAllowed):
            answer_idea(other, by=here.marketing, **said)
        assign_idea(fresh(other), owner=here.ambassador, due_on=None, by=here.manager)
        assert answer_idea(fresh(other), by=here.ambassador, **said)


def test_author_voters_and_followers_are_told_once(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        vote_for(idea, by=here.ambassador)
        follower, muted = make_membership(), make_membership()
        Subscription.objects.create(thread=idea, membership=follower, level="follow")
        vote_for(idea, by=muted)
        unfollow_thread(idea, by=muted)
        answer = answer_idea(idea, status="planned", body="<p>In spring.</p>", by=here.manager)
        for _twice in range(2):
            tell_voters_of_answer(answer.pk)
            tell_of_post(answer.post)
        for person in (here.member, here.ambassador, follower):
            assert lines_of(person) == ["idea_status"], person
        assert lines_of(muted) == lines_of(here.manager) == []


def test_what_is_merged_is_told_to_those_who_were_for_it(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        source, target = make_idea(box, here.member, "Golden rivets"), make_idea(box, here.owner)
        vote_for(source, by=here.ambassador)
        vote_for(source, by=here.moderator)
        vote_for(target, by=here.moderator)
        merge_ideas(source, target, by=here.manager)
        for _twice in range(2):
            tell_voters_of_merging(source.pk)
        for person in (here.member, here.ambassador, here.moderator):
            assert lines_of(person) == ["idea_merged"]
        assert lines_of(here.owner) == []


def test_whom_an_answer_names_is_told_once(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        vote_for(idea, by=here.ambassador)
        words = f"<p>Thanks @{here.ambassador.handle}.</p>"
        answer = answer_idea(idea, status="planned", body=words, by=here.manager)
        tell_of_post(answer.post)
        tell_voters_of_answer(answer.pk)
        assert lines_of(here.ambassador) == ["mentioned"]
        assert lines_of(here.member) == ["idea_status"]


def test_a_notice_names_no_idea_that_cannot_be_read(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        source, target = (
            make_idea(box, here.member, "Golden rivets"),
            make_idea(box, here.owner, "Rude words"),
        )
        merge_ideas(source, target, by=here.manager)
        tell_voters_of_merging(source.pk)
        assert lines_of(here.member) == ["idea_merged"]
    client = here.sign_in(here.member)
    assert "Rude words" in client.get(here.url("/notifications/")).content.decode()
    with here.scope():
        withdraw_post(target.opening(), to=State.REMOVED, by=here.manager)
    assert "Rude words" not in client.get(here.url("/notifications/")).content.decode()


def test_overdue_answers_are_a_matter_of_today(here: Cast) -> None:
    with here.scope():
        box = make_box(here)
        late, soon, done = [make_idea(box, here.member, f"Idea {n}") for n in range(3)]
        vote_for(late, by=here.ambassador)
        day = today(here.community)
        for idea, due in ((late, day - 3 * DAY), (soon, day), (done, day - DAY)):
            assign_idea(fresh(idea), owner=here.marketing, due_on=due, by=here.manager)
        answer_idea(fresh(done), status="declined", body="<p>No, because.</p>", by=here.manager)

        def due_for(person: Membership) -> list[tuple[str, int]]:
            scope = Scope(here.community, person, timezone.now())
            return [(one.key, one.people) for one in Promises().due(scope, 10)]

        assert due_for(here.manager) == due_for(here.marketing) == [(str(late.pk), 1)]
        assert due_for(make_membership(role="marketing")) == []
        assert (
            Promises().due(Scope(here.community, here.manager, timezone.now(), frozenset({late.pk})), 9) == []
        )


def test_a_box_is_opened_again_a_year_later_by_one_press(here: Cast) -> None:
    with here.scope():
        space = make_box(here, phase="result", rules="One at a time", votes_each=3, winners=2)
        Space.objects.filter(pk=space.pk).update(audience="members")
        box = Box.objects.select_related("space").get(pk=space.pk)
        made = reopen_box(box, by=here.manager, community=here.community)
        assert reopen_box(box, by=here.manager, community=here.community).pk == made.pk
        assert (made.question, made.rules, made.votes_each, made.winners) == (
            box.question,
            box.rules,
            3,
            2,
        )
        for name in MOMENTS:
            assert 364 <= (getattr(made, name) - getattr(box, name)).days <= 366
        assert (made.is_draft, made.space.audience, made.takes_ideas) == (True, "team", False)
        with pytest.raises(NotAllowed):
            reopen_box(box, by=here.moderator, community=here.community)
        wishes = wishes_of_box(Box.objects.select_related("sponsor").get(pk=made.pk))
        edit_box(made.space, wishes, by=here.manager)
        assert Box.objects.get(pk=made.pk).is_draft
        opened = edit_box(made.space, wishes, by=here.manager, opens=True)
        assert not opened.is_draft
        assert Space.objects.get(pk=made.pk).audience == "members"
        with pytest.raises(BoxChanged):
            edit_box(made.space, wishes, by=here.manager, version=1)


def test_who_submits_next_year_is_who_did(here: Cast) -> None:
    with here.scope():
        space = make_box(here, phase="result")
        let_in = {
            right: {"roles": [role]} for right, role in (("start", "ambassador"), ("read", "marketing"))
        }
        Space.objects.filter(pk=space.pk).update(audience="roles", posting="roles", let_in=let_in)
        box = Box.objects.select_related("space").get(pk=space.pk)
        made = reopen_box(box, by=here.manager, community=here.community)
        assert made.space.let_in == {"start": let_in["start"]}
        edit_box(made.space, wishes_of_box(made), by=here.manager, opens=True)
        opened = Space.objects.get(pk=made.pk)
        assert (opened.audience, opened.posting, opened.let_in) == ("roles", "roles", let_in)


def test_a_year_on_is_the_same_day_and_hour() -> None:
    at = datetime.datetime(2028, 2, 29, 10, 30, tzinfo=datetime.UTC)
    later = a_year_on(at)
    assert later is not None
    assert (later.year, later.month, later.day) == (2029, 2, 28)
    assert a_year_on(None) is None


def test_what_a_delivered_idea_has_brought_is_one_line_of_the_ledger(here: Cast) -> None:
    with here.scope():
        idea = make_idea(make_box(here), here.member)
        lines = LedgerEntry.objects.of_measure(Measure.OUTCOME)
        with pytest.raises(NotAllowed):
            value_idea(fresh(idea), worth=Decimal(90), by=here.moderator)
        assert value_idea(fresh(idea), worth=Decimal(90), by=here.manager)
        assert not value_idea(fresh(idea), worth=Decimal(90), by=here.manager)
        assert not lines.exists()
        earlier = timezone.now() - 40 * DAY
        answer_idea(fresh(idea), status="delivered", body="<p>Done.</p>", by=here.manager, at=earlier)
        line = lines.get()
        assert (line.amount_minor, line.label) == (9000, fresh(idea).space.name)
        # What is added to the answer moves no value to another day.
        answer_idea(fresh(idea), status="delivered", body="<p>In all sizes.</p>", by=here.manager)
        assert lines.get().day == line.day
        answer_idea(fresh(idea), status="planned", body="<p>Not quite.</p>", by=here.manager)
        assert not lines.exists()
        answer_idea(fresh(idea), status="delivered", body="<p>Now.</p>", by=here.manager)
        assert lines.get().day > line.day
