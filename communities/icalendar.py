"""Calendars as iCalendar (RFC 5545): the one writer of such files.

Times are written in UTC, which every programme shows in its own zone and which needs no table of zones in the file;
what repeats is written by its clocks, since 18:00 stays 18:00 when they change.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

# Octets of a line, without its end.
LONGEST_LINE = 75
CONTENT_TYPE = "text/calendar; charset=utf-8"
UTC = "UTC"
_SECOND, _DAY = datetime.timedelta(seconds=1), datetime.timedelta(days=1)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def written(
    name: str, events: Iterable[Iterable[str]], *, product: str, zones: Iterable[Iterable[str]] = ()
) -> str:
    """A whole file: what the calendar is called, and the lines of each event from its UID on.

    `product` says which part of the platform wrote it; `zones` are the time zones that its events name (`zone_lines`).
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
    for zone in zones:
        lines += zone
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def utc(moment: datetime.datetime) -> str:
    """A value of type DATE-TIME."""
    return f"{moment.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def by_clock(name: str, moment: datetime.datetime, zone: str) -> str:
    """A property of type DATE-TIME by the clocks of a zone, which the file explains (`zone_lines`): what repeats keeps
    its hour."""
    if zone == UTC:
        return f"{name}:{utc(moment)}"
    return f"{name};TZID={zone}:{moment.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


@lru_cache(maxsize=64)
def zone_lines(zone: str, first: int, last: int) -> tuple[str, ...]:
    """What the clocks of a zone do from the first to the last of these years; none for UTC."""
    if zone == UTC:
        return ()
    start = datetime.datetime(first, 1, 1, tzinfo=datetime.UTC)
    clock = ZoneInfo(zone)
    there = start.astimezone(clock)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}", *_change(there.replace(tzinfo=None), there, there)]
    for moment in _changes(clock, start, datetime.datetime(last, 12, 31, tzinfo=datetime.UTC)):
        before, after = (moment - _SECOND).astimezone(clock), moment.astimezone(clock)
        # When it happens, by the clocks as they went until then.
        lines += _change((before + _SECOND).replace(tzinfo=None), before, after)
    return (*lines, "END:VTIMEZONE")


def _change(at: datetime.datetime, before: datetime.datetime, after: datetime.datetime) -> tuple[str, ...]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    return (
        f"BEGIN:{kind}",
        f"DTSTART:{at:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{before:%z}",
        f"TZOFFSETTO:{after:%z}",
        f"TZNAME:{after:%Z}",
        f"END:{kind}",
    )


def _changes(
    clock: ZoneInfo, start: datetime.datetime, end: datetime.datetime
) -> Iterator[datetime.datetime]:
    """The moments from which the clocks are set otherwise, to the second."""
    day = start
    while day < end:
        following = day + _DAY
        if day.astimezone(clock).utcoffset() != following.astimezone(clock).utcoffset():
            low, high = day, following
            while high - low > _SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if middle.astimezone(clock).utcoffset() == day.astimezone(clock).utcoffset():
                    low = middle
                else:
                    high = middle
            yield high
        day = following


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
