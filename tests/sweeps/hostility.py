"""What people who mean no good, or whose programs are broken, send to every address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus

from tests.sweeps.noting import Sent

MARK = "canary"
# Breaks out of an attribute, of a script and of a title, and leaves an element behind that a parser finds.
SCRIPT = f"""'"--></title></script><b {MARK}=1>{{{{7777*7}}}}"""
# Whatever is typed into a box may hold these; the bytes are sent as they stand here.
ALONE: dict[str, bytes] = {
    "nul": b"a\x00b",
    "huge number": b"9" * 40,
}
VALUES: dict[str, bytes] = ALONE | {
    "nothing": b"",
    "not a number": b"NaN",
    "script": SCRIPT.encode(),
    "lone surrogate": b"a\xed\xa0\x80b",
    "not utf-8": b"a\xff\xfeb",
    "right to left": "a\u202e\u2066b\u200f".encode(),
    "controls": b"a\x01\x08\x0b\x1b\x7f\r\nX-Header: 1",
    "emoji": "🦜‍🔥👩‍👩‍👧".encode() * 30,
    "negative": b"-1",
    "infinite": b"1e999",
    "endless number": b"9" * 5_000,
    "last day": b"9999-12-31",
    "digits of elsewhere": "٣²".encode(),
    "long": b"w" * 6_000,
    "path": b"../../../../etc/passwd",
    "elsewhere": b"//evil.example/%2e%2e",
    "program": b"javascript:alert(1)",
    "deep": b"> [*`" * 2_000,
}
# Numbers, dates and names that are asked of the database.
ASKED = (
    "nul",
    "huge number",
    "not utf-8",
    "right to left",
    "negative",
    "digits of elsewhere",
    "script",
    "long",
    "last day",
)
# What a field is called that takes a day.
DAY = re.compile(r"day|date|until|since|holds_from|_(on|at|for)$")
# One of them in each field at once tells less, and is enough for the largest.
MEGABYTE = b"<p>" + b"m " * 500_000 + b"</p>"


class _Fields(HTMLParser):
    """The fields of every form that is sent by POST, with the values they would be sent with."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._fields: dict[str, str] | None = None
        self._select, self._area = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {"": has.get("action", "")} if has.get("method", "").lower() == "post" else None
        if self._fields is None:
            return
        name = has.get("name", "")
        if tag == "input" and name:
            ticked = "checked" in has or has.get("type") not in ("radio", "checkbox")
            if ticked:
                self._fields[name] = has.get("value", "on")
            else:
                self._fields.setdefault(name, "")
        elif tag == "button" and name:
            self._fields.setdefault(name, has.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self._fields[name] = ""
        elif tag == "select":
            self._select = name
            self._fields[name] = ""
        elif tag == "option" and self._select and ("selected" in has or not self._fields[self._select]):
            self._fields[self._select] = has.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area and self._fields is not None:
            self._fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form" and self._fields is not None:
            self.forms.append(self._fields)
            self._fields = None


def fields_of(page: str, path: str) -> dict[str, str]:
    """What the page's own forms would send to this path."""
    reader = _Fields()
    reader.feed(page)
    found: dict[str, str] = {}
    for form in reader.forms:
        if form.pop("").split("?")[0] in ("", path):
            found |= form
    found.pop("csrfmiddlewaretoken", None)
    return found


def sendings(fields: dict[str, str]) -> Iterator[tuple[str, Sent]]:
    """All fields spoilt at once with each value; what holds too much, nothing, or all of it twice."""
    for what, value in VALUES.items():
        yield what, dict.fromkeys(fields, (value,))
    yield "a megabyte", dict.fromkeys(list(fields)[:2], (MEGABYTE,))
    yield "nothing at all", {}
    yield "twice the same", {name: values * 2 for name, values in _formed(fields).items()}


def spoilt_alone(fields: dict[str, str], refused: dict[str, set[str]]) -> Iterator[tuple[str, Sent]]:
    """A well-formed sending with one field spoilt, for each field. Of fields that differ by a number only (rows of a
    list, read in one loop) the first and the last are spoilt.

    `refused`: by value, the fields that have said no to it in company. A form looks at each field by itself before it
    looks at all of them, so that these would say no alone as well.
    """
    formed = _formed(fields)
    first, last = {_shape(name): name for name in reversed(fields)}, {_shape(name): name for name in fields}
    for name in fields:
        if name not in (first[_shape(name)], last[_shape(name)]):
            continue
        for what in (*ALONE, *(("last day",) if DAY.search(name) else ())):
            if name not in refused.get(what, ()):
                yield f"{name}: {what}", {**formed, name: (VALUES[what],)}


def _formed(fields: dict[str, str]) -> dict[str, tuple[bytes, ...]]:
    return {name: (value.encode(),) for name, value in fields.items()}


def _shape(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def encoded(sent: Sent) -> bytes:
    return b"&".join(
        _quoted(name) + b"=" + _quoted(value) for name, values in sent.items() for value in values
    )


@cache
def _quoted(value: Any) -> bytes:
    """The same few long values are sent thousands of times."""
    return quote_plus(value if isinstance(value, bytes) else str(value)).encode()
