"""Calendars of others: what an iCalendar file says of events to come. It is given by hand, nothing is fetched.

A library reads the file and another reckons what repeats (RFC 5545); what is here says which line cannot be read, by
which clocks an hour is meant, and by what an entry is known again. Both libraries cost a process 8 MB, which those that
read no file are spared.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from communities.calendar import time_zones
from communities.events.exceptions import CalendarUnreadable
from communities.events.in_time import OutOfTime, in_time
from communities.events.models import LONGEST
from communities.events.queries import AHEAD
from communities.fields import one_line

# Octets of a file; entries that are offered; sentences on what cannot be read; parts within parts.
MOST_BYTES, MOST_OFFERED, MOST_PROBLEMS, DEEPEST = 500_000, 300, 10, 10
# Seconds of computing, after which reading is broken off: a rule, a zone and a line can be made to last.
PATIENCE = 8.0
# How often an entry may repeat on one day, and what repeats oftener; on how many days times how often since it began.
# A birthday may have been in 1760; the year 1, from which every day would be reckoned, is nobody’s.
MOST_A_DAY, MOST_SINCE = 24, 100_000
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
# In how many days a changed date may stand in its rule: the library reckons as far.
FURTHEST = datetime.timedelta(days=3660)
# What the rule of a time zone may say: once a year.
_ZONE_RULE = re.compile(
    r"(?:(?:FREQ=YEARLY|INTERVAL=1|BY(?:HOUR|MINUTE|SECOND)=\d{1,2}"
    r"|(?:COUNT|UNTIL|WKST|BYMONTH|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYDAY)=[\w+,-]{1,40})(?:;|\Z))+\Z",
    re.ASCII | re.IGNORECASE,
)
LONGEST_WORDS, LONGEST_LINE = 20_000, 200
# What lasts no time at all is given an hour.
AN_HOUR, A_DAY, A_MINUTE = (
    datetime.timedelta(hours=1), datetime.timedelta(days=1), datetime.timedelta(minutes=1),
)  # fmt: skip
_LINE_END = re.compile(r"\r\n|\n|\r")
# Each sign can be read in one way only, or a line of quotation marks would be tried for ever.
_PROPERTY = re.compile(r"[A-Za-z0-9-]+(?:;(?:[^:\"]|\"[^\"]*\")*)?:", re.DOTALL)
_MARKED_UP = re.compile(r"<(?:br|p|a|ul|ol|b|i|html-blob)\b", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+\Z")
# The time zones of a file are kept by the library under their names: those of one file are not for the next.
_one_file = threading.Lock()
# What the two libraries raise where an entry says nonsense.
# (OSError of zones that are called as a folder of zones is, or as no file can be).
NONSENSE = (ValueError, TypeError, KeyError, AttributeError, IndexError, ArithmeticError, OSError)


@dataclass(frozen=True)
class Foreign:
    """An entry that is to come, or one date of an entry that repeats; `key` knows it again in a later file."""

    key: str
    title: str
    body: str
    place: str
    online_url: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    zone: str
    is_cancelled: bool = False
    # Marked as private or confidential there.
    is_private: bool = False
    # Whether the file names clocks that nobody knows, so that those of the community are taken.
    is_guessed: bool = False

    @property
    def is_too_long(self) -> bool:
        return self.ends_at - self.starts_at > LONGEST


@dataclass
class Reading:
    """What a file says: its entries in their order, what could not be read of it, and whether there were more."""

    events: list[Foreign] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    is_cut: bool = False

    def note(self, problem: str) -> None:
        if len(self.problems) < MOST_PROBLEMS and problem not in self.problems:
            self.problems.append(problem)


def read_calendar(data: bytes, *, zone: str, now: datetime.datetime) -> Reading:
    """The entries of a file that are not over, for a year ahead; hours without clocks are by those of `zone`.

    Raises CalendarUnreadable, which says what and in which line.
    """
    # Before time is looked at: what is half loaded stays so.
    import recurring_ical_events  # noqa: F401

    found = Reading()
    text = _text(data)
    begins = _scanned(text, found)
    limit = time.thread_time() + PATIENCE
    try:
        calendars = _parsed(text, limit)
        in_time(limit, lambda: _reckon(calendars, begins, found, zone, now))
    except OutOfTime:
        raise CalendarUnreadable(
            _("This file takes too long to read. Export fewer events at once.")
        ) from None
    return found


def _reckon(
    calendars: list[Any], begins: list[int], found: Reading, zone: str, now: datetime.datetime
) -> None:
    for calendar, group, line in _grouped(calendars, begins):
        try:
            if any(_is_too_often(event, now) for event in group):
                said = _(
                    "The entry in line %(line)s repeats too often, or since too long ago, to be an event."
                )
                found.note(said % {"line": line})
                continue
            found.events += _dates(calendar, group, zone, now)
        except NONSENSE:
            found.note(_("The entry in line %(line)s cannot be read and is left out.") % {"line": line})
        if len(found.events) > 2 * MOST_OFFERED:
            _cut(found)
    _cut(found)


def _cut(found: Reading) -> None:
    """Keep the next ones, as many as are offered."""
    found.events.sort(key=lambda one: (one.starts_at, one.title, one.key))
    found.is_cut = found.is_cut or len(found.events) > MOST_OFFERED
    del found.events[MOST_OFFERED:]


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise CalendarUnreadable(_("This is not a calendar file: export it as iCalendar (.ics)."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines as they are meant, with the number of the one where each begins."""
    begun, so_far = 0, ""
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if line[:1] in (" ", "\t") and begun:
            so_far += line[1:]
            continue
        if so_far.strip():
            yield begun, so_far
        begun, so_far = number, line
    if so_far.strip():
        yield begun, so_far


def _scanned(text: str, found: Reading) -> list[int]:
    """In which line each event begins. Raises CalendarUnreadable for a file whose parts do not close."""
    begins: list[int] = []
    open_parts: list[tuple[str, int]] = []
    for number, line in _unfolded(text):
        name, _colon, value = line.partition(":")
        part = value.strip().upper()
        if not open_parts and (name.upper(), part) != ("BEGIN", "VCALENDAR"):
            raise CalendarUnreadable(
                _("Line %(line)s is not part of a calendar: a file begins with BEGIN:VCALENDAR.")
                % {"line": number}
            )
        if name.upper() == "BEGIN":
            open_parts.append((part, number))
            begins += [number] if part == "VEVENT" else []
            if len(open_parts) > DEEPEST:
                raise CalendarUnreadable(_("Line %(line)s begins one part too many.") % {"line": number})
        elif name.upper() == "END":
            opened, since = open_parts.pop()
            if opened != part:
                told = {"line": number, "end": part[:40], "part": opened[:40], "since": since}
                raise CalendarUnreadable(
                    _("Line %(line)s ends %(end)s, but %(part)s of line %(since)s is still open.") % told
                )
        elif open_parts[-1][0] in ("STANDARD", "DAYLIGHT") and _is_wild(name, value):
            raise CalendarUnreadable(_("Line %(line)s is not a time zone rule.") % {"line": number})
        elif not _PROPERTY.match(line):
            found.note(_("Line %(line)s cannot be read and is left out.") % {"line": number})
    if open_parts:
        opened, since = open_parts[-1]
        told = {"part": opened[:40], "line": since}
        raise CalendarUnreadable(_("The file ends within %(part)s of line %(line)s.") % told)
    if not begins:
        raise CalendarUnreadable(_("There is no event in this file."))
    return begins


def _is_wild(name: str, value: str) -> bool:
    """Whether this is a rule by which the clocks of a zone would change more often than clocks do."""
    return name.upper().partition(";")[0] in ("RRULE", "EXRULE") and not _ZONE_RULE.match(value.strip())


def _parsed(text: str, limit: float) -> list[Any]:
    import icalendar
    from icalendar.timezone import tzp

    with _one_file:
        tzp.use_default()
        try:
            return in_time(limit, lambda: list(icalendar.Calendar.from_ical(text, multiple=True)))
        except NONSENSE as error:
            raise CalendarUnreadable(
                _("This is not a calendar file: export it as iCalendar (.ics).")
            ) from error
        finally:
            tzp.use_default()


def _grouped(calendars: Iterable[Any], begins: list[int]) -> Iterator[tuple[Any, list[Any], int]]:
    """What belongs together by its UID, with its calendar and the line where it begins."""
    lines = iter(begins)
    for calendar in calendars:
        groups: dict[str, list[Any]] = {}
        starts: dict[str, int] = {}
        for place, event in enumerate(calendar.walk("VEVENT")):
            line = next(lines, 0)
            # What has no UID belongs to nothing.
            uid = str(event.get("UID", "")) or f"no uid {place}"
            groups.setdefault(uid, []).append(event)
            starts.setdefault(uid, line)
        for uid, group in groups.items():
            yield calendar, group, starts[uid]


def _rules(event: Any) -> list[Any]:
    rules = event.get("RRULE")
    return rules if isinstance(rules, list) else [rules] if rules is not None else []


def _is_too_often(event: Any, now: datetime.datetime) -> bool:
    """Whether reckoning what repeats here would go on and on."""
    slot = event.get("RECURRENCE-ID")
    if slot is not None and abs(_day(slot.dt) - now.date()) > FURTHEST:
        return True
    for rule in _rules(event):
        often = str((rule.get("FREQ") or [""])[0]).upper()
        each_day = prod(max(1, len(rule.get(part) or [])) for part in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        since = max(1, (now.date() - _day(event["DTSTART"].dt)).days)
        steps = rule.get("INTERVAL", [1])
        # A step of none never comes to an end.
        is_stuck = any(int(step) < 1 for step in (steps if isinstance(steps, list) else [steps]))
        if often in TOO_OFTEN or each_day > MOST_A_DAY or each_day * since > MOST_SINCE or is_stuck:
            return True
    return False


def _day(at: datetime.date) -> datetime.date:
    return datetime.date(at.year, at.month, at.day)


def _dates(calendar: Any, group: list[Any], zone: str, now: datetime.datetime) -> list[Foreign]:
    import icalendar
    import recurring_ical_events

    alone = icalendar.Calendar()
    clocks = _known_zone(str(calendar.get("X-WR-TIMEZONE", "")))
    if clocks:
        alone["X-WR-TIMEZONE"] = clocks
    for event in group:
        alone.add_component(event)
    repeats = any(_rules(event) or "RDATE" in event or "RECURRENCE-ID" in event for event in group)
    is_lost = "X-WR-TIMEZONE" in calendar and not clocks
    is_guessed = any(_is_guessed(event, is_lost=is_lost) for event in group)
    is_off = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    # A day earlier: hours without clocks are reckoned by none.
    rows = recurring_ical_events.of(alone).between(now - A_DAY, now + AHEAD)
    rows.sort(key=lambda row: _moment(row["DTSTART"].dt, ZoneInfo(zone)))
    made: list[Foreign] = []
    for row in rows:
        one = _made(row, zone, repeats=repeats, is_guessed=is_guessed, is_off=is_off)
        if now < one.ends_at and one.starts_at < now + AHEAD:
            made.append(one)
        # One more says that there are more.
        if len(made) > MOST_OFFERED:
            break
    return made


def _is_guessed(event: Any, *, is_lost: bool) -> bool:
    """Whether an hour of its names clocks that neither the file nor anybody else explains; `is_lost` where the file
    names such clocks for all that name none."""
    start = event.get("DTSTART")
    if start is None or not isinstance(start.dt, datetime.datetime):
        return False
    return start.dt.tzinfo is None and (is_lost or "TZID" in start.params)


def _known_zone(name: str) -> str:
    """By the name that all know, also of one that is called as by Windows; empty for one that nobody knows."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    known = WINDOWS_TO_OLSON.get(name, name)
    return known if known in time_zones() else ""


def _made(event: Any, zone: str, *, repeats: bool, is_guessed: bool, is_off: bool) -> Foreign:
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    clock = ZoneInfo(zone)
    starts, ends = _moment(start, clock), _moment(end, clock)
    if not isinstance(start, datetime.datetime):
        # A whole day ends a minute before the next; some files name the last day, not the one after it.
        ends = max(ends, _moment(start + A_DAY, clock)) - A_MINUTE
    elif ends <= starts:
        ends = starts + AN_HOUR
    where = one_line(str(event.get("LOCATION", "")))
    is_web = _WEB.match(where) is not None and len(where) <= 500
    return Foreign(
        key=_key(event, clock, repeats=repeats),
        title=one_line(str(event.get("SUMMARY", "")))[:LONGEST_LINE] or _("Without a title"),
        body=_words(event),
        place="" if is_web else where[:LONGEST_LINE],
        online_url=where if is_web else "",
        starts_at=starts,
        ends_at=ends,
        zone=_zone(start, zone),
        is_cancelled=is_off or str(event.get("STATUS", "")).upper() == "CANCELLED",
        is_private=str(event.get("CLASS", "")).upper() in ("PRIVATE", "CONFIDENTIAL"),
        is_guessed=is_guessed,
    )


def _moment(value: datetime.date, clock: ZoneInfo) -> datetime.datetime:
    if not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time.min, clock)
    return (value if value.tzinfo is not None else value.replace(tzinfo=clock)).astimezone(datetime.UTC)


def _zone(start: datetime.date, zone: str) -> str:
    """By which clocks it is told: those of the file where they have a name that is known, else the community’s."""
    from icalendar.timezone import tzid_from_dt

    named = tzid_from_dt(start) if isinstance(start, datetime.datetime) and start.tzinfo else None
    known = _known_zone(named or "")
    return known if "/" in known and not known.startswith("Etc/") else zone


def _key(event: Any, clock: ZoneInfo, *, repeats: bool) -> str:
    """By its UID and, where it repeats, the moment for which it stands in the rule: another hour is no other event."""
    stands_for = ""
    if repeats:
        slot = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else event["DTSTART"].dt
        stands_for = f"{_moment(slot, clock).astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"
    uid = str(event.get("UID", "")) or f"{event.get('SUMMARY', '')} {event['DTSTART'].dt}"
    return hashlib.sha256(f"{uid}\n{stands_for}".encode()).hexdigest()


def _words(event: Any) -> str:
    """Its description as HTML, which is sanitised where it is stored; its title where it says no more."""
    said = str(event.get("DESCRIPTION", "")).strip()[:LONGEST_WORDS] or str(event.get("SUMMARY", "")).strip()
    body = said if _MARKED_UP.search(said) else linebreaks(escape(said or _("Without a title")))
    address = str(event.get("URL", "")).strip()
    if _WEB.match(address) and address not in said:
        body += f'<p><a href="{escape(address)}">{escape(address)}</a></p>'
    return body
