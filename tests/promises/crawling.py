"""Going from page to page by what a page shows: its links and forms, as somebody with a browser would.

Only what stands in the HTML counts. An address behind a form that is sent, or one that a script asks, is a door too;
it is noted and not opened.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from tests.sweeps.world import World

PLATFORM_HOST = "localhost"
TAG = re.compile(r"<(\w+)\b([^>]*)>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
FOLLOWED = {("a", "href"), ("area", "href"), ("iframe", "src")}
SENT = {"hx-post", "formaction"}


class Crawl:
    """What can be reached in one world, by the names of addresses; the visits of one role never see another's page."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reached: set[str] = set()
        self.refused: list[str] = []
        self.visits = 0

    def walk(self, role: str, starts: Iterable[str]) -> None:
        """As `role`, from addresses like those in a browser's bar: `/c/…` of the community, others of the platform.

        One page of each name is opened, and all that it starts from.
        """
        waiting, opened = deque[str](), set[str]()
        for address in starts:
            self._look(role, address, waiting)
        while waiting:
            address = waiting.popleft()
            name = self.name_of(address)
            if name is not None and name not in opened:
                opened.add(name)
                self._look(role, address, waiting)

    def look(self, role: str, address: str) -> None:
        """At one page, without going on from there."""
        self._look(role, address, deque())

    def _look(self, role: str, address: str, waiting: deque[str]) -> None:
        for found, is_followed in self._doors(role, address):
            there = self.name_of(found)
            if there is not None:
                self.reached.add(there)
                if is_followed:
                    waiting.append(found)

    def name_of(self, address: str) -> str | None:
        """The name of an address in its own table; None for what lies elsewhere."""
        path = urlsplit(address).path
        prefix = self.world.here.prefix
        if path == prefix or path.startswith(prefix + "/"):
            return name_in("config.urls", path.removeprefix(prefix))
        return name_in("config.platform_urls", path)

    def _doors(self, role: str, address: str) -> Iterator[tuple[str, bool]]:
        response = self._open(role, address)
        if response.status_code in (403, 404, 405, 500):
            self.refused.append(f"{response.status_code} {address} as {role}")
        elif response.status_code in (301, 302):
            yield from self._at_home(address, [(response.headers["Location"], True)])
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            yield from self._at_home(address, doors_of(response.content.decode(), address))

    def _open(self, role: str, address: str) -> HttpResponse:
        self.visits += 1
        inside = address.startswith(self.world.here.prefix)
        host = "testserver" if inside else PLATFORM_HOST
        response = self.world.client(role).get(address, headers={"host": host})
        if response.streaming:
            b"".join(response.streaming_content)
        return response

    def _at_home(self, address: str, found: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
        """Without what leads to other machines, as paths."""
        for href, is_followed in found:
            parts = urlsplit(urljoin(f"http://testserver{address}", href))
            if parts.scheme in ("http", "https") and parts.hostname in ("testserver", PLATFORM_HOST):
                yield parts.path + (f"?{parts.query}" if parts.query else ""), is_followed


@cache
def name_in(table: str, path: str) -> str | None:
    """Every page names the same places: looking their names up again took a third of the time."""
    try:
        return resolve(path, table).view_name
    except Resolver404:
        return None


def doors_of(text: str, address: str) -> Iterator[tuple[str, bool]]:
    """Each address that a page names, and whether it is opened by following it."""
    for tag, rest in TAG.findall(text):
        values = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(rest)}
        is_get = values.get("method", "get").lower() == "get"
        for name, value in values.items():
            if (tag, name) in FOLLOWED or name == "hx-get":
                yield value, True
            elif (tag, name) == ("form", "action"):
                yield value, is_get
            elif (
                name in SENT
                or (tag, name) == ("link", "href")
                or name in ("src", "content", "poster")
                or name.startswith("data-")
            ):
                yield from ((one, False) for one in addresses_in(value))
    # What a page shows for copying, and what its scripts read.
    for written in re.findall(r">\s*(https?://[^\s<]+)", text):
        yield html.unescape(written), False


def addresses_in(value: str) -> list[str]:
    """An attribute that is an address, or settings of a script that name some."""
    return [value] if value.startswith(("/", "http")) else re.findall(r'"(/[^"]*)"', value)
