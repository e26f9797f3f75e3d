"""A text area takes as many characters as it says, lines or none: browsers count a line break as one, and send two.

All forms of all pages are walked; a form is sent as its page would send it, once as a browser does and once with plain
line breaks, and has to answer both alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from communities.memory import forget_all
from tests.sweeps.addresses import COMMUNITY, Address
from tests.sweeps.audiences import OPENS
from tests.sweeps.hostility import fields_of
from tests.sweeps.markup import parsed
from tests.sweeps.walking import visit
from tests.sweeps.world import World

ROLES = ("owner", "member")
# What says that a sending was refused: which fields are wrong, and whether it was answered at all.
WRONG = re.compile(r'<textarea[^>]*name="([^"]+)"[^>]*aria-invalid="true"')


def areas(page: str, path: str) -> Iterator[tuple[str, str, int]]:
    """Where a form is sent, and which of its text areas takes how many characters."""
    tree, _complaints = parsed(page)
    for form in tree.iter("form"):
        if (form.get("method") or "").lower() != "post":
            continue
        action = (form.get("action") or path).partition("?")[0] or path
        for area in form.iter("textarea"):
            if (most := area.get("maxlength")) and area.get("name"):
                yield action, area.get("name"), int(most)


def longest(most: int) -> str:
    """As many characters as may be typed, in lines of which none is like another."""
    lines, length = [], 0
    while length < most:
        line = f"{len(lines)} a boat, a quay, a rope"[: most - length]
        lines.append(line)
        length += len(line) + 1
    text = "\n".join(lines)
    return text[: most - 1] + "z" if len(text) >= most else text + "z" * (most - len(text))


def answer(world: World, role: str, path: str, sent: dict[str, Any]) -> tuple[int, list[str]]:
    response = visit(world, role, "POST", path, OPENS, sent).response
    said = response.content.decode(errors="replace") if not response.streaming else ""
    return response.status_code, WRONG.findall(said)


def _sent_from(world: World, role: str, route: str, address: Address) -> Iterator[tuple[str, str, int, str]]:
    path = world.here.prefix + address.path(route, world)
    read = visit(world, role, "GET", path, OPENS)
    if read.response.status_code != 200 or not read.is_page:
        return
    page = read.response.content.decode()
    for action, name, most in areas(page, path):
        yield action, name, most, page


def test_every_text_area_takes_as_many_characters_as_it_says(world: World) -> None:
    seen: set[tuple[str, str]] = set()
    unlike, refused = [], []
    for role in ROLES:
        for route, address in COMMUNITY.items():
            if address.get[role] != OPENS:
                continue
            for action, name, most, page in _sent_from(world, role, route, address):
                shape = (re.sub(r"\d+|[0-9a-f-]{36}", "#", action), re.sub(r"\d+", "#", name))
                if shape in seen or most > 60_000:
                    continue
                seen.add(shape)
                sent = fields_of(page, action)
                text = longest(most)
                assert len(text) == most
                forget_all()
                plain = answer(world, role, action, {**sent, name: text})
                forget_all()
                by_browser = answer(world, role, action, {**sent, name: text.replace("\n", "\r\n")})
                if plain != by_browser:
                    unlike.append(f"{action} {name}: {plain}, {by_browser}")
                elif name in plain[1]:
                    refused.append(shape)
    assert unlike == []
    assert len(seen) > 40, "forms are found"
    # Some ask for lines of a kind; most take what they say they take.
    assert len(refused) < len(seen) / 4, refused


@pytest.mark.parametrize("most", [1, 2, 23, 24, 500, 10_000])
def test_what_is_sent_is_as_long_as_it_may_be(most: int) -> None:
    assert len(longest(most)) == most
    assert most < 30 or "\n" in longest(most)
