"""Doors that take no token take nothing from another site’s page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from members.origins import is_from_elsewhere
from tests.conftest import Cast

# What is signed by whoever sends it, or asks by itself.
SIGNED = {"receive_mentions", "receive_order", "take_mail", "set_choices", "start_import"}


def views(found: list[Any]) -> Iterator[Any]:
    for one in found:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield one.callback


@pytest.mark.parametrize("urlconf", ["config.urls", "config.platform_urls"])
def test_every_door_without_a_token_asks_where_it_was_sent_from(urlconf: str) -> None:
    open_doors = {
        view.__name__: view
        for view in views(get_resolver(urlconf).url_patterns)
        if getattr(view, "csrf_exempt", False)
    }
    assert open_doors
    factory = RequestFactory()
    for name, view in open_doors.items():
        if name in SIGNED:
            continue
        request = factory.post("/x/", HTTP_ORIGIN="https://evil.example", HTTP_SEC_FETCH_SITE="cross-site")
        answer = view(request)
        assert answer.status_code == 403, name


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "null"}, True),
        ({"Origin": "http://testserver.evil.example"}, True),
        ({"Origin": "http://[::1"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://neighbour.testserver"}, True),
    ],
)
def test_where_a_form_was_sent_from(headers: dict[str, str], elsewhere: bool) -> None:
    assert is_from_elsewhere(RequestFactory().post("/x/", headers=headers)) == elsewhere


def test_the_language_of_the_page_is_not_changed_by_another_site(here: Cast) -> None:
    address, said = here.url("/choices/language/"), {"language": "fr"}
    forged = Client().post(address, said, headers={"Origin": "https://evil.example"})
    assert forged.status_code == 403
    assert "django_language" not in forged.cookies


def test_whom_to_tell_of_a_weakness(here: Cast, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    for address in ("/.well-known/security.txt", here.url("/.well-known/security.txt")):
        answer = Client().get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert text.startswith("Contact: mailto:security@example.org\nExpires: 20")
        assert "Preferred-Languages: en, fr" in text
