"""The ways in: the waiting list, invitations, their mails, and what is said when one cannot be used."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from communities.launch.exceptions import InvitationRefused, QuotaReached
from communities.launch.models import Invitation, Stage, WaitingPlace
from communities.launch.queries import token_of
from communities.launch.services import (
    accept_invitation,
    invitations_left,
    invite_people,
    join_waiting_list,
    leave_waiting_list,
    open_stage,
    prepare_wave,
    revoke_invitation,
    send_wave,
)
from communities.launch.services.inviting import invite
from communities.launch.tasks import write_launch_mails
from communities.models import Membership
from members.models import Member
from tests.communities.launch.conftest import Plan, refresh
from tests.communities.launch.test_join_community import NEWCOMER
from tests.conftest import Cast
from tests.factories import make_membership, make_person
from tests.mailing import delivered

CLOSED = (("team", ["forums"]), ("waiting", ["tags"]), ("everyone", ["join"]))


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def test_a_closed_door_takes_the_address_and_says_the_place_by_mail(here: Cast, plan: Plan) -> None:
    day = timezone.now() + datetime.timedelta(days=9)
    plan(*CLOSED, opened=1, planned_for=day)
    with here.scope():
        WaitingPlace.objects.create(email="first@example.org", number=1, mail_due_at=None)
    visitor = Client()
    page = visitor.get(here.url("/join/")).content.decode()
    assert "We open in small groups" in page
    assert "Next opening" in page
    answer = visitor.post(here.url("/waiting-list/"), {"email": " Second@Example.org "})
    assert answer["Location"] == here.url("/waiting-list/joined/")
    again = visitor.post(here.url("/waiting-list/"), {"email": "first@example.org"})
    assert again["Location"] == answer["Location"], "nobody learns who is waiting"
    assert write_launch_mails() == 2
    assert write_launch_mails() == 0
    second = next(one for one in delivered() if one.to == ["second@example.org"])
    assert second.subject == "You are number 2 on the list"
    found = re.search(r"http://\S+(/c/\S+/waiting-list/\S+/)", str(second.body))
    assert found is not None
    place = visitor.get(found.group(1))
    assert "1 person is ahead of you." in place.content.decode()
    assert place["Cache-Control"] == "private, no-store"
    leave = f"{found.group(1)}leave/"
    assert second.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert second.extra_headers["List-Unsubscribe"].endswith(f"{leave}>")
    assert visitor.get(leave)["Location"] == found.group(1), (
        "a link is followed by machines: it changes nothing"
    )
    machine = Client(enforce_csrf_checks=True)
    assert machine.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 302
    assert visitor.get(found.group(1)).status_code == 404
    assert visitor.post(leave).status_code == 404
    with here.scope():
        assert not WaitingPlace.objects.filter(email="second@example.org").exists()


@pytest.mark.parametrize("address", ["", "nobody", "a@b", f"{'x' * 250}@example.org"])
def test_a_wrong_address_takes_no_place(here: Cast, plan: Plan, address: str) -> None:
    plan(*CLOSED, opened=1)
    assert Client().post(here.url("/waiting-list/"), {"email": address}).status_code == 422
    with here.scope():
        assert not WaitingPlace.objects.exists()


def test_while_joining_is_open_there_is_no_list(here: Cast) -> None:
    assert Client().get(here.url("/waiting-list/"))["Location"] == here.url("/join/")
    assert "We open in small groups" not in Client().get(here.url("/join/")).content.decode()


def test_a_share_of_the_list_comes_in_and_is_inside_the_stage(here: Cast, plan: Plan) -> None:
    _team, half, _all = plan(*CLOSED, opened=1, share=50)
    with here.scope():
        for number in range(1, 6):
            join_waiting_list(here.community, email=f"p{number}@example.org", language="en")
        open_stage(half, by=here.manager)
        admitted = list(WaitingPlace.objects.filter(state="admitted").order_by("number"))
        assert [place.number for place in admitted] == [1, 2, 3], "half of five, rounded up, first come first"
        invitation = Invitation.objects.get(place=admitted[0])
    refresh(here)
    write_launch_mails()
    assert next(one for one in delivered() if one.to == ["p1@example.org"]).subject == "Your place is ready"
    door = here.url(f"/i/{token_of(invitation)}")
    newcomer = Client()
    assert "Your address is p1@example.org. It is confirmed" in newcomer.get(door).content.decode()
    assert newcomer.post(door, NEWCOMER).status_code == 302, "the link is the proof: no code"
    with here.scope():
        member = Membership.objects.get(member=Member.objects.get(email="p1@example.org"))
    assert (member.status, member.stage_ids) == ("active", [half.pk])
    assert newcomer.get(here.url("/tags/")).status_code == 200
    assert Client().get(here.url("/tags/")).status_code == 404


def test_an_invitation_opens_the_door_once(here: Cast, plan: Plan) -> None:
    plan(*CLOSED, opened=1)
    with here.scope():
        (invitation,) = invite_people(["friend@example.org"], by=here.member, words="You sail.")
    write_launch_mails()
    assert delivered()[-1].subject == f"{here.member.display_name} invites you to {here.community.name}"
    assert "You sail." in str(delivered()[-1].body)
    person, door = make_person(), here.url(f"/i/{token_of(invitation)}")
    friend = Client()
    friend.force_login(person)
    assert "invites you." in friend.get(door).content.decode()
    answer = friend.post(door, {"display_name": "A friend", "handle": "", "rules": "on"})
    assert answer.status_code == 302
    other = Client().get(door)
    assert other.status_code == 410
    assert "has been used" in other.content.decode()
    assert "You have used this invitation" in friend.get(door).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": timezone.now() - datetime.timedelta(hours=1)}, "This invitation has expired"),
        ({"state": "revoked"}, "This invitation was withdrawn"),
    ],
)
def test_an_invitation_that_is_no_good_says_so(
    here: Cast, plan: Plan, change: dict[str, object], words: str
) -> None:
    plan(*CLOSED, opened=1)
    with here.scope():
        (invitation,) = invite_people(["friend@example.org"], by=here.member)
        Invitation.objects.filter(pk=invitation.pk).update(**change)
    door = here.url(f"/i/{token_of(invitation)}")
    page = Client().get(door)
    assert page.status_code == 410
    assert words in page.content.decode()
    joining = Client().post(door, NEWCOMER)
    assert joining.status_code == 410
    assert "Join the waiting list" in joining.content.decode()
    with here.scope(), pytest.raises(InvitationRefused):
        accept_invitation(invitation, membership=make_membership())
    with here.scope():
        assert not Membership.objects.filter(handle="ines-leroux").exists()


def test_forged_and_foreign_tokens_lead_nowhere(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        theirs = invite("a@example.org", inviter=elsewhere.manager, stage=None)
        place = WaitingPlace.objects.create(email="b@example.org", number=1)
    for path in (
        f"/i/{token_of(theirs)}",
        "/i/forged",
        f"/waiting-list/{token_of(place)}/",
        f"/waiting-list/{token_of(theirs)}/",
        "/waiting-list/forged/",
    ):
        assert Client().get(here.url(path)).status_code == 404


def test_the_quota_counts_what_can_still_be_used(here: Cast) -> None:
    with here.scope():
        sent = invite_people([f"f{n}@example.org" for n in range(5)], by=here.member)
        assert invitations_left(here.member) == 0
        with pytest.raises(QuotaReached):
            invite_people(["one-more@example.org"], by=here.member)
        assert invite_people(["f1@example.org"], by=here.member) == [], "asked twice, sent once"
        revoke_invitation(sent[0], by=here.member)
        Invitation.objects.filter(pk=sent[1].pk).update(expires_at=timezone.now())
        assert invitations_left(here.member) == 2


def test_inviting_through_the_page(here: Cast) -> None:
    client, address = here.sign_in(here.member), here.url("/me/invitations/")
    assert "You have 5 invitations left" in client.get(address).content.decode()
    assert client.post(address, {"addresses": "a@example.org b@example.org"}).status_code == 302
    many = "\n".join(f"m{n}@example.org" for n in range(9))
    refused = client.post(address, {"addresses": many})
    assert refused.status_code == 422
    assert "You have 3 invitations left. Take some addresses out." in refused.content.decode()
    assert "m8@example.org" in refused.content.decode(), "what was typed stays"
    more = "\n".join(f"m{n}@example.org" for n in range(3))
    assert client.post(address, {"addresses": more}).status_code == 302
    assert client.post(address, {"addresses": "late@example.org"}).status_code == 422
    assert (
        "You have no invitation left."
        in client.post(address, {"addresses": "x@example.org"}).content.decode()
    )
    with here.scope():
        mine = Invitation.objects.get(email="a@example.org")
    assert here.sign_in(here.ambassador).post(f"{address}{mine.pk}/revoke/").status_code == 404
    assert client.post(f"{address}{mine.pk}/revoke/").status_code == 302
    assert "You have 1 invitation left" in client.get(address).content.decode()


def test_leaving_the_list_takes_the_way_in_with_it(here: Cast, plan: Plan) -> None:
    plan(*CLOSED, opened=1)
    with here.scope():
        place = join_waiting_list(here.community, email="gone@example.org")
        leave_waiting_list(place)
        leave_waiting_list(place)
        assert not Invitation.objects.filter(email="gone@example.org").exists()
    assert write_launch_mails() == 0


def test_an_invitation_of_a_wave_leads_into_its_stage(here: Cast, plan: Plan) -> None:
    (stage,) = plan(("wave", ["forums"]), opened=1)
    with here.scope():
        send_wave(
            prepare_wave(stage, by=here.manager, name="W", addresses=["w@example.org"]), by=here.manager
        )
        invitation = Invitation.objects.get()
    member = here.sign_in(here.member)
    door = here.url(f"/i/{token_of(invitation)}")
    assert member.get(here.url("/forums/")).status_code == 404
    assert "also lets you into “Stage 1”" in member.get(door).content.decode()
    assert member.post(door).status_code == 302
    assert member.get(here.url("/forums/")).status_code == 200
    with here.scope():
        assert Stage.objects.get().pk in Membership.objects.get(pk=here.member.pk).stage_ids
