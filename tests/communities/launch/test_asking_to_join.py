"""Where the team approves by hand: a newcomer asks, and is let in or declined."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from communities.journal.models import Change
from communities.launch.models import InvitationLink, JoinRequest
from communities.launch.queries import token_of
from communities.launch.services import (
    invite_people,
    make_link,
)
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from communities.people.exceptions import AlreadyDecided
from communities.people.requests import approve_request, decline_request, edit_joining
from tests.communities.launch.test_join_community import NEWCOMER, enter_code
from tests.communities.launch.test_ways_in import COMING
from tests.conftest import Cast
from tests.factories import make_person
from tests.mailing import delivered

pytestmark = pytest.mark.usefixtures("fresh_limits")


def by_hand(cast: Cast, *questions: str) -> None:
    with cast.scope():
        edit_joining(cast.community, by=cast.owner, by_hand=True, questions=questions)
    cast.community.refresh_from_db()
    forget_all()


def test_a_newcomer_asks_and_is_let_in(here: Cast) -> None:
    by_hand(here, "What do you sail?", "How did you hear of us?")
    guest = Client()
    assert "What do you sail?" in guest.get(here.url("/join/")).content.decode()
    guest.post(here.url("/join/"), NEWCOMER | {"answer_0": "A Folkeboat"})
    with here.scope():
        assert not JoinRequest.objects.waiting().exists(), "the address is not proven yet"
    enter_code(guest, here)
    assert guest.get(here.url("/me/")).status_code == 302, "not in yet"
    assert "The team has your request" in guest.get(here.url("/join/")).content.decode()
    with here.scope():
        request = JoinRequest.objects.waiting().get()
        assert request.answers == [
            {"question": "What do you sail?", "answer": "A Folkeboat"},
            {"question": "How did you hear of us?", "answer": ""},
        ]
        told = Notification.objects.filter(kind="join_requested").values_list("membership_id", flat=True)
        assert set(told) == {here.owner.pk, here.manager.pk}
        before = Community.objects.get(pk=here.community.pk).member_count
        approve_request(request, by=here.manager, word="Welcome aboard.")
        with pytest.raises(AlreadyDecided):
            decline_request(request, by=here.owner)
        assert Community.objects.get(pk=here.community.pk).member_count == before + 1
        person = Membership.objects.get(handle="ines-leroux")
        assert person.is_active
        assert Notification.objects.filter(membership=person, kind="join_accepted").exists()
    assert guest.get(here.url("/me/")).status_code == 200


def test_who_is_declined_is_told_and_may_ask_again_later(here: Cast) -> None:
    by_hand(here)
    person = make_person(email="marten@example.org")
    client = Client()
    client.force_login(person)
    assert client.post(here.url("/join/"), COMING).status_code == 302
    with here.scope():
        request = JoinRequest.objects.waiting().get()
        decline_request(request, by=here.manager, word="This place is for owners of boats.")
        emptied = Membership.objects.get(member=person)
        assert (emptied.status, emptied.display_name) == ("left", "Former member")
        kept = JoinRequest.objects.get()
        assert (kept.state, kept.answers) == ("declined", [])
    letter = delivered()[-1]
    assert letter.to == ["marten@example.org"]
    assert "This place is for owners of boats." in str(letter.body)
    page = client.get(here.url("/join/")).content.decode()
    assert "You can ask again from" in page
    assert client.post(here.url("/join/"), COMING).status_code == 403
    with here.scope():
        JoinRequest.objects.update(decided_at=timezone.now() - datetime.timedelta(days=31))
    assert client.post(here.url("/join/"), COMING).status_code == 302
    with here.scope():
        assert JoinRequest.objects.waiting().count() == 1


def test_an_invitation_needs_no_approval_and_a_link_does(here: Cast) -> None:
    by_hand(here, "Why?")
    with here.scope():
        (invitation,) = invite_people(["hanna@example.org"], by=here.member)
        link = make_link(by=here.manager, name="Boot", quota=5)
        door = here.url(f"/i/{token_of(invitation)}")
    guest = Client()
    assert "Why?" not in guest.get(door).content.decode()
    guest.post(door, COMING)
    assert guest.get(here.url("/me/")).status_code == 200
    other = Client()
    other.force_login(make_person())
    other.post(here.url(f"/i/{link.key}"), COMING | {"display_name": "Jo", "answer_0": "I sail."})
    with here.scope():
        request = JoinRequest.objects.waiting().get()
        assert request.link_id == link.pk
        assert InvitationLink.objects.get().used == 0
        approve_request(request, by=here.manager)
        assert InvitationLink.objects.get().used == 1


def test_the_way_of_joining_is_noted_and_undone(here: Cast) -> None:
    from communities.journal.services import undo

    by_hand(here, "Why?")
    with here.scope():
        undo(Change.objects.get(act="joining_edited"), here.owner)
    here.community.refresh_from_db()
    assert here.community.settings["joining"] == {"by_hand": False, "questions": []}
