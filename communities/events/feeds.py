"""Events as iCalendar: one, those of the community, those somebody is registered for; and the address of the last.

The address holds no secret of the database: it is signed with the key of the installation, and a new `key` of its row
makes it worthless.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import icalendar
from communities.content.managers import Reader
from communities.content.models import Thread
from communities.content.text.extracts import excerpt
from communities.events.models import Event, OwnCalendar
from communities.events.permissions import FEATURE
from communities.events.queries import slots_shown
from communities.events.series import Series, local
from communities.events.wording import where_it_is
from communities.icalendar import by_clock, escaped, utc
from communities.launch.features import is_open_to, refuse_closed
from communities.models import Community, Membership
from communities.queries import absolute_address

SALT = "events.own_calendar"
PRODUCT = "Events"
# Characters of the text that a calendar shows.
MOST_WORDS = 400
# For how long a file knows what clocks do.
YEARS_AHEAD = 5


def calendar_of(membership: Membership) -> OwnCalendar | None:
    found: OwnCalendar | None = OwnCalendar.objects.of(membership).first()
    return found


@transaction.atomic
def make_calendar(*, by: Membership) -> OwnCalendar:
    """Let one’s own calendar programme read where one is registered, at a new address; a former one leads nowhere."""
    refuse_closed(by, FEATURE)
    fresh = {"key": uuid.uuid4(), "made_at": timezone.now()}
    made, _is_new = OwnCalendar.objects.update_or_create(membership=by, defaults=fresh)
    return made


def revoke_calendar(*, by: Membership) -> bool:
    """Nobody reads it by that address any more; False where there was none."""
    gone, _by_table = OwnCalendar.objects.of(by).delete()
    return bool(gone)


def token_of(calendar: OwnCalendar) -> str:
    told = [calendar.community_id, calendar.membership_id, calendar.key.hex]
    # Without the moment: whoever looks at it twice sees one address.
    return signing.Signer(salt=SALT).sign_object(told, compress=True)


def reader_of(token: str, community: Community) -> Membership | None:
    """Whose calendar asks; None for a forged address, a former one, another community’s, and for who has left."""
    try:
        community_id, membership_id, key = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if community_id != community.pk:
        return None
    rows = OwnCalendar.objects.filter(membership_id=membership_id, key=key)
    found = rows.select_related("membership__member").first()
    if found is None or not found.membership.is_active or found.membership.is_suspended:
        return None
    reader: Membership = found.membership
    return reader if is_open_to(reader, FEATURE) else None


def written(community: Community, threads: Iterable[Thread], now: datetime.datetime, name: str = "") -> str:
    """The file. What only those who come may know is in it for threads that carry a registration that has a place."""
    return icalendar.written(
        name or community.name, (_lines(thread, community, now) for thread in threads), product=PRODUCT
    )


def written_whole(
    community: Community, threads: Sequence[Thread], now: datetime.datetime, viewer: Reader
) -> str:
    """The same of all events of a community: a series is one entry with its rule, and dates that are otherwise stand
    beside it, each an entry by itself."""
    grouped: dict[Series, list[Thread]] = {}
    for thread in threads:
        if thread.event.series is not None:
            grouped.setdefault(thread.event.series, []).append(thread)
    shown = slots_shown(viewer, [series.pk for series in grouped]) if grouped else {}
    entries: list[Iterable[str]] = [
        _lines(thread, community, now) for thread in threads if thread.event.series is None
    ]
    zones: dict[str, int] = {}
    for series, dates in grouped.items():
        pattern = next((one for one in reversed(dates) if _is_usual(one.event)), None)
        if pattern is None:
            entries += [_lines(thread, community, now) for thread in dates]
            continue
        year = series.starts_at.year - 1
        zones[series.zone] = min(year, zones.get(series.zone, year))
        entries += _series(series, pattern, dates, shown.get(series.pk, set()), community, now)
    told = [icalendar.zone_lines(zone, year, now.year + YEARS_AHEAD) for zone, year in zones.items()]
    return icalendar.written(community.name, entries, product=PRODUCT, zones=told)


def _is_usual(event: Event) -> bool:
    return not event.differs and not event.is_cancelled


def _series(
    series: Series,
    pattern: Thread,
    dates: Sequence[Thread],
    shown: Collection[datetime.datetime],
    community: Community,
    now: datetime.datetime,
) -> Iterator[Iterable[str]]:
    """The rule, without the dates that there are not any more or that are otherwise; then each of these. As exceptions
    to the rule (RECURRENCE-ID) they would be shown a second time by programmes that do not know such. What is said of
    every date leads to the calendar: the page of one of them would be wrong for all others."""
    otherwise = [thread for thread in dates if not _follows(series, pattern, thread)]
    apart = {thread.event.slot for thread in otherwise}
    made = list(takewhile(lambda slot: series.next_at is None or slot < series.next_at, series.slots()))
    uid = f"UID:series-{series.pk}@{community.slug}.{community.pk}.parvis"
    ends = (local(series.starts_at, series.clock) + _length(pattern, series)).replace(tzinfo=series.clock)
    until = f";UNTIL={utc(series.until)}" if series.until is not None else ""
    rule = [
        uid,
        f"SEQUENCE:{series.sequence}",
        by_clock("DTSTART", series.starts_at, series.zone),
        by_clock("DTEND", ends, series.zone),
        f"RRULE:{series.rule}{until}",
        *(by_clock("EXDATE", slot, series.zone) for slot in made if slot not in shown or slot in apart),
    ]
    calendar = absolute_address(community, pattern.space.get_absolute_url())
    yield [*rule, *_words(pattern, community, now, calendar=calendar)]
    there = set(made)
    for thread in dates:
        if thread.event.slot in apart or thread.event.slot not in there:
            yield _lines(thread, community, now)


def _follows(series: Series, pattern: Thread, thread: Thread) -> bool:
    """Whether the rule says of this date all that a calendar shows of it, but for its page."""
    event = thread.event
    return (
        not event.is_cancelled
        and event.starts_at == event.slot
        and _length(thread, series) == _length(pattern, series)
        and thread.title == pattern.title
        and where_it_is(event) == where_it_is(pattern.event)
    )


def _length(thread: Thread, series: Series) -> datetime.timedelta:
    """By the clocks of the series."""
    return local(thread.event.ends_at, series.clock) - local(thread.event.starts_at, series.clock)


def _lines(thread: Thread, community: Community, now: datetime.datetime) -> Iterator[str]:
    event = thread.event
    yield f"UID:event-{thread.pk}@{community.slug}.{community.pk}.parvis"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{utc(event.starts_at)}"
    yield f"DTEND:{utc(event.ends_at)}"
    yield from _words(thread, community, now)


def _words(
    thread: Thread, community: Community, now: datetime.datetime, *, calendar: str = ""
) -> Iterator[str]:
    """`calendar`: its address, where this is said of all dates of a series."""
    event, mine = thread.event, getattr(thread, "mine", None)
    address = calendar or absolute_address(community, thread.get_absolute_url())
    leads = _("Each date has a page of its own: %(address)s") % {"address": address} if calendar else address
    yield f"DTSTAMP:{utc(now)}"
    yield f"SUMMARY:{escaped(thread.title)}"
    comes = mine is not None and mine.is_coming
    where = event.online_url if comes and event.online_url and not event.place else where_it_is(event)
    if where:
        yield f"LOCATION:{escaped(where)}"
    yield f"DESCRIPTION:{escaped(_said(thread, comes=comes, leads=leads))}"
    yield f"URL:{address}"
    waits = mine is not None and not mine.is_coming
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'TENTATIVE' if waits else 'CONFIRMED'}"
    if event.is_cancelled:
        yield "TRANSP:TRANSPARENT"


def _said(thread: Thread, *, comes: bool, leads: str) -> str:
    event = thread.event
    parts = [event.cancel_reason, thread.said] if hasattr(thread, "said") else [event.cancel_reason]
    if comes and event.online_url:
        parts.append(_("Online: %(address)s") % {"address": event.online_url})
    return "\n\n".join([part for part in parts if part] + [leads])


def with_words(thread: Thread) -> Thread:
    """The thread with the beginning of its text, for a file about it alone."""
    thread.said = excerpt(thread.opening().body_html, MOST_WORDS)  # type: ignore[attr-defined]
    return thread
