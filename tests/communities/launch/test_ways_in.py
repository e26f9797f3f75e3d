"""Coming in: by the link of a mail, which proves the address; by a link that is shared; by asking the team."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from communities.content.models import Subscription
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.launch.exceptions import CannotJoin, LinkRefused
from communities.launch.models import Invitation, InvitationLink, JoinRequest, LinkArrival, Stage, Wave
from communities.launch.queries import token_of
from communities.launch.services import (
    close_link,
    invite_into_team,
    invite_people,
    join_community,
    make_link,
    open_waiting_door,
    refuse_to_join,
    reopen_link,
    send_new_wave,
    withdraw_from_team,
)
from communities.launch.services.inviting import invite
from communities.launch.services.linking import take_link
from communities.launch.tasks import write_launch_mails
from communities.models import Community, Membership
from communities.people.services import leave_community
from members.models import Member
from tests.communities.launch.conftest import Plan
from tests.communities.launch.test_join_community import NEWCOMER, enter_code
from tests.conftest import Cast
from tests.factories import make_membership, make_person
from tests.mailing import delivered

COMING = {"display_name": "Hanna Weiss", "handle": "", "rules": "on"}


pytestmark = pytest.mark.usefixtures("fresh_limits")

# The link of a mail


def test_the_link_of_a_mail_is_the_proof(here: Cast) -> None:
    with here.scope():
        (invitation,) = invite_people(["hanna@example.org"], by=here.member)
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    page = guest.get(door).content.decode()
    assert "Your address is hanna@example.org. It is confirmed" in page
    assert 'name="email"' not in page
    assert not Member.objects.filter(email="hanna@example.org").exists(), "looking changes nothing"
    assert guest.post(door, COMING).status_code == 302
    assert guest.get(here.url("/me/")).status_code == 200, "signed in, without a code"
    assert EmailAddress.objects.get(email="hanna@example.org").verified
    with here.scope():
        member = Membership.objects.get(handle="hanna-weiss")
        assert (member.status, member.came_by) == ("active", "invitation")
    assert not [one for one in delivered() if re.search(r"\d{6}", one.subject)], "no code was sent"
    assert Client().get(door).status_code == 410
    thief = Client()
    assert thief.post(door, COMING).status_code == 410
    assert thief.get(here.url("/me/")).status_code == 302, "a used link signs nobody in"


def test_another_address_is_still_proven_by_a_code(here: Cast) -> None:
    with here.scope():
        (invitation,) = invite_people(["work@example.org"], by=here.member)
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    assert 'value="work@example.org"' in guest.get(f"{door}?other=1").content.decode()
    assert guest.post(f"{door}?other=1", NEWCOMER | {"email": "home@example.org"}).status_code == 302
    with here.scope():
        assert Membership.objects.get(member__email="home@example.org").status == "invited"
    enter_code(guest, here)
    assert guest.get(here.url("/me/")).status_code == 200


def test_a_password_set_before_the_proof_opens_nothing(here: Cast) -> None:
    """Somebody reserves an address with a password of their own; then its owner follows an invitation."""
    reserved = make_person(email="owner@example.org", password="a password of mine")
    EmailAddress.objects.create(user=reserved, email=reserved.email, verified=False, primary=True)
    with here.scope():
        (invitation,) = invite_people([reserved.email], by=here.member)
        door = here.url(f"/i/{token_of(invitation)}")
    Client().post(door, COMING)
    reserved.refresh_from_db()
    assert not reserved.has_usable_password()
    proven = make_person(email="known@example.org", password="a password of mine")
    EmailAddress.objects.create(user=proven, email=proven.email, verified=True, primary=True)
    with here.scope():
        (invitation,) = invite_people([proven.email], by=here.member)
        door = here.url(f"/i/{token_of(invitation)}")
    Client().post(door, COMING | {"display_name": "Known"})
    proven.refresh_from_db()
    assert proven.has_usable_password(), "what was proven before stays"


@pytest.mark.parametrize("kind", ["operator", "closed"])
def test_not_every_account_comes_in(here: Cast, kind: str) -> None:
    person = make_person(is_operator=kind == "operator", is_active=kind != "closed")
    with here.scope():
        invitation = invite(person.email, inviter=here.owner, stage=None)
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    assert guest.post(door, COMING).status_code == 422
    assert guest.get(here.url("/me/")).status_code == 302
    with here.scope():
        assert Invitation.objects.get(pk=invitation.pk).state == "sent"


# Into the team


def test_an_invitation_into_the_team_gives_its_role_once(here: Cast) -> None:
    until = timezone.now() + datetime.timedelta(days=90)
    with here.scope():
        invite_into_team(
            "hanna@example.org", by=here.owner, role="moderator", spaces=[here.forum.pk], until=until
        )
    assert write_launch_mails() == 1
    letter = delivered()[-1]
    assert letter.to == ["hanna@example.org"]
    door = re.search(r"(/c/[^/]+/i/[^\s?]+)", str(letter.body))
    assert door is not None
    told = "You are invited into the team. Your role: Moderator."
    assert told in str(letter.body)
    assert told in str(letter.alternatives[0][0])
    guest = Client()
    page = guest.get(door.group(1)).content.decode()
    assert "invites you" in page
    assert told in page
    assert guest.post(door.group(1), COMING).status_code == 302
    with here.scope():
        person = Membership.objects.get(handle="hanna-weiss")
        assert (person.role, person.role_spaces, person.role_until) == ("moderator", [here.forum.pk], until)
        assert person.came_by == "team"
        assert Change.objects.filter(act="role_set", by=here.owner, about=str(person.pk)).count() == 1
    assert guest.get(here.url("/moderation/")).status_code == 200


def test_a_member_comes_into_the_team_without_a_word_typed(here: Cast) -> None:
    with here.scope():
        invitation = invite_into_team(here.member.member.email, by=here.owner, role="manager")  # type: ignore[union-attr]
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    assert "Welcome back" in guest.get(door).content.decode()
    assert guest.post(door).status_code == 302
    assert guest.get(here.url("/manage/team/")).status_code == 200


def test_nobody_loses_a_higher_role_by_an_invitation(here: Cast) -> None:
    with here.scope():
        invitation = invite_into_team(here.manager.member.email, by=here.owner, role="ambassador")  # type: ignore[union-attr]
        door = here.url(f"/i/{token_of(invitation)}")
    Client().post(door)
    with here.scope():
        assert Membership.objects.get(pk=here.manager.pk).role == "manager"


def test_who_may_no_longer_give_a_role_has_not_given_it(here: Cast) -> None:
    with here.scope():
        invitation = invite_into_team("hanna@example.org", by=here.manager, role="moderator")
        Membership.objects.filter(pk=here.manager.pk).update(role="member")
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    answer = guest.post(door, COMING)
    assert answer.status_code == 422
    assert "can no longer give this role" in answer.content.decode()
    with here.scope():
        assert not Membership.objects.filter(handle="hanna-weiss").exists()


@pytest.mark.parametrize(
    ("by", "role"),
    [
        ("manager", "manager"),
        ("manager", "marketing"),
        ("owner", "owner"),
        ("owner", "member"),
        ("moderator", "ambassador"),
    ],
)
def test_who_may_not_invite_into_which_role(here: Cast, by: str, role: str) -> None:
    with here.scope():
        with pytest.raises(NotAllowed):
            invite_into_team("x@example.org", by=getattr(here, by), role=role)
        assert not Invitation.objects.exists()


def test_an_invitation_into_the_team_is_replaced_and_withdrawn(here: Cast) -> None:
    with here.scope():
        first = invite_into_team("x@example.org", by=here.owner, role="moderator")
        second = invite_into_team("x@example.org", by=here.owner, role="manager")
        assert list(Invitation.objects.into_team()) == [second]
        with pytest.raises(NotAllowed):
            withdraw_from_team(second, by=here.manager)
        assert withdraw_from_team(second, by=here.owner)
        assert not withdraw_from_team(second, by=here.owner)
        door = here.url(f"/i/{token_of(first)}")
    assert Client().post(door, COMING).status_code == 410


def test_the_team_of_a_draft_can_come(here: Cast) -> None:
    Community.objects.filter(pk=here.community.pk).update(state="draft")
    here.community.refresh_from_db()
    with here.scope():
        team = Invitation(role="moderator")
        refuse_to_join(here.community, person=Member(), invitation=team)
        for invitation in (Invitation(role="ambassador"), Invitation(), None):
            with pytest.raises(CannotJoin):
                refuse_to_join(here.community, person=Member(), invitation=invitation)


# A link that is shared


def test_a_link_leads_in_with_role_and_space(here: Cast) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="Boot", role="ambassador", space_id=here.forum.pk, quota=2)
        assert link.key not in str(Change.objects.get(act="link_made").after)
    door = here.url(f"/i/{link.key}")
    guest = Client()
    assert guest.get(door).status_code == 200
    assert guest.post(door, NEWCOMER).status_code == 302
    with here.scope():
        assert not LinkArrival.objects.exists(), "counted when the address is proven"
    enter_code(guest, here)
    with here.scope():
        person = Membership.objects.get(handle="ines-leroux")
        assert (person.role, person.came_by, person.status) == ("ambassador", "link", "active")
        assert LinkArrival.objects.get().membership_id == person.pk
        assert InvitationLink.objects.get().used == 1
        assert Subscription.objects.filter(membership=person, space=here.forum).exists()
        assert not JoinRequest.objects.exists()


def test_a_link_lets_in_while_the_plan_keeps_joining_closed(here: Cast, plan: Plan) -> None:
    plan(("team", ["forums"]), ("everyone", ["join"]), opened=1)
    with here.scope():
        link = make_link(by=here.manager, name="Boot")
    friend = Client()
    friend.force_login(make_person())
    assert friend.post(here.url(f"/i/{link.key}"), COMING).status_code == 302
    assert friend.get(here.url("/me/")).status_code == 200


@pytest.mark.parametrize("went", ["stayed", "left", "erased"])
def test_who_never_proved_their_address_never_came_whatever_became_of_them(
    here: Cast, plan: Plan, went: str
) -> None:
    plan(("wave", ["uploads"]), opened=1)
    with here.scope():
        addresses = [f"guest-{number}@example.org" for number in range(3)]
        wave = send_new_wave(Stage.objects.get(), by=here.manager, name="Crew", addresses=addresses)
        guests = []
        for number, invitation in enumerate(wave.invitations.order_by("pk")):
            person = make_person(email=addresses[number])
            guests.append(
                join_community(
                    here.community,
                    person=person,
                    display_name=f"Guest {number}",
                    invitation=invitation,
                    proven=number == 0,
                )
            )
        assert _counts(wave) == (1, 3)
        account = guests[1].member
        assert account is not None
        open_waiting_door(EmailAddress(user=account, email=account.email, verified=True))
        assert _counts(wave) == (2, 3)
        for guest in guests:
            if went == "left":
                guest.refresh_from_db()
                assert leave_community(guest, by=guest)
            elif went == "erased":
                Membership.objects.filter(pk=guest.pk).delete()
        # Two came, wherever they are; the third used an invitation that nobody else can use, and was never here.
        assert _counts(wave) == (2, 3)
        assert not any(one.is_usable() for one in wave.invitations.all())


def _counts(wave: Wave) -> tuple[int, int]:
    found: Any = Wave.objects.with_counts().get(pk=wave.pk)  # type: ignore[attr-defined]
    return found.came, found.invited


def test_the_role_of_a_link_stands_in_the_journal(here: Cast) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="Crew", role="ambassador")
        friend = make_membership()
        take_link(link, membership=friend)
        change = Change.objects.of("role_set", friend.pk).get()
        assert (change.by, change.after["role"]) == (here.manager, "ambassador")


def test_the_last_place_is_given_once(here: Cast) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="One", quota=1)
        one, two = make_membership(), make_membership()
        take_link(link, membership=one)
        take_link(link, membership=one)
        with pytest.raises(LinkRefused):
            take_link(link, membership=two)
        with pytest.raises(IntegrityError), transaction.atomic():
            InvitationLink.objects.update(used=2)
    answer = Client().get(here.url(f"/i/{link.key}"))
    assert (answer.status_code, "This link has ended" in answer.content.decode()) == (410, True)


def test_a_link_ends_by_the_clock_and_by_hand(here: Cast) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="Fair", expires_at=timezone.now() + datetime.timedelta(days=1))
        door = here.url(f"/i/{link.key}")
        assert close_link(link, by=here.manager)
        assert not close_link(link, by=here.manager)
    assert Client().get(door).status_code == 410
    with here.scope():
        assert reopen_link(link, by=here.manager)
    assert Client().get(door).status_code == 200
    with here.scope():
        InvitationLink.objects.update(expires_at=timezone.now())
    assert Client().get(door).status_code == 410
    assert Client().post(door, NEWCOMER).status_code == 410


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("a@example.org", 302),
        ("a@EXAMPLE.org", 302),
        ("a@sub.example.org", 422),
        ("a@example.org.evil.com", 422),
    ],
)
def test_a_link_for_some_domains(here: Cast, address: str, status: int) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="Staff", domains=["example.org"])
    answer = Client().post(here.url(f"/i/{link.key}"), NEWCOMER | {"email": address})
    assert answer.status_code == status
    friend = Client()
    friend.force_login(make_person(email=address.lower().replace("a@", "b@")))
    refused = friend.post(here.url(f"/i/{link.key}"), COMING)
    assert refused.status_code == (302 if status == 302 else 403)


def test_another_community_knows_no_link(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        link = make_link(by=here.manager, name="Boot")
        team = invite_into_team("x@example.org", by=here.owner, role="moderator")
    for token in (link.key, token_of(team), "nothing"):
        assert Client().get(elsewhere.url(f"/i/{token}")).status_code == 404


@pytest.mark.parametrize("role", ["moderator", "manager", "owner"])
def test_no_link_gives_a_part_of_the_team(here: Cast, role: str) -> None:
    with here.scope(), pytest.raises(NotAllowed):
        make_link(by=here.owner, name="Too much", role=role)
