"""Home, the pages about the place, its files: who sees what, at what cost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from communities.content.models import Space, SpaceAuthor, State
from communities.memory import forget_all
from communities.theming import theme_version
from tests.conftest import Cast
from tests.factories import make_membership, make_rules, make_space, make_thread


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue(), "image/png")


@pytest.fixture
def lasting_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine forgets within a request; what is counted here is a warm process."""
    monkeypatch.setattr("communities.memory.LIFETIME", 600.0)


def fill(here: Cast, count: int) -> None:
    with here.scope():
        for _number in range(count):
            make_thread(here.forum, by=make_membership(), kind="question")
            make_thread(make_space(), replies=1)
            make_thread(here.blog)


@pytest.mark.usefixtures("lasting_memory")
def test_home_of_visitors_costs_the_same_however_much_there_is(
    here: Cast, queries: Callable[..., Any]
) -> None:
    fill(here, 1)
    client = Client()
    for _round in range(2):
        # What a process remembers for a second: the community, its main address, its spaces.
        client.get(here.url("/"))
        # One of them asks which calls take applications now: any text may have one; another which threads are featured.
        with queries(most=6):
            page = client.get(here.url("/"))
        assert page.status_code == 200
        fill(here, 4)


@pytest.mark.usefixtures("lasting_memory")
def test_home_of_members_costs_the_same_however_much_there_is(
    here: Cast, queries: Callable[..., Any]
) -> None:
    fill(here, 1)
    client = here.sign_in(here.member)
    for _round in range(2):
        client.get(here.url("/"))
        with queries(most=10):
            page = client.get(here.url("/"))
        assert page["Cache-Control"] == "private, no-store"
        fill(here, 4)


def test_home_shows_what_one_may_read(here: Cast) -> None:
    with here.scope():
        inner = make_space(audience="members")
        make_thread(inner, title="For members only")
        make_thread(here.forum, title="For everybody")
        make_thread(here.forum, title="Not ready", state=State.DRAFT)
    visitors, members = (
        Client().get(here.url("/")).content,
        here.sign_in(here.member).get(here.url("/")).content,
    )
    assert b"For everybody" in visitors
    assert b"For members only" not in visitors
    assert b"For members only" in members
    assert b"Not ready" not in visitors + members


def test_an_empty_home_is_no_dead_end(here: Cast) -> None:
    assert b"ask the first question" in Client().get(here.url("/")).content
    assert b"ask the first question" in here.sign_in(here.member).get(here.url("/")).content


def test_home_offers_to_begin_something_only_where_one_may(here: Cast) -> None:
    member, owner = here.sign_in(here.member), here.sign_in(here.owner)

    def offered(client: Client) -> bool:
        forget_all()
        return "Ask or share" in client.get(here.url("/")).content.decode()

    assert offered(member)
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(posting=Space.Posting.AUTHORS)
    assert not offered(member), "named authors write in all of them"
    assert (
        "no space yet for you to start something in" in member.get(here.url("/me/drafts/")).content.decode()
    )
    assert offered(owner)
    with here.scope():
        SpaceAuthor.objects.create(space=here.blog, membership=here.member)
    assert offered(member)


def test_unread_threads_are_marked_until_they_are_read(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, title="News of the day")
    client = here.sign_in(here.member)
    assert b"dot-new" in client.get(here.url("/")).content
    client.post(here.url(f"/forums/t/{thread.slug}/read/"), {"position": 1})
    assert b"dot-new" not in client.get(here.url("/")).content


def test_the_stylesheet_has_its_version_in_its_address(here: Cast) -> None:
    version = theme_version(here.community.theme)
    sheet = Client().get(here.url(f"/theme/{version}.css"))
    assert "immutable" in sheet["Cache-Control"]
    assert b"--brand: #" in sheet.content
    assert Client().get(here.url("/theme/0000.css"))["Location"] == here.url(f"/theme/{version}.css")


@pytest.mark.parametrize(
    "path", ["../settings.py", "..%2f..%2fsecret.webp", "/etc/passwd", "a/../../x.webp", "x.html", "x"]
)
def test_only_public_pictures_are_served(here: Cast, path: str) -> None:
    default_storage.save("secret.webp", ContentFile(b"secret"))
    assert Client().get(f"/media/public/{path}").status_code == 404
    assert Client().get(here.url(f"/media/public/{path}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/about/", "/help/", "/rules/", "/legal/", "/legal/privacy/"),
        *("/favicon.ico", "/apple-touch-icon.png", "/manifest.webmanifest"),
    ],
)
def test_pages_about_the_place_are_for_everybody(here: Cast, path: str) -> None:
    here.community.legal = {"publisher": "Loft", "publication_director": "Maud"}
    here.community.save()
    with here.scope():
        make_rules("Be kind.")
    assert Client().get(here.url(path)).status_code == 200


def test_an_unknown_legal_text_does_not_exist(here: Cast) -> None:
    assert Client().get(here.url("/legal/nonsense/")).status_code == 404
