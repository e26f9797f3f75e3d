"""Walking through all addresses, as everybody, and remembering what came back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Template
from django.template.context import Context
from django.urls import URLPattern, URLResolver, get_resolver

from tests.sweeps.addresses import COMMUNITY, PLATFORM, Address
from tests.sweeps.audiences import meaning
from tests.sweeps.world import ROLES, World

# A part that writes stands in the outermost `with` only.
WRITES = re.compile(
    r"[\s(]*(?:(insert|update|delete|truncate)\b|with\b.*\b(insert into|update|delete from)\s)", re.I | re.S
)
SESSION_TABLE = "django_session"
_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass
class Visit:
    """One request of one person, and what it did."""

    role: str
    method: str
    path: str
    expected: str
    response: HttpResponse
    writes: list[str] = field(default_factory=list)

    @property
    def got(self) -> str:
        return meaning(self.response)

    @property
    def is_page(self) -> bool:
        return (
            self.response.headers.get("Content-Type", "").startswith("text/html")
            and not self.response.streaming
        )

    def __str__(self) -> str:
        got = f"{self.got} ({self.response.status_code})"
        return f"{self.method} {self.path} as {self.role}: {got}, not {self.expected}"


def routes(urlconf: str) -> list[str]:
    """Every route of a URLconf, as it is written in the table of addresses."""
    return [route for route, _view in views(urlconf)]


def views(urlconf: str) -> list[tuple[str, Any]]:
    """Every route of a URLconf with its view."""
    return list(_views(get_resolver(urlconf).url_patterns, ""))


def _views(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        text = before + _NAMED_GROUP.sub(r"<\1>", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern):
            yield text, pattern.callback
        else:
            raise ImproperlyConfigured(f"neither a route nor an include: {pattern!r}")


def visit(
    world: World, role: str, method: str, path: str, expected: str, data: Any = None, **headers: str
) -> Visit:
    """One request; what it changed is taken back, so that the next one finds the same world."""
    client = world.sender(role, headers={"accept-language": "en", "host": "testserver", **headers})
    with transaction.atomic(), watched_writes() as writes:
        response = client.generic(method, path) if method == "GET" else client.post(path, data or {})
        transaction.set_rollback(True)
    if response.streaming:
        # Read to its end, which closes its file.
        b"".join(response.streaming_content)
    return Visit(role, method, path, expected, response, writes)


@contextmanager
def watched_writes() -> Iterator[list[str]]:
    """The statements that changed something."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


@contextmanager
def watched_templates() -> Iterator[set[str]]:
    """The names of all templates that are drawn meanwhile, parts of pages among them, of which no test is told
    otherwise: see `pages_told`.
    """
    names: set[str] = set()
    draw = Template._render  # type: ignore[attr-defined]

    def note(template: Template, context: Context) -> Any:
        if template.name:
            names.add(template.name)
        return draw(template, context)

    with mock.patch.object(Template, "_render", note):
        yield names


def places(world: World) -> Iterator[tuple[str, Address, str, dict[str, str]]]:
    """Every address: its route, its row in the table, its path and the headers that lead there."""
    for route, address in COMMUNITY.items():
        yield route, address, world.here.prefix + address.path(route, world), {}
    for route, address in PLATFORM.items():
        # The demo's door opens only under this machine's own name.
        yield route, address, address.path(route, world), {"host": "localhost"}


def reads(world: World, address: Address, path: str, headers: dict[str, str]) -> list[Visit]:
    return [visit(world, role, "GET", path, address.get[role], **headers) for role in ROLES]


def acts(world: World, address: Address, path: str, headers: dict[str, str]) -> list[Visit]:
    if address.post is None:
        return []
    return [
        visit(world, role, "POST", path, address.post[role], address.fields(world), **headers)
        for role in ROLES
    ]


def in_language(language: str) -> dict[str, str]:
    assert language in dict(settings.LANGUAGES)
    return {"accept-language": language}
