"""What a request tells, taken down as it is answered, and turned into hits without names or addresses."""

from __future__ import annotations

import datetime
import hashlib
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, resolve

from analytics.capture.channels import CAMPAIGN_PARAMETERS
from analytics.capture.consent import AGREED, REFUSED, Mode, choice_of, mode_of
from analytics.capture.filtering import agent_reason, referrer_reason
from analytics.capture.models import Kind, Reason
from analytics.capture.stream import Item, Outbox, connect, key_of
from communities.middleware import CommunityRequest
from communities.models import Community

logger = logging.getLogger(__name__)

STREAM = "hits"
# Salts live in memory and in Redis only, two days: today’s, and yesterday’s for a visit that crosses midnight.
SALT_LIFE = 48 * 60 * 60
VISIT_MINUTES = 30
VISIT_GAP = datetime.timedelta(minutes=VISIT_MINUTES)
# Their addresses are made of slugs and may be kept; other pages are counted by the shape of their address, since
# it may hold a handle, a key or an invitation.
NAMED_PAGES = frozenset({"blogs", "forums"})
EXTRA_PARAMETERS = frozenset({"utm_term", "utm_content"})


class Seen(NamedTuple):
    """One answered request, still in the memory of the process that answered it."""

    community: Community
    at: float
    kind: Kind
    path: str
    query: str
    referrer: str
    agent: str
    address: str
    choice: str = ""
    membership_id: int | None = None
    staff: bool = False
    purpose: str = ""
    refuses: bool = False
    object_id: int | None = None
    foreign: bool = False


class Hit(NamedTuple):
    """The same without anything that tells who it was; `earlier` is what the visitor was called yesterday, where a
    visit may have begun then; else 0.
    """

    community_id: int
    at: float
    uid: str
    kind: Kind
    visitor: int
    earlier: int
    path: str
    referrer: str
    query: str
    membership_id: int | None = None
    object_id: int | None = None
    consented: bool = False

    @property
    def moment(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.at, datetime.UTC)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Page views of one local day that are not counted."""

    community_id: int
    day: datetime.date
    reason: Reason
    views: int = 1


def record_view(request: CommunityRequest, response: HttpResponse) -> None:
    """Page views and successful acts; see `communities.middleware.register_recorder`."""
    if not settings.CAPTURE:
        return
    if request.method == "GET":
        # Fragments, files, feeds, redirects and error pages are no page views.
        if response.status_code != 200 or "HTTP_HX_REQUEST" in request.META:
            return
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        record_event(request, Kind.PAGE_VIEW)
    elif request.method == "POST" and response.status_code < 400:
        record_event(request, Kind.ACT)


def record_event(request: CommunityRequest, kind: Kind, *, object_id: int | None = None) -> None:
    """Take down that the visitor did something, at once and without a query. Nothing when capture is off here."""
    if not settings.CAPTURE or mode_of(request.community) == Mode.OFF:
        return
    if getattr(request, "preview", None):
        return  # a manager’s walk in other eyes is no visit
    meta = request.META
    told = meta.get
    membership = getattr(request, "membership", None)
    outbox.put(
        Seen(
            request.community,
            time.time(),
            kind,
            request.path_info,
            told("QUERY_STRING", ""),
            told("HTTP_REFERER", ""),
            told("HTTP_USER_AGENT", ""),
            _address(meta),
            choice_of(request),
            membership.pk if membership else None,
            bool(membership and membership.is_staff),
            told("HTTP_SEC_PURPOSE") or told("HTTP_PURPOSE") or "",
            refuses_by_browser(meta),
            object_id,
        )
    )


def refuses_by_browser(meta: dict[str, str]) -> bool:
    """Global Privacy Control, and the older Do Not Track."""
    return meta.get("HTTP_SEC_GPC") == "1" or meta.get("HTTP_DNT") == "1"


def _address(meta: dict[str, str]) -> str:
    """The network address, as the last proxy that we trust saw it."""
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted and (hops := meta.get("HTTP_X_FORWARDED_FOR", "")):
        chain = [hop.strip() for hop in hops.split(",")]
        return chain[-trusted] if trusted <= len(chain) else chain[0]
    return meta.get("REMOTE_ADDR", "")


Salts = Callable[[datetime.date], bytes]


def shared_salt(day: datetime.date) -> bytes:
    """The installation’s salt of one day; whoever asks first makes it. Raises redis.RedisError."""
    kept = _salts.get(day)
    if kept is None:
        key = key_of(f"salt:{day.isoformat()}")
        store = connect()
        store.set(key, secrets.token_bytes(16), nx=True, ex=SALT_LIFE)
        kept = bytes(store.get(key) or b"")  # type: ignore[arg-type]
        if len(_salts) > 8:
            _salts.clear()
        _salts[day] = kept
    return kept


_salts: dict[datetime.date, bytes] = {}


def forget_salts() -> None:
    _salts.clear()


@lru_cache(maxsize=4096)
def page_of(path: str) -> str:
    """What of a path is kept: all of it where it is made of slugs, else the shape of the address."""
    try:
        match = resolve(path, "config.urls")
    except Resolver404:
        return "/"
    if not match.kwargs or NAMED_PAGES.intersection(match.namespaces):
        return path
    return "/" + match.route


def reduce_seen(seen: Seen, salts: Salts, uid: str) -> Hit | Refusal | None:
    """What may be kept of a request; None for an act of somebody who is not counted."""
    local = datetime.datetime.fromtimestamp(seen.at, seen.community.zone)
    reason = _reason(seen)
    if reason is not None:
        return Refusal(seen.community.pk, local.date(), reason) if seen.kind == Kind.PAGE_VIEW else None
    consented = seen.choice.startswith(AGREED) and mode_of(seen.community) == Mode.CONSENT
    visitor, earlier = _visitors(seen, local, salts, consented)
    return Hit(
        community_id=seen.community.pk,
        at=seen.at,
        uid=uid,
        kind=seen.kind,
        visitor=visitor,
        earlier=earlier,
        path=(seen.path if seen.foreign else page_of(seen.path))[:200],
        referrer=_bare(seen.referrer),
        query=_campaign(seen.query),
        membership_id=seen.membership_id if consented else None,
        object_id=seen.object_id,
        consented=consented,
    )


def _reason(seen: Seen) -> Reason | None:
    if (found := agent_reason(seen.agent[:512]) or referrer_reason(seen.referrer[:512])) is not None:
        return found
    if "prefetch" in seen.purpose or "prerender" in seen.purpose:
        return Reason.PREFETCH
    if seen.staff:
        return Reason.STAFF
    if seen.choice == REFUSED or seen.refuses:
        return Reason.OPTED_OUT
    if mode_of(seen.community) == Mode.CONSENT and not seen.choice.startswith(AGREED):
        return Reason.NOT_ASKED
    return None


def _visitors(seen: Seen, local: datetime.datetime, salts: Salts, consented: bool) -> tuple[int, int]:
    """Today’s number and yesterday’s. The community is part of both: nobody is followed from one to the next."""
    if consented:
        return consented_visitor(seen.community, seen.choice), 0
    told, today = f"{seen.community.pk}|{seen.address}|{seen.agent}", local.date()
    earlier = 0
    if local.hour == 0 and local.minute <= VISIT_MINUTES:
        earlier = _number(salts(today - datetime.timedelta(days=1)), told)
    return _number(salts(today), told), earlier


def consented_visitor(community: Community, choice: str) -> int:
    """The number of a browser whose visitor agreed; another one in each community."""
    return _number(settings.SECRET_KEY.encode()[:64], f"{community.pk}|{choice}")


def _number(key: bytes, told: str) -> int:
    digest = hashlib.blake2b(told.encode(), key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


def _bare(referrer: str) -> str:
    """A referrer without its query, which may hold what somebody searched or a key."""
    try:
        parts = urlsplit(_storable(referrer)[:1000])
        bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:300]
        # Cut out of an address, this may be none: whoever reads it later must be able to.
        return bare if urlsplit(bare).hostname else ""
    except ValueError:
        return ""


def _campaign(query: str) -> str:
    if not query:
        return ""
    try:
        said = parse_qsl(query[:4000], max_num_fields=100)
    except ValueError:
        return ""
    known = CAMPAIGN_PARAMETERS | EXTRA_PARAMETERS
    return urlencode([(name, _storable(value)[:120]) for name, value in said if name in known])


def _storable(text: str) -> str:
    """Without U+0000, which no column holds: one such hit would keep all that come after it from being stored."""
    return text.replace("\0", "")


def work_up(batch: list[Seen]) -> Iterator[Item]:
    """Items for a batch of requests; refusals are added up. Raises redis.RedisError."""
    refusals: Counter[tuple[int, str, str]] = Counter()
    prefix = secrets.token_hex(8)
    for number, seen in enumerate(batch):
        try:
            kept = reduce_seen(seen, shared_salt, f"{prefix}{number:016x}")
        except ValueError:
            # What one visitor’s browser says must not cost the figures of the others.
            logger.exception("a page view was not understood")
            continue
        if isinstance(kept, Hit):
            yield list(kept)
        elif kept is not None:
            refusals[kept.community_id, kept.day.isoformat(), kept.reason.value] += kept.views
    for (community_id, day, reason), views in refusals.items():
        yield [community_id, day, reason, views]


def unpack(item: Item) -> Hit | Refusal:
    """Back from the stream. Raises ValueError and TypeError for what this release does not understand."""
    if len(item) == 4:
        community_id, day, reason, views = item
        return Refusal(community_id, datetime.date.fromisoformat(day), Reason(reason), views)
    hit = Hit(*item)
    # Once more: an earlier release may have left there what cannot be stored.
    return hit._replace(referrer=_bare(hit.referrer), query=hit.query.replace("%00", ""))


outbox: Outbox[Seen] = Outbox(STREAM, work_up)
