"""Becoming a member: newcomers, people with an account, never twice, never without a proven address."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from communities.launch.exceptions import CannotJoin
from communities.launch.services import free_handle, join_community
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.signals import member_joined
from members.models import Member
from tests.conftest import Cast
from tests.factories import make_membership, make_person
from tests.mailing import delivered

NEWCOMER = {
    "email": "new@example.org",
    "display_name": "Inès Leroux",
    "handle": "",
    "password1": "",
    "rules": "on",
}


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def enter_code(client: Client, cast: Cast) -> str:
    found = re.search(r"^\s*(\d{6})\s*$", str(delivered()[-1].body), re.MULTILINE)
    assert found is not None
    answer = client.post(cast.url("/email/confirm/"), {"code": found.group(1), "action": "verify"})
    return str(answer["Location"])


def test_who_finds_the_place_full_with_the_code_in_hand_waits_for_room(here: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    Community.objects.filter(pk=here.community.pk).update(quotas={"members": 1})
    forget_all()
    client.post(here.url("/join/"), NEWCOMER)
    with here.scope():
        join_community(here.community, person=make_person(), display_name="Faster")
    forget_all()
    enter_code(client, here)
    page = client.get(here.url("/join/"))
    assert "full for now" in page.content.decode()
    with here.scope():
        assert Membership.objects.get(handle="ines-leroux").status == "invited"
    Community.objects.filter(pk=here.community.pk).update(quotas={"members": 2})
    forget_all()
    assert client.post(here.url("/join/"), NEWCOMER).status_code == 302
    with here.scope():
        assert Membership.objects.get(member__email="new@example.org").status == "active"
    assert Community.objects.get(pk=here.community.pk).member_count == 2


def test_a_newcomer_joins_with_a_code(here: Cast) -> None:
    client, heard = Client(), []

    def listen(sender: type, membership: Membership, **_rest: object) -> None:
        heard.append(membership.handle)

    member_joined.connect(listen)
    answer = client.post(here.url("/join/"), NEWCOMER | {"next": here.url("/rules/")})
    assert (answer.status_code, answer["Location"]) == (302, here.url("/email/confirm/"))
    with here.scope():
        waiting = Membership.objects.get(handle="ines-leroux")
    assert waiting.status == "invited"
    assert heard == []
    assert enter_code(client, here) == here.url("/rules/")
    with here.scope():
        member = Membership.objects.get(handle="ines-leroux")
    assert (member.status, member.display_name, member.role) == ("active", "Inès Leroux", "member")
    assert heard == ["ines-leroux"]
    assert Community.objects.get(pk=here.community.pk).member_count == 1
    assert client.get(here.url("/me/")).status_code == 200
    member_joined.disconnect(listen)


def test_a_known_address_gets_the_same_answer(here: Cast) -> None:
    person = make_person(email="known@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    strangers, known = Client(), Client()
    first = strangers.post(here.url("/join/"), NEWCOMER, follow=True)
    second = known.post(
        here.url("/join/"), NEWCOMER | {"email": "known@example.org", "handle": "other"}, follow=True
    )
    strip = re.compile(r"[\w.-]+@example\.org|value=\"[^\"]+\"|nonce=\"[^\"]+\"")
    assert first.redirect_chain == second.redirect_chain
    assert strip.sub("", first.content.decode()) == strip.sub("", second.content.decode())
    assert delivered()[-1].subject == "You already have an account"
    assert here.url("/sign-in/") in str(delivered()[-1].body)
    with here.scope():
        assert not Membership.objects.filter(member=person).exists()


def test_somebody_with_an_account_joins_with_one_press(here: Cast, stranger: Member) -> None:
    client = Client()
    client.force_login(stranger)
    page = client.get(here.url("/join/"))
    assert b'name="email"' not in page.content
    answer = client.post(here.url("/join/"), {"display_name": "Ada", "handle": "ada", "rules": "on"})
    assert answer["Location"] == here.url("/")
    with here.scope():
        assert Membership.objects.get(member=stranger).status == "active"
    assert client.get(here.url("/join/")).status_code == 302


def test_a_taken_handle_is_answered_with_a_free_one(here: Cast, stranger: Member) -> None:
    with here.scope():
        make_membership(handle="Élise")
    client = Client()
    client.force_login(stranger)
    answer = client.post(here.url("/join/"), {"display_name": "Elise", "handle": "elise", "rules": "on"})
    assert answer.status_code == 422
    assert "Free: “elise-2”" in answer.content.decode()


@pytest.mark.parametrize("handle", ["suggest", "former-7", "a b", "-a", "../x", "a" * 41])
def test_handles_that_cannot_be(here: Cast, stranger: Member, handle: str) -> None:
    client = Client()
    client.force_login(stranger)
    answer = client.post(here.url("/join/"), {"display_name": "Elise", "handle": handle, "rules": "on"})
    assert answer.status_code == 422


def test_rules_are_agreed_to_and_fields_are_named(here: Cast) -> None:
    answer = Client().post(here.url("/join/"), {"email": "no", "display_name": "<script>alert(1)</script>"})
    assert answer.status_code == 422
    assert b"<script>alert" not in answer.content
    assert b'href="#id_rules"' in answer.content


@pytest.mark.parametrize(("state", "words"), [("draft", b"being prepared"), ("closed", b"is closed")])
def test_a_community_that_takes_nobody_says_so(here: Cast, state: str, words: bytes) -> None:
    Community.objects.filter(pk=here.community.pk).update(state=state)
    assert words in Client().get(here.url("/join/")).content
    assert Client().post(here.url("/join/"), NEWCOMER).status_code == 403
    assert not Member.objects.filter(email="new@example.org").exists()


def test_suspended_and_banned_people_stay_outside(here: Cast) -> None:
    with here.scope():
        Membership.objects.filter(pk=here.member.pk).update(status="suspended")
        Membership.objects.filter(pk=here.ambassador.pk).update(status="banned")
    client = here.sign_in(here.member)
    assert "suspended" in client.get(here.url("/join/")).content.decode()
    assert client.post(here.url("/join/"), {"display_name": "A", "rules": "on"}).status_code == 403
    assert "suspended" in client.get(here.url("/")).content.decode()
    assert client.get(here.url("/me/"))["Location"].startswith(here.url("/join/"))
    assert b"You cannot join for now." in here.sign_in(here.ambassador).get(here.url("/join/")).content


def test_an_operator_has_no_presence(here: Cast) -> None:
    operator = make_person(is_operator=True)
    client = Client()
    client.force_login(operator)
    assert client.post(here.url("/join/"), {"display_name": "Ops", "rules": "on"}).status_code == 403
    with here.scope():
        with pytest.raises(CannotJoin):
            join_community(here.community, person=operator, display_name="Ops")
        assert not Membership.objects.filter(member=operator).exists()


def test_nothing_shows_of_another_membership(here: Cast, elsewhere: Cast) -> None:
    client = elsewhere.sign_in(elsewhere.member)
    assert client.get(elsewhere.url("/me/")).status_code == 200
    assert client.get(here.url("/me/"))["Location"].startswith(here.url("/join/"))
    for path in ("/", "/join/", "/rules/", "/about/"):
        page = client.get(here.url(path)).content.decode()
        assert elsewhere.member.display_name not in page
        assert elsewhere.community.name not in page


def test_joining_twice_changes_nothing(here: Cast, stranger: Member) -> None:
    with here.scope():
        first = join_community(here.community, person=stranger, display_name="Ada")
        second = join_community(here.community, person=stranger, display_name="Somebody else")
        assert first.pk == second.pk
        assert second.display_name == "Ada"
    assert Community.objects.get(pk=here.community.pk).member_count == 1


def test_a_handle_is_made_of_a_name(here: Cast) -> None:
    with here.scope():
        make_membership(handle="noel-oeuvre")
        assert free_handle("Noël Œuvre") == "noel-oeuvre-2"
        assert free_handle("李") == "member"
        assert free_handle("me") == "me-2"
