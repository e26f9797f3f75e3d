"""Whatever is sent to whatever address: a clear answer, never a failure, and nothing that runs in a page."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest
from django.db import transaction
from django.utils.html import escape

from tests.sweeps.addresses import COMMUNITY, PLATFORM, Address
from tests.sweeps.audiences import OPENS
from tests.sweeps.hostility import ASKED, MARK, SCRIPT, VALUES, encoded, fields_of, sendings, spoilt_alone
from tests.sweeps.noting import Read, Sent, noting
from tests.sweeps.parsing import parse
from tests.sweeps.walking import visit
from tests.sweeps.world import World

TABLES = {"community": COMMUNITY, "platform": PLATFORM}
ARGUMENT = re.compile(r"<\w+:\w+>")
FORM = "application/x-www-form-urlencoded"
EACH = [(where, route) for where, table in TABLES.items() for route in table]
TAKING_POSTS = [(where, route) for where, route in EACH if TABLES[where][route].post is not None]
ERRORS = re.compile(r'_error">.*?<span>\s*(.*?)\s*</span>', re.DOTALL)
QUOTED = re.compile(r'="[^"]*"')
IN_A_TAG = re.compile(rf"<[^>]*{MARK}")
# What a body may be said to be. Fields are looked for in the first two; the others concern who reads it as it came.
OTHER_TYPES = ("multipart/form-data", "multipart/form-data; boundary=x")
UNREAD_TYPES = ("text/xml", "", "é")
# Read from the query by some page; each is sent to all of them.
PARAMETERS = (
    "q",
    "page",
    "after",
    "before",
    "tab",
    "space",
    "state",
    "by",
    "written",
    "next",
    "quote",
    "sort",
    "kind",
    "field",
    "value",
    "since",
    "until",
    "which",
    "other",
)


def place(world: World, where: str, route: str) -> tuple[Address, str, dict[str, str]]:
    address = TABLES[where][route]
    if where == "platform":
        return address, address.path(route, world), {"host": "localhost"}
    return address, world.here.prefix + address.path(route, world), {}


def send(world: World, role: str, method: str, path: str, **request: Any) -> Any:
    """One request; a failure is an answer here, and what it changed is taken back."""
    client = world.sender(role, raise_request_exception=False)
    headers = {"accept-language": "en", "host": "testserver"} | request.pop("headers", {})
    with transaction.atomic():
        response = client.generic(method, path, headers=headers, **request)
        if response.streaming:
            # Read to its end, which closes its file.
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response


def why(response: Any) -> str:
    kind = getattr(response, "exc_info", None)
    return f"{response.status_code} {kind[1]!r}"[:300] if kind else str(response.status_code)


@pytest.mark.parametrize(("where", "route"), TAKING_POSTS)
def test_no_sending_fails(world: World, where: str, route: str) -> None:
    address, path, headers = place(world, where, route)
    assert address.post is not None
    role = next(
        one
        for one in ("owner", "member", "operator", "visitor")
        if address.post[one] == OPENS or one == "visitor"
    )
    bare = path.split("?")[0]
    fields = dict(address.fields(world))
    if address.get[role] == OPENS:
        page = visit(world, role, "GET", path, OPENS, **headers).response
        fields = fields_of(page.content.decode(), bare) | fields
    failed = []
    told: list[tuple[Sent, Read]] = []
    refused: dict[str, set[str]] = {}
    with noting() as notes:
        for what, sent in chain(sendings(fields), spoilt_alone(fields, refused)):
            if not _is_news(sent, told):
                continue
            notes.anew()
            response = send(world, role, "POST", path, data=encoded(sent), content_type=FORM, headers=headers)
            told.append((sent, notes.form))
            refused[what] = notes.refused
            if response.status_code >= 500:
                failed.append(f"{role}, {what}: {why(response)}")
            elif MARK in _elements(response):
                failed.append(f"{role}, {what}: it runs in the answer")
            failed += [f"{role}, {what}: says twice “{words}”" for words in _said_twice(response)]
    for content_type in _types_for([read for _sent, read in told]):
        response = send(
            world, role, "POST", path, data=b"\x00{<x>--x", content_type=content_type, headers=headers
        )
        if response.status_code >= 500:
            failed.append(f"{role}, {content_type}: {why(response)}")
    assert failed == []


@pytest.mark.parametrize(("where", "route"), EACH)
def test_no_reading_fails(world: World, where: str, route: str) -> None:
    address, path, headers = place(world, where, route)
    bare = path.split("?")[0]
    inside = "owner" if where == "community" else "operator"
    role = inside if where == "community" or address.get[inside] == OPENS else "visitor"
    failed = []
    told: list[tuple[Sent, Read]] = []
    with noting() as notes:
        for what in _in_turn(ASKED, route):
            asked = dict.fromkeys(PARAMETERS, (VALUES[what][:2000],))
            if not _is_news(asked, told):
                continue
            notes.anew()
            query = "&".join(f"{name}={_quoted(value)}" for name, (value,) in asked.items())
            # The first by the method that is answered as GET is, though nobody waits for the page.
            response = send(world, role, "GET" if told else "HEAD", f"{bare}?{query}", headers=headers)
            if not told and response.status_code == 405:
                response = send(world, role, "GET", f"{bare}?{query}", headers=headers)
            # Where it leads on, what was asked comes along.
            notes.query.whole |= 300 <= response.status_code < 400
            told.append((asked, notes.query))
            if response.status_code >= 500:
                failed.append(f"{what}: {why(response)}")
    for method in ("PUT", "OPTIONS", "PROPFIND"):
        response = send(world, role, method, bare, headers=headers)
        if response.status_code >= 500:
            failed.append(f"{method}: {why(response)}")
    assert failed == []


@pytest.mark.parametrize(
    "page",
    [
        "<p>{}</p>",
        '<p title="{}">Sails</p>',
        "<p title='{}'>Sails</p>",
        '<title>{}</title><p lang="en">Sails</p>',
        '<script>const said = "{}";</script>',
        '<!-- {} --><p lang="en">Sails</p>',
    ],
)
def test_what_would_run_is_found(page: str) -> None:
    """The control: as it was typed it is an element everywhere; escaped it is one only where quotes are missing."""
    assert _marked_in(page.format(SCRIPT)) == {MARK}
    assert _marked_in(page.format(escape(SCRIPT))) == set()
    assert _marked_in(f"<p title={escape(SCRIPT)}>Sails</p>") == {MARK}


@pytest.mark.parametrize("route", [route for route in COMMUNITY if re.search(r"<(str|path):", route)])
def test_no_name_in_a_path_fails(world: World, route: str) -> None:
    failed = []
    for what, value in VALUES.items():
        name = _quoted(value[:400]) or "%20"
        path = world.here.prefix + "/" + ARGUMENT.sub(name, route)
        response = send(world, "owner", "GET", path)
        if response.status_code not in (200, 301, 302, 400, 404, 405):
            failed.append(f"{what}: {why(response)}")
    assert failed == []


def _is_news(sent: Sent, told: list[tuple[Sent, Read]]) -> bool:
    """Whether the page can tell it apart from all that it was told before, by what it read of that."""
    return all(read.tells_apart(sent, before) for before, read in told)


def _types_for(read: list[Read]) -> Iterable[str]:
    """Ways to say what a body is; who has opened no form has not even been told, and one way is enough."""
    yield "application/json"
    if any(one.opened for one in read):
        yield from OTHER_TYPES
    if any(one.whole for one in read):
        yield from UNREAD_TYPES


def _in_turn(whats: tuple[str, ...], route: str) -> tuple[str, ...]:
    """All of them; each page begins with another, since one that reads nothing is asked once."""
    first = zlib.crc32(route.encode()) % len(whats)
    return whats[first:] + whats[:first]


def _said_twice(response: Any) -> list[str]:
    """Sentences that the errors of one field say more than once."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    counts = [Counter(re.split(r"(?<=[.!?])\s+", one)) for one in ERRORS.findall(response.content.decode())]
    return [words for count in counts for words, times in count.items() if times > 1]


def _quoted(value: bytes) -> str:
    return "".join(f"%{byte:02x}" for byte in value)


def _elements(response: Any) -> set[str]:
    """The attributes of the elements that came out of what was typed; none if it was escaped."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return set()
    return _marked_in(response.content.decode())


def _marked_in(text: str) -> set[str]:
    # To parse a page takes longer than to draw it. Within the quotes of an attribute nothing is an element, and what
    # was typed holds a quote that ends one; of the rest it can only be what stands in a tag.
    if not IN_A_TAG.search(QUOTED.sub("", text)):
        return set()
    tree = parse(text)
    return {name for one in tree.iter() if isinstance(one.tag, str) for name in one.attrib if name == MARK}
