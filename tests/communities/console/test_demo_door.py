"""The demo's door: it lets in on one's own machine, and is not there for anybody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth import SESSION_KEY
from django.test import Client

from communities.models import Community, Membership
from communities.scoping import community_scope
from members.models import Member
from tests import factories

HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}
ROLES = ("member", "moderator", "manager", "marketing", "owner")


@pytest.fixture
def halyard(db: None) -> Community:
    do = {"en": "Splice it by hand.", "fr": "Épissez à la main."}
    shapes = [
        {"shape": name, "be": be, "go": "/forums/", "do": do}
        for name, be in (("many_blogs", "owner"), ("fans", "member"), ("shop", "gone"), ("zoo", "member"))
    ]
    settings = {"demo_people": [*ROLES, "gone"], "demo_shapes": shapes}
    community = factories.make_community(name="Halyard", settings=settings)
    with community_scope(community):
        for role in ROLES:
            factories.make_membership(handle=role, display_name=f"Ines {role.title()}", role=role)
        factories.make_membership(handle="gone", status="left")
        factories.make_membership(handle="nobody", display_name="Not In The Demo", role="owner")
    return community


@pytest.fixture
def operator(db: None) -> Member:
    return Member.objects.create_superuser(project.DEMO_OPERATOR)


def enter(client: Client, community: Community, handle: str = "", **extra: Any) -> Any:
    return client.post("/demo/enter/", {"community": community.slug, "handle": handle}, **{**HERE, **extra})


def test_lists_the_people_by_name_role_and_community(
    client: Client, halyard: Community, operator: Member
) -> None:
    page = client.get("/demo/", **HERE)

    words = " ".join(page.content.decode().split())
    assert page.status_code == 200
    assert "Ines Member, member of Halyard:" in words
    assert "Ines Marketing, marketing lead of Halyard:" in words
    assert "Visitor of Halyard:" in words
    assert "Maud Kerven, operator of" in words
    assert "Not In The Demo" not in words
    assert "no-store" in page.headers["Cache-Control"]


def test_shapes_come_first_with_whom_to_be_and_what_to_do_there(client: Client, halyard: Community) -> None:
    page = client.get("/demo/", **HERE)
    words = " ".join(page.content.decode().split())
    # In the order of the recipes; who has gone cannot be entered, and of a zoo there is no recipe.
    assert [shape.name for shape in page.context["shapes"]] == ["fans", "many_blogs"]
    assert "Fans of a product, as Ines Member:" in words
    assert words.count("Splice it by hand.") == 2
    french = client.get("/demo/", headers={"accept-language": "fr"}, **HERE).content.decode()
    assert "Épissez à la main." in french
    assert "Hébergeur de blogs (Ines Owner)" in french


def test_by_a_shape_one_lands_where_it_is_shown(client: Client, halyard: Community) -> None:
    sent = {"community": halyard.slug, "handle": "member"}
    landings = {
        shape: client.post("/demo/enter/", sent | {"shape": shape}, **HERE).headers["Location"]
        for shape in ("fans", "many_blogs", "zoo/../..", "")
    }
    home = f"/c/{halyard.slug}/"
    # A shape that is somebody else’s, or none, is no way in.
    assert landings == {"fans": f"{home}forums/", "many_blogs": home, "zoo/../..": home, "": home}
    with community_scope(halyard):
        assert client.session[SESSION_KEY] == str(Membership.objects.get(handle="member").member_id)


def test_seeing_the_door_writes_nothing(
    client: Client, halyard: Community, queries: Callable[..., Any]
) -> None:
    with queries(most=4):
        client.get("/demo/", **HERE)

    assert "sessionid" not in client.cookies


def test_a_community_that_is_no_demo_has_no_door(client: Client, halyard: Community) -> None:
    other = factories.make_community(name="Real Brand")
    with community_scope(other):
        factories.make_membership(handle="member")

    assert "Real Brand" not in client.get("/demo/", **HERE).content.decode()
    assert enter(client, other, "member").status_code == 404


# Where each lands, as after signing in; all others at home.
LANDINGS = {"moderator": "moderation/", "manager": "today/", "owner": "today/", "marketing": "results/"}


@pytest.mark.parametrize("role", ROLES)
def test_one_press_makes_one_that_person(client: Client, halyard: Community, role: str) -> None:
    answer = enter(client, halyard, role)

    with community_scope(halyard):
        membership = Membership.objects.get(handle=role)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/c/{halyard.slug}/{LANDINGS.get(role, '')}"
    assert client.session[SESSION_KEY] == str(membership.member_id)


def test_being_a_visitor_again_signs_out(client: Client, halyard: Community) -> None:
    enter(client, halyard, "owner")

    answer = enter(client, halyard)

    assert answer.headers["Location"] == f"/c/{halyard.slug}/"
    assert SESSION_KEY not in client.session


def test_the_operator_comes_in_by_a_door_of_their_own(client: Client, operator: Member) -> None:
    answer = client.post("/demo/run/", **HERE)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.session[SESSION_KEY] == str(operator.pk)


def test_without_a_demo_operator_there_is_nobody_to_be(client: Client, db: None) -> None:
    factories.make_person(is_operator=True)

    assert client.post("/demo/run/", **HERE).status_code == 404


@pytest.mark.parametrize("handle", ["nobody", "gone", "unknown"])
def test_only_the_named_people_can_be_entered(client: Client, halyard: Community, handle: str) -> None:
    assert enter(client, halyard, handle).status_code == 404
    assert SESSION_KEY not in client.session


def test_pressing_needs_the_token_of_the_page(halyard: Community) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert enter(strict, halyard, "owner").status_code == 403


CLOSED = [
    {"REMOTE_ADDR": "192.0.2.7"},
    {"REMOTE_ADDR": "10.0.0.3"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "localhost"},
    {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_FORWARDED": "for=127.0.0.1"},
    {"HTTP_X_REAL_IP": "127.0.0.1"},
    {"HTTP_VIA": "1.1 proxy"},
    {"HTTP_HOST": "platform.example.org"},
    {"HTTP_HOST": "localhost.example.org"},
    {"HTTP_HOST": "example.org", "HTTP_X_FORWARDED_HOST": "localhost"},
]


@pytest.mark.parametrize("request_of", CLOSED, ids=str)
def test_closed_to_all_but_this_machine(
    client: Client, halyard: Community, operator: Member, settings: Any, request_of: dict[str, str]
) -> None:
    settings.PLATFORM_HOSTS = ["localhost", "127.0.0.1", "platform.example.org"]
    meta = {**HERE, **request_of}

    assert client.get("/demo/", **meta).status_code == 404
    assert enter(client, halyard, "owner", **meta).status_code == 404
    assert client.post("/demo/run/", **meta).status_code == 404
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("setting", ["DEMO", "EMBEDDED"])
def test_closed_without_the_demo_or_with_named_servers(
    client: Client, halyard: Community, operator: Member, settings: Any, setting: str
) -> None:
    setattr(settings, setting, False)

    assert client.get("/demo/", **HERE).status_code == 404
    assert enter(client, halyard, "owner").status_code == 404
    assert client.post("/demo/run/", **HERE).status_code == 404
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "localhost"])
def test_open_under_each_name_of_this_machine(client: Client, db: None, host: str) -> None:
    address = "::1" if "::" in host else "127.0.0.1"

    assert client.get("/demo/", **{**HERE, "HTTP_HOST": host, "REMOTE_ADDR": address}).status_code == 200


def test_a_community_has_no_such_address(client: Client, halyard: Community) -> None:
    assert client.get(f"/c/{halyard.slug}/demo/", **HERE).status_code == 404


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, "True"),
        ({"DEMO": "0"}, "False"),
        ({"DATABASE_URL": "postgresql://web@db/parvis", "SECRET_KEY": "x" * 50}, "False"),
        ({"DATABASE_URL": "postgresql://web@db/parvis", "SECRET_KEY": "x" * 50, "DEMO": "1"}, "False"),
    ],
    ids=str,
)
def test_the_environment_decides(environment: dict[str, str], on: str) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in {"DEMO", "DATABASE_URL"}}
    answer = subprocess.run(
        [sys.executable, "-c", "from config import settings; print(settings.DEMO)"],
        env=kept | environment,
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.strip() == on


def test_the_platform_s_home_leads_to_the_door_where_there_is_one(client: Client, halyard: Community) -> None:
    here, elsewhere = client.get("/", **HERE), client.get("/", **{**HERE, "REMOTE_ADDR": "192.0.2.7"})

    assert 'href="/demo/"' in here.content.decode()
    assert elsewhere.status_code == 200
    assert "/demo/" not in elsewhere.content.decode()
