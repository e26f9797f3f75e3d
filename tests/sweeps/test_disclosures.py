"""Whatever stays in a browser is declared: the proposed texts about cookies are made of the declarations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from communities.console.operator import opening
from communities.disclosures import cookies, cookies_of
from tests.conftest import Cast

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("analytics", "communities", "members", "moderation", "config")
STORED = re.compile(r"(?:localStorage|sessionStorage)\.setItem\(\s*([^,]+),")


@pytest.mark.django_db
def test_a_cookie_that_a_page_sets_is_found_in_its_answer(here: Cast) -> None:
    """The control of what test_addresses.py asks of every visit."""
    answer = Client().get(here.url("/join/"))
    assert settings.CSRF_COOKIE_NAME in answer.cookies
    assert settings.CSRF_COOKIE_NAME in {cookie.name for cookie in cookies_of(here.community)}


def test_every_line_of_code_that_sets_a_cookie_names_a_declared_one() -> None:
    names = {"settings.LANGUAGE_COOKIE_NAME", "SENT_COOKIE", "COOKIE", "opening.COOKIE"}
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r"\.set_cookie\(\s*([\w.\"']+)", text))
    assert found == names
    assert {"sent", "audience", settings.LANGUAGE_COOKIE_NAME} <= {cookie.name for cookie in cookies}
    assert opening.COOKIE in {cookie.name for cookie in cookies}


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js").rglob("*.mjs")), ids=lambda path: path.name)
def test_every_script_that_keeps_something_has_declared_it(path: Path) -> None:
    kept = {cookie.name for cookie in cookies if cookie.in_page}
    text = path.read_text(encoding="utf-8")
    # A name that stands in a constant: what of it is the same for everybody.
    constants = {name: f"{begin}…" for name, begin in re.findall(r"const (\w+) = `([^`$]+)\$\{", text)}
    for expression in STORED.findall(text):
        name = expression.strip().strip("\"'`")
        name = constants.get(name, name)
        assert name in kept or (name == "key" and "draft:…" in kept), expression
