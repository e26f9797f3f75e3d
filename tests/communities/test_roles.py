"""A role holds where it was given and until its end: by the clock, without a job."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.content.audiences import looked_after_by, looks_after, reach_of, spaces_of
from communities.content.permissions import can_lock_thread, can_pin_thread
from communities.launch.queries import view_plan
from communities.models import Membership
from communities.roles import RANKS, can_give_role, give_role, outranks, roles_given_by
from moderation.models import Case
from moderation.permissions import (
    can_claim_case,
    can_reject_post,
    can_see_queue,
    cases_seen_by,
    sanctions_open_to,
)
from moderation.services import open_case
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread

HOUR = datetime.timedelta(hours=1)


def read_again(person: Membership) -> Membership:
    return Membership.objects.get(pk=person.pk)


def test_a_role_ends_by_the_clock(here: Cast) -> None:
    with here.scope():
        give_role(here.moderator, "moderator", until=timezone.now() + HOUR, after="ambassador")
        assert read_again(here.moderator).can_judge
        Membership.objects.filter(pk=here.moderator.pk).update(role_until=timezone.now() - HOUR)
        ended = read_again(here.moderator)
        assert (ended.role, ended.role_until, ended.is_staff, ended.can_judge) == (
            "ambassador",
            None,
            False,
            False,
        )
        assert ended not in Membership.objects.in_role("moderator")
        assert ended in Membership.objects.in_role("ambassador")
        row = Membership.objects.with_role_now().get(pk=ended.pk)
        assert row.role_now == "ambassador"  # type: ignore[attr-defined]


def test_an_ended_role_leaves_the_team_and_its_pages(here: Cast) -> None:
    client = here.sign_in(here.manager)
    assert client.get(here.url("/manage/team/")).status_code == 200
    with here.scope():
        Membership.objects.filter(pk=here.manager.pk).update(
            role_until=timezone.now() - HOUR, role_after="member"
        )
        assert here.manager not in Membership.objects.team()
        assert view_plan(here.community) is not None
    assert client.get(here.url("/manage/team/")).status_code == 403


def test_a_role_without_its_end_is_not_read(here: Cast, queries: object) -> None:
    """Whoever leaves the columns of the end out of a query gets the true role all the same."""
    with here.scope():
        Membership.objects.filter(pk=here.owner.pk).update(
            role_until=timezone.now() - HOUR, role_after="member"
        )
        bare = Membership.objects.only("display_name", "role").get(pk=here.owner.pk)
        assert bare.role == "member"
        old = Membership.objects.defer("role_until").get(pk=here.owner.pk)
        assert old.role == "member"
        again = read_again(here.manager)
        Membership.objects.filter(pk=again.pk).update(role_until=timezone.now() - HOUR)
        again.refresh_from_db(fields=["role"])
        assert again.role == "member"


def test_a_moderator_of_some_spaces_judges_only_there(here: Cast) -> None:
    with here.scope():
        other = make_space(slug="deck", name="Deck gear")
        judge = here.moderator
        give_role(judge, "moderator", spaces=[here.forum.pk])
        judge = read_again(judge)
        inside, outside = make_thread(here.forum, by=here.member), make_thread(other, by=here.member)
        assert judge.is_staff
        assert not judge.can_judge
        assert (looks_after(judge, here.forum.pk), looks_after(judge, other.pk)) == (True, False)
        assert not looks_after(judge, None)
        assert looked_after_by(judge) == {here.forum.pk}
        assert reach_of(judge, spaces_of(here.community.pk)).looked_after == {here.forum.pk}
        assert can_lock_thread(judge, inside)
        assert not can_pin_thread(judge, outside)
        here_case = open_case(make_reply(inside, by=here.member), kind=Case.Kind.LOOK)
        there_case = open_case(make_reply(outside, by=here.member), kind=Case.Kind.LOOK)
        assert can_see_queue(judge)
        assert list(cases_seen_by(judge, Case.objects.all())) == [here_case]
        assert (can_claim_case(judge, here_case), can_claim_case(judge, there_case)) == (True, False)
        assert (can_reject_post(judge, here_case), can_reject_post(judge, there_case)) == (True, False)
        assert sanctions_open_to(judge, here.member) == [], "a measure is for the whole place"
    client = here.sign_in(judge)
    assert client.get(here.url(f"/moderation/c/{here_case.ref}/")).status_code == 200
    assert client.get(here.url(f"/moderation/c/{there_case.ref}/")).status_code == 404


def test_a_narrow_role_never_becomes_a_wide_one(here: Cast) -> None:
    """The last space of a role is deleted: nothing is left to look after, and not everything."""
    with here.scope():
        gone = make_space(slug="gone")
        give_role(here.moderator, "moderator", spaces=[gone.pk])
        gone.delete()
        judge = read_again(here.moderator)
        assert not judge.can_judge
        assert not looks_after(judge, here.forum.pk)


def test_only_moderators_have_a_scope(here: Cast) -> None:
    with here.scope():
        give_role(here.member, "manager", spaces=[here.forum.pk])
        assert read_again(here.member).role_spaces == []
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=here.ambassador.pk).update(role_spaces=[here.forum.pk])


@pytest.mark.parametrize(
    ("giver", "may"),
    [
        ("member", []),
        ("ambassador", []),
        ("moderator", []),
        ("marketing", []),
        ("manager", ["member", "ambassador", "moderator"]),
        ("owner", ["member", "ambassador", "moderator", "marketing", "manager"]),
    ],
)
def test_who_gives_which_role(here: Cast, giver: str, may: list[str]) -> None:
    by: Membership = getattr(here, giver)
    assert list(roles_given_by(by)) == may
    with here.scope():
        for person in (
            here.member,
            here.ambassador,
            here.moderator,
            here.marketing,
            here.manager,
            here.owner,
        ):
            for role in RANKS:
                allowed = role in may and person.role in may and RANKS[by.role] > RANKS[person.role]
                assert can_give_role(by, person, role) == allowed, (person.role, role)
        assert not outranks(by, by)
        assert not can_give_role(by, make_membership(unclaimed=True), "ambassador")
