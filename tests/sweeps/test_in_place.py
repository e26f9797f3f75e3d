"""Every form both ways: sent plainly it gets a page or a redirect, sent by htmx a block, words, or where to go on."""

from __future__ import annotations

import re

import pytest

from tests.sweeps.audiences import OPENS
from tests.sweeps.test_addresses import EACH, WHERE
from tests.sweeps.walking import Visit, visit
from tests.sweeps.world import ROLES, World

HTMX = {"hx-request": "true", "hx-current-url": "http://testserver/"}
WHOLE = re.compile(rb"<!doctype|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
POSTED = [(where, route) for where, route in EACH if WHERE[where][1][route].post is not None]


def _both(world: World, where: str, route: str, role: str) -> tuple[Visit, Visit]:
    address = WHERE[where][1][route]
    assert address.post is not None
    prefix, headers = (world.here.prefix, {}) if where == "community" else ("", {"host": "localhost"})
    path = prefix + address.path(route, world)
    data = address.fields(world)
    plain = visit(world, role, "POST", path, address.post[role], data, **headers)
    return plain, visit(world, role, "POST", path, address.post[role], data, **headers, **HTMX)


@pytest.mark.parametrize(("where", "route"), POSTED)
def test_each_form_is_answered_both_ways(world: World, where: str, route: str) -> None:
    address = WHERE[where][1][route]
    assert address.post is not None
    allowed = [role for role in ROLES if address.post[role] == OPENS]
    for role in {*allowed[:1], "visitor"}:
        plain, placed = _both(world, where, route, role)
        assert "HX-Redirect" not in plain.response.headers, f"{plain.path} as {role}"
        _holds(plain, placed)


def _holds(plain: Visit, placed: Visit) -> None:
    answer = placed.response
    where = f"{placed.path} as {placed.role}: {answer.status_code}"
    assert not 300 <= answer.status_code < 400, where
    if not answer.streaming and placed.is_page:
        assert WHOLE.search(answer.content) is None, where
    if 300 <= plain.response.status_code < 400:
        # Where one would have been led, the block itself, or the sentence that one is signed out.
        led = answer.headers.get("HX-Redirect") is not None
        assert led or answer.status_code in (200, 204, 401), where
        if answer.status_code == 401:
            assert placed.role == "visitor" or b"/join/" in answer.content, where
    else:
        assert answer.status_code == plain.response.status_code, where
