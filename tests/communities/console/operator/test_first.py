"""The first operator of an installation: a link, an address, one code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from members.models import Member
from members.operators import first_key
from tests.factories import make_person
from tests.mailing import delivered

pytestmark = pytest.mark.django_db

PAGE = "/operator/first/{}/"


@pytest.fixture
def door(settings: Any) -> Client:
    settings.EMBEDDED, settings.ACCOUNT_RATE_LIMITS = True, False
    return Client(headers={"host": "localhost"})


def link_on(page: str) -> str:
    found = re.search(r'href="(/operator/first/[^"]+)"', page)
    return found[1] if found else ""


def test_whoever_runs_the_machine_becomes_operator_with_one_code(door: Client) -> None:
    link = link_on(door.get("/").content.decode())
    assert door.get(link).status_code == 200
    sent = door.post(link, {"email": "Ops@example.org"})
    assert not Member.objects.filter(is_operator=True).exists(), "not before the address is proven"
    (letter,) = delivered()
    code = re.search(r"^\s*(\d{6})\s*$", str(letter.body), re.M)
    assert code
    entered = door.post(sent["Location"], {"code": code[1], "action": "verify"})
    assert entered["Location"] == "/new/", "there is nothing to look after yet"
    assert Member.objects.get(is_operator=True).email == "ops@example.org"
    assert door.get("/operator/").status_code == 200
    # The link is spent for everybody: it leads those who hold it to the operator’s pages.
    assert Client().get(link)["Location"] == "/operator/"
    assert link_on(Client(headers={"host": "localhost"}).get("/").content.decode()) == ""


def test_nobody_else_finds_or_forges_the_link(door: Client) -> None:
    assert (
        link_on(
            Client(headers={"host": "localhost", "x-forwarded-for": "192.0.2.7"}).get("/").content.decode()
        )
        == ""
    )
    for key in ("nonsense", first_key()[:-1] + "x"):
        assert door.get(PAGE.format(key)).status_code == 404
        assert door.post(PAGE.format(key), {"email": "eve@example.org"}).status_code == 404
    refused = door.post(PAGE.format(first_key()), {"email": "no address"})
    assert refused.status_code == 422
    assert 'value="no address"' in refused.content.decode()
    assert not Member.objects.exists()


def test_two_who_hold_it_make_one_operator(door: Client) -> None:
    late = make_person(email="late@example.org")
    link = PAGE.format(first_key())
    other = Client(headers={"host": "localhost"})
    other.post(link, {"email": late.email})
    Member.objects.create_user("ops@example.org", is_operator=True)
    other.force_login(late)
    late.refresh_from_db()
    assert not late.is_operator
