"""Calendars as iCalendar (RFC 5545): the one writer of such files.

Times are written in UTC, which every programme shows in its own zone and which needs no table of zones in the file.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator

# Octets of a line, without its end.
LONGEST_LINE = 75
CONTENT_TYPE = "text/calendar; charset=utf-8"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def written(name: str, events: Iterable[Iterable[str]], *, product: str) -> str:
    """A whole file: what the calendar is called, and the lines of each event from its UID on.

    `product` says which part of the platform wrote it.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Parvis//{product}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def utc(moment: datetime.datetime) -> str:
    """A value of type DATE-TIME."""
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A value of type TEXT."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in parts of 75 octets at most, each but the first after a space; no sign is cut in two."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + width
    yield part
