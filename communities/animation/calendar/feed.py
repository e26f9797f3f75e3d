"""The calendar as iCalendar (RFC 5545), for a member’s own calendar programme; and the address that it asks.

The address holds no secret of the database: it is signed with the key of the installation, and a new `key` of its row
makes it worthless. Times are written in UTC, which every programme shows in its own zone; what has no hour is a matter
of the day.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator

from django.core import signing
from django.db import transaction
from django.utils import timezone

from communities import icalendar
from communities.animation.calendar.exceptions import NoFeed
from communities.animation.calendar.items import Item, Window, items_in
from communities.animation.calendar.models import CalendarFeed
from communities.animation.calendar.permissions import can_see_calendar
from communities.calendar import DAY, moment_at
from communities.exceptions import NotAllowed
from communities.icalendar import escaped, utc
from communities.journal.services import record
from communities.mails import speaking
from communities.models import Community, Membership
from communities.queries import absolute_address

SALT = "animation.calendar.feed"
# What is written: a month back, half a year ahead.
BACK, AHEAD = 31 * DAY, 183 * DAY
# What takes as long as nobody knows: half an hour stands there.
USUAL = datetime.timedelta(minutes=30)


def feed_of(membership: Membership) -> CalendarFeed | None:
    found: CalendarFeed | None = CalendarFeed.objects.of(membership).first()
    return found


@transaction.atomic
def make_feed(*, by: Membership) -> CalendarFeed:
    """Let one’s own calendar read this one, at a new address; a former one leads nowhere from now on.

    Raises NotAllowed.
    """
    if not can_see_calendar(by):
        raise NotAllowed
    fresh = {"key": uuid.uuid4(), "made_at": timezone.now()}
    feed, _is_new = CalendarFeed.objects.update_or_create(membership=by, defaults=fresh)
    record(by, "calendar_feed_made")
    return feed


@transaction.atomic
def revoke_feed(*, by: Membership) -> None:
    """Nobody reads it by that address any more. Raises NoFeed where there is none."""
    gone, _by_table = CalendarFeed.objects.of(by).delete()
    if not gone:
        raise NoFeed
    record(by, "calendar_feed_revoked")


def token_of(feed: CalendarFeed) -> str:
    told = [feed.community_id, feed.membership_id, feed.key.hex]
    # Without the moment: whoever looks at it twice sees one address.
    return signing.Signer(salt=SALT).sign_object(told, compress=True)


def reader_of(token: str, community: Community) -> Membership | None:
    """Whose calendar asks; None for a forged address, a former one, another community’s, and for whoever may not see
    the calendar any more."""
    try:
        community_id, membership_id, key = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if community_id != community.pk:
        return None
    rows = CalendarFeed.objects.filter(membership_id=membership_id, key=key).select_related(
        "membership__member"
    )
    feed = rows.first()
    if feed is None or not can_see_calendar(feed.membership):
        return None
    reader: Membership = feed.membership
    return reader


def calendar_for(community: Community, reader: Membership, now: datetime.datetime) -> str:
    """All that this person sees in the calendar, a month back and half a year ahead."""
    today = now.astimezone(community.zone).date()
    window = Window(community, reader, today - BACK, today + AHEAD, now)
    language = reader.language or (reader.member.language if reader.member else "")
    with speaking(community, language):
        return written(community, items_in(window), now)


def written(community: Community, items: Iterable[Item], now: datetime.datetime) -> str:
    events = (_event(item, community, now) for item in items)
    return icalendar.written(community.name, events, product="Editorial calendar")


def _event(item: Item, community: Community, now: datetime.datetime) -> Iterator[str]:
    yield f"UID:{escaped(item.uid)}@{community.slug}.{community.pk}.parvis"
    yield f"DTSTAMP:{utc(now)}"
    if item.hour is None:
        yield f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{item.day + DAY:%Y%m%d}"
    else:
        begins = moment_at(item.day, item.hour, community)
        # A banner of three weeks is not one appointment of three weeks.
        ends = item.ends_at if item.ends_at and begins < item.ends_at < begins + DAY else begins + USUAL
        yield f"DTSTART:{utc(begins)}"
        yield f"DTEND:{utc(ends)}"
    yield f"SUMMARY:{escaped(item.title)}"
    facts = [item.label, str(item.state_word), item.fact, str(item.owner or "")]
    said = ", ".join(fact for fact in facts if fact)
    whole = f"{said}\n\n{item.brief}" if item.brief else said
    yield f"DESCRIPTION:{escaped(whole)}"
    if item.url:
        yield f"URL:{page_address_of(community, item.url)}"
    yield f"CATEGORIES:{escaped(item.label)}"
    yield "TRANSP:TRANSPARENT"


def page_address_of(community: Community, path: str) -> str:
    """The whole address of a page of the community."""
    return path if "://" in path else absolute_address(community, path)
