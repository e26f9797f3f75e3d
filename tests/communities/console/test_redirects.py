"""Redirects by hand: they lead on, never in a circle, are counted, tried and taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.content.models import Redirect
from communities.content.redirect_hits import store_hits
from communities.content.services import forwarding
from communities.journal.models import Change
from communities.journal.services import undo
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

PAGE = "/manage/redirects/"


def add(cast: Cast, path: str, target: str) -> Redirect:
    return forwarding.add_redirect(by=cast.manager, path=path, target=target)


def test_an_old_address_leads_on_and_is_counted(here: Cast, elsewhere: Cast, client: Client) -> None:
    manager = here.sign_in(here.manager)
    sent = {"path": "https://old.example.org/2019/jib.html", "target": here.url("/forums/")}
    assert manager.post(here.url(PAGE), sent).status_code == 302
    for _time in range(3):
        moved = client.get(here.url("/2019/jib.html"))
        assert (moved.status_code, moved["Location"]) == (301, here.url("/forums/"))
    assert client.get(elsewhere.url("/2019/jib.html")).status_code == 404
    assert store_hits() == 1
    assert store_hits() == 0
    with here.scope():
        redirect = Redirect.objects.get()
        assert (redirect.hits, redirect.by_hand) == (3, True)
    assert "followed 3 times" in manager.get(here.url(PAGE)).content.decode()
    assert manager.post(here.url(f"{PAGE}{redirect.pk}/delete/")).status_code == 302
    assert client.get(here.url("/2019/jib.html")).status_code == 404
    with here.scope():
        change = Change.objects.newest().first()
        assert change is not None
        undo(change, here.manager)
    assert client.get(here.url("/2019/jib.html")).status_code == 301


def test_redirects_lead_straight_on_and_never_in_a_circle(here: Cast) -> None:
    with here.scope():
        add(here, "/b/", "/forums/")
        assert add(here, "/a/", "/b").target == "/forums/"
        add(here, "/c/", "/blogs/")
        add(here, "/blogs-old/", "/c/")
        assert Redirect.objects.get(path="/blogs-old/").target == "/blogs/"
        for path, target in (("/x/", "/x"), ("/forums-old/", "/forums-old/#here")):
            with pytest.raises(forwarding.RedirectRefused):
                add(here, path, target)
        add(here, "/one/", "/two/")
        with pytest.raises(forwarding.RedirectRefused):
            add(here, "/two/", "/one/")


@pytest.mark.parametrize(
    ("path", "target", "sentence"),
    [
        ("/forums/", "/blogs/", "There is already a page at this address"),
        ("/", "/blogs/", "The home page cannot redirect."),
        ("javascript:alert(1)", "/blogs/", "begins with a slash"),
        ("/old/", "//evil.example", "begins with a slash"),
        ("/old/", "mailto:a@example.org", "begins with a slash"),
        ("/" + "a" * 500, "/blogs/", "too long"),
    ],
)
def test_what_cannot_be_is_said(here: Cast, path: str, target: str, sentence: str) -> None:
    answer = here.sign_in(here.manager).post(here.url(PAGE), {"path": path, "target": target})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    with here.scope():
        assert not Redirect.objects.exists()


def test_a_list_of_old_addresses_is_tried(here: Cast) -> None:
    with here.scope():
        add(here, "/2019/jib.html", "/forums/")
    typed = "https://old.example.org/2019/jib.html\n/blogs/\n\n/nowhere.php?id=3\nno address"
    page = here.sign_in(here.manager).post(here.url(f"{PAGE}try/"), {"addresses": typed}).content.decode()
    for words in ("→ /forums/", "an address of this community", "leads nowhere", "no address"):
        assert words in page
    many = here.sign_in(here.manager).post(here.url(f"{PAGE}try/"), {"addresses": "/a\n" * 201})
    assert (many.status_code, "these are 201" in many.content.decode()) == (422, True)


def test_what_was_removed_comes_back_with_all_below_it(here: Cast) -> None:
    with here.scope():
        forwarding.forward("/forums/old/", "/forums/new/", below=True)
        forwarding.remove_redirect(Redirect.objects.get(), by=here.manager)
        undo(Change.objects.latest("pk"), here.manager)
        back = Redirect.objects.get()
    assert (back.target, back.below, back.by_hand) == ("/forums/new/", True, False)
