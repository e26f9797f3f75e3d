"""The platform’s own host: a sober door, developers’ mails, the ways to a community."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse, set_script_prefix

from communities.content.models import Space
from communities.memory import forget_all
from communities.models import Community, Domain
from communities.scoping import community_scope
from members.models import Member
from tests.communities.test_theming import BRANDS
from tests.conftest import Cast
from tests.factories import make_person


def signed_in(person: Member) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_visitors_see_listed_communities_only(here: Cast, elsewhere: Cast) -> None:
    Community.objects.filter(pk=elsewhere.community.pk).update(listed=False)
    page = Client().get("/").content.decode()
    assert here.community.name in page
    assert elsewhere.community.name not in page


def test_one_sees_ones_own_communities(here: Cast, elsewhere: Cast) -> None:
    page = signed_in(here.member.member).get("/communities/").content.decode()
    assert here.community.name in page
    assert elsewhere.community.name not in page
    assert Client().get("/communities/").status_code == 302


def test_the_preview_takes_colours_only(db: None) -> None:
    client = signed_in(make_person())
    for colour in BRANDS:
        assert f"--brand: {colour};".encode() in client.get("/new/preview.css", {"colour": colour}).content
    assert client.get("/new/preview.css", {"colour": "}*{}"}).status_code == 404


def test_commands_found_a_community_and_make_an_operator(db: None) -> None:
    call_command(
        "create_community", "loft", "--name", "Loft", "--owner", "ada@example.org", "--language", "fr"
    )
    loft = Community.objects.get(slug="loft")
    assert (loft.language, loft.state) == ("fr", "draft")
    with community_scope(loft):
        assert Space.objects.count() == 7
    with pytest.raises(CommandError):
        call_command("create_community", "loft", "--name", "Loft", "--owner", "ada@example.org")
    person = make_person(email="ops@example.org", password="set by somebody else")
    call_command("create_operator", "OPS@example.org")
    person.refresh_from_db()
    assert person.is_operator
    assert not person.has_usable_password()
    with pytest.raises(CommandError):
        call_command("create_operator", "nonsense")


@pytest.fixture
def kept(settings: Any, tmp_path: Path) -> str:
    """One mail in var/mail, with a script in its HTML."""
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    mail = EmailMultiAlternatives(
        "Your code: 123456", "Enter 123456", "a@example.org", ["b@example.org"], connection=connection
    )
    mail.attach_alternative("<p>Enter <b>123456</b><script>alert(1)</script></p>", "text/html")
    mail.send()
    return next((tmp_path / "mail").glob("*.log")).stem + "-0"


def test_developers_read_mails_on_their_own_machine(db: None, kept: str) -> None:
    client = Client(headers={"host": "localhost"})
    assert b"Your code: 123456" in client.get("/mails/").content
    page = client.get(f"/mails/{kept}/")
    assert b"Enter 123456" in page.content
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    body = client.get(f"/mails/{kept}/body/")
    assert "sandbox" in body["Content-Security-Policy"]
    assert "script-src" not in body["Content-Security-Policy"]
    assert body["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get("/mails/nothing/").status_code == 404


@pytest.mark.parametrize(
    "extra",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"HTTP_HOST": "parvis.example"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_nobody_else_reads_them(db: None, kept: str, settings: Any, extra: dict[str, str]) -> None:
    settings.PLATFORM_HOSTS = ["localhost", "parvis.example"]
    meta = {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"} | extra
    for path in ("/mails/", f"/mails/{kept}/", f"/mails/{kept}/body/"):
        assert Client().get(path, **meta).status_code == 404


def test_with_servers_of_ones_own_the_page_does_not_exist(db: None, kept: str, settings: Any) -> None:
    settings.EMBEDDED = False
    assert Client(headers={"host": "localhost"}).get("/mails/").status_code == 404


def test_machines_are_answered(db: None) -> None:
    assert Client().get("/healthz").content == b"alive"
    assert Client(headers={"host": "10.0.0.7"}).get("/healthz").status_code == 200


def test_an_unknown_host_has_no_page(here: Cast) -> None:
    for path in ("/", "/sign-in/", here.url("/")):
        assert Client(headers={"host": "unknown.example"}).get(path).status_code == 404


@pytest.mark.parametrize("host", ["bad host", "a_b$.example", "[::", "x/y"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_that_is_none_is_a_bad_request(db: None, host: str, method: str) -> None:
    assert getattr(Client(raise_request_exception=False), method)("/", HTTP_HOST=host).status_code == 400


def test_one_community_by_path_subdomain_and_domain(here: Cast) -> None:
    slug = here.community.slug
    assert Client().get(here.url("/rules/")).status_code == 200
    assert Client(headers={"host": f"{slug}.localhost"}).get("/rules/").status_code == 200
    domain = Domain.objects.create(community=here.community, host="loft.example", primary=True)
    assert Client(headers={"host": "loft.example"}).get("/rules/").status_code == 404
    domain.verified = True
    domain.save()
    forget_all()
    assert Client(headers={"host": "LOFT.example"}).get("/rules/").status_code == 200
    for host, path in (("localhost", here.url("/rules/?a=1")), (f"{slug}.localhost", "/rules/?a=1")):
        moved = Client(headers={"host": host}).get(path)
        assert (moved.status_code, moved["Location"]) == (301, "http://loft.example/rules/?a=1")


def test_reverse_knows_the_prefix(here: Cast) -> None:
    page = Client().get(here.url("/rules/")).content.decode()
    assert f'href="{here.url("/join/")}"' in page
    assert reverse("front:show-rules") == "/rules/"
    set_script_prefix("/")
