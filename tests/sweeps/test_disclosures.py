"""Whatever stays in a browser is declared: the proposed texts about cookies are made of the declarations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from communities.console.operator import opening
from communities.disclosures import cookies, cookies_of
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import OPENS
from tests.sweeps.world import World

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("analytics", "communities", "members", "moderation", "config")
STORED = re.compile(r"(?:localStorage|sessionStorage)\.setItem\(\s*([^,]+),")


def test_every_cookie_that_a_walk_through_all_pages_sets_is_declared(world: World) -> None:
    declared = {cookie.name for cookie in cookies_of(world.here.community) if not cookie.in_page}
    found = set()
    for role in ("visitor", "member", "owner"):
        client = world.client(role)
        for route, address in COMMUNITY.items():
            if address.get.get(role) == OPENS:
                client.get(world.here.url(address.path(route, world)))
        found |= set(client.cookies)
    assert settings.CSRF_COOKIE_NAME in found
    assert found <= declared


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
    for expression in STORED.findall(path.read_text(encoding="utf-8")):
        name = expression.strip().strip("\"'`")
        assert name in kept or (name == "key" and "draft:…" in kept), expression
