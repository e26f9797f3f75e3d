"""Who is signed in is read anew at each request: whatever ends a session ends it at once."""

from __future__ import annotations

import pytest
from django.test import Client

from members.models import Member
from members.signed_in import MemberBackend
from tests.conftest import Cast


@pytest.fixture
def client_of_member(here: Cast) -> Client:
    client = here.sign_in(here.member)
    assert client.get(here.url("/me/")).status_code == 200
    return client


def account(here: Cast) -> Member:
    return Member.objects.get(pk=here.member.member_id)


def test_it_is_the_row(here: Cast) -> None:
    read = MemberBackend().get_user(here.member.member_id)
    assert read is not None
    assert vars(read).keys() == vars(account(here)).keys()
    assert {name: value for name, value in vars(read).items() if name != "_state"} == {
        name: value for name, value in vars(account(here)).items() if name != "_state"
    }
    assert not read._state.adding


def test_a_new_password_ends_other_sessions(here: Cast, client_of_member: Client) -> None:
    member = account(here)
    member.set_password("another one, and long enough")
    member.save()
    assert client_of_member.get(here.url("/me/")).status_code == 302


def test_a_closed_account_is_nobody(here: Cast, client_of_member: Client) -> None:
    Member.objects.filter(pk=here.member.member_id).update(is_active=False)
    assert client_of_member.get(here.url("/me/")).status_code == 302
    assert MemberBackend().get_user(here.member.member_id) is None


def test_nobody_is_found_under_a_number_that_is_gone(here: Cast) -> None:
    assert MemberBackend().get_user(2**31) is None
