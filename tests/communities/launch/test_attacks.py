"""What was tried against the doors of a launch, and must not work again."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from analytics.capture import recording
from analytics.engagement import recording as activity
from communities.exceptions import NotAllowed
from communities.launch.exceptions import QuotaReached
from communities.launch.models import Invitation, WaitingPlace
from communities.launch.queries import token_of
from communities.launch.services import (
    accept_invitation,
    admit_waiting,
    invite_people,
    join_waiting_list,
    revoke_invitation,
)
from communities.launch.tasks import write_launch_mails
from communities.models import Membership
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership
from tests.mailing import delivered

CLOSED = (("team", ["forums"]), ("waiting", ["tags"]), ("everyone", ["join"]))


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_one_place_on_the_list_lets_one_person_in(here: Cast, plan: Plan) -> None:
    """Who was in asked again with the same address, and got one way in after the other for friends."""
    plan(*CLOSED, opened=1)
    with here.scope():
        place = join_waiting_list(here.community, email="a@example.org")
        admit_waiting(by=here.manager, stage=None, places=[place.pk])
        accept_invitation(Invitation.objects.get(place=place), membership=make_membership())
    Client().post(here.url("/waiting-list/"), {"email": "a@example.org"})
    with here.scope():
        assert Invitation.objects.filter(place=place).count() == 1


def test_asking_again_and_again_does_not_fill_a_mailbox(here: Cast, plan: Plan) -> None:
    plan(*CLOSED, opened=1)
    for _round in range(4):
        Client().post(here.url("/waiting-list/"), {"email": "victim@example.org"})
        write_launch_mails()
    assert len(delivered()) == 1
    with here.scope():
        place = WaitingPlace.objects.get()
        admit_waiting(by=here.manager, stage=None, places=[place.pk])
        first = Invitation.objects.get(place=place)
    for _round in range(4):
        Client().post(here.url("/waiting-list/"), {"email": "victim@example.org"})
        write_launch_mails()
    assert len(delivered()) == 2
    with here.scope():
        assert Invitation.objects.get(place=place).pk == first.pk, "nobody else makes its link useless"


def test_invitations_taken_back_are_no_way_to_send_mails_without_end(here: Cast) -> None:
    """Their place in the quota is free again, but the mail has left."""
    sent = 0
    with here.scope():
        for number in range(30):
            try:
                (one,) = invite_people([f"v{number}@example.org"], by=here.member, words="Buy this.")
            except QuotaReached:
                break
            sent += 1
            revoke_invitation(one, by=here.member)
        assert sent == 20
        Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1, minutes=1))
        assert len(invite_people(["next-day@example.org"], by=here.member)) == 1


@pytest.mark.parametrize("silence", ["read_only_until", "suspended_until"])
def test_who_may_only_read_sends_nobody_a_message(here: Cast, silence: str) -> None:
    """An invitation carries a thousand signs of one's own into a stranger's mailbox."""
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(
            **{silence: timezone.now() + datetime.timedelta(days=1)}
        )
    client = here.sign_in(here.member)
    answer = client.post(here.url("/me/invitations/"), {"addresses": "v@example.org", "words": "Buy this."})
    assert answer.status_code in (403, 422)
    with here.scope():
        assert not Invitation.objects.exists()
        with pytest.raises(NotAllowed):
            invite_people(["v@example.org"], by=Membership.objects.get(pk=here.member.pk))


def test_nobody_invites_into_a_stage_that_is_closed_to_them(here: Cast, plan: Plan) -> None:
    """A member outside a wave invited an address of their own, and used the link themselves."""
    (stage,) = plan(("wave", ["forums"]), opened=1)
    client = here.sign_in(here.member)
    assert client.get(here.url("/forums/")).status_code == 404
    client.post(here.url("/me/invitations/"), {"addresses": "own@example.org"})
    with here.scope():
        invitation = Invitation.objects.get()
        assert invitation.stage is None
    client.post(here.url(f"/i/{token_of(invitation)}"))
    assert client.get(here.url("/forums/")).status_code == 404
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(stage_ids=[stage.pk])
        inside = Membership.objects.get(pk=here.member.pk)
        (second,) = invite_people(["guest@example.org"], by=inside)
        assert second.stage == stage, "who is inside brings guests in"
        (third,) = invite_people(["other@example.org"], by=here.manager)
        assert third.stage == stage


@pytest.mark.parametrize("role", ["marketing"])
def test_a_suspended_reader_of_the_plan_reads_it_no_more(here: Cast, role: str) -> None:
    person = getattr(here, role)
    client = here.sign_in(person)
    assert client.get(here.url("/manage/launch/")).status_code == 200
    with here.scope():
        Membership.objects.filter(pk=person.pk).update(
            suspended_until=timezone.now() + datetime.timedelta(days=1)
        )
    assert client.get(here.url("/manage/launch/")).status_code == 403


def test_a_walk_in_other_eyes_is_no_visit(here: Cast, plan: Plan, settings: Any, monkeypatch: Any) -> None:
    """Pages that a manager looks at as a member are work of the team, not audience."""
    plan(("ambassadors", ["forums"]), opened=0)
    settings.CAPTURE = True
    seen: list[Any] = []
    monkeypatch.setattr(recording.buffer, "put", seen.append)
    monkeypatch.setattr(activity.buffer, "put", seen.append)
    client = here.sign_in(here.manager)
    client.post(here.url("/manage/launch/stages/1/preview/"), {"audience": "visitor"})
    client.post(here.url("/manage/launch/stages/1/preview/"), {"audience": "member"})
    seen.clear()
    assert client.get(here.url("/")).status_code == 200
    assert client.get(here.url("/members/")).status_code == 200
    assert not [one for one in seen if not getattr(one, "staff", False)]
