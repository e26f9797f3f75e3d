"""Records requests as they are answered, and turns them into hits without names or addresses."""

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
from typing import NamedTuple, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import redis
from django.conf import settings
from django.http import HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from analytics.capture.channels import CAMPAIGN_PARAMETERS
from analytics.capture.consent import AGREED, CONSENT, OFF, REFUSED, Mode, choice_of, mode_of
from analytics.capture.filtering import agent_reason, referrer_reason
from analytics.capture.models import Kind, Reason
from analytics.capture.stream import Item, Place, RequestBuffer, connect, key_of
from communities.content.kinds import KINDS
from communities.content.kinds import Kind as ContentKind
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.queries import MAIL_PARAMETER, is_mail_mark

logger = logging.getLogger(__name__)

STREAM = "hits"
# Salts live in memory and in Redis only, two days: today’s, and yesterday’s for a visit that crosses midnight.
SALT_LIFE = 48 * 60 * 60
VISIT_MINUTES = 30
VISIT_GAP = datetime.timedelta(minutes=VISIT_MINUTES)
KEPT_PARAMETERS = CAMPAIGN_PARAMETERS | {"utm_term", "utm_content"}
PAGE_VIEW = Kind.PAGE_VIEW  # as in consent.py: looking it up would take as long as all that is done with it
ALWAYS_SAID = 9  # fields of a Hit
MOST_SAID = 4000  # characters of a header that are held: more is read of none


class Seen(NamedTuple):
    """One answered request, still in the memory of the process that answered it, as its headers said it."""

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
    signals: tuple[str | None, str | None] = (None, None)
    hops: str = ""
    object_id: int | None = None
    foreign: bool = False


class Hit(NamedTuple):
    """The same without anything that identifies the visitor; `earlier` is what the visitor was called yesterday,
    where a visit may have begun then; else 0.
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
        if response.headers.get("Content-Type", "").startswith("text/html"):
            _take_down(request, PAGE_VIEW, None)
    elif request.method == "POST" and response.status_code < 400:
        _take_down(request, Kind.ACT, None)


def record_event(request: CommunityRequest, kind: Kind, *, object_id: int | None = None) -> None:
    """Record that the visitor did something, at once and without a query. Does nothing if capture is off."""
    if settings.CAPTURE:
        _take_down(request, kind, object_id)


def _take_down(request: CommunityRequest, kind: Kind, object_id: int | None) -> None:
    """The visitor waits for this, so whatever can be computed later is left to the buffer’s thread."""
    community = request.community
    # A manager’s preview as another audience is not a visit, nor is the operator’s.
    looks = getattr(request, "preview", None) or getattr(request, "opening", None)
    if looks or mode_of(community) is OFF:
        return
    told = request.META.get
    membership = getattr(request, "membership", None)
    buffer.put(
        Seen(
            community,
            time.time(),
            kind,
            request.path_info,
            told("QUERY_STRING", "")[:MOST_SAID],
            told("HTTP_REFERER", "")[:MOST_SAID],
            told("HTTP_USER_AGENT", "")[:MOST_SAID],
            told("REMOTE_ADDR", ""),
            choice_of(request),
            membership.pk if membership else None,
            membership is not None and membership.is_staff,
            told("HTTP_SEC_PURPOSE") or told("HTTP_PURPOSE") or "",
            (told("HTTP_SEC_GPC"), told("HTTP_DNT")),
            told("HTTP_X_FORWARDED_FOR", ""),
            object_id,
        )
    )


def address_of(meta: dict[str, str]) -> str:
    """The network address, as the last proxy that we trust saw it."""
    hops = meta.get("HTTP_X_FORWARDED_FOR", "")
    return _address(meta.get("REMOTE_ADDR", ""), hops, settings.ALLAUTH_TRUSTED_PROXY_COUNT)


def _address(last: str, hops: str, trusted: int) -> str:
    if not trusted or not hops:
        return last
    chain = [hop.strip() for hop in hops.split(",")]
    return chain[-trusted] if trusted <= len(chain) else chain[0]


Salts = Callable[[datetime.date], bytes]


def shared_salt(day: datetime.date) -> bytes:
    """The installation’s salt of one day, created by whichever process asks first. Raises redis.RedisError."""
    kept = _salts.get(day)
    if kept is None:
        key = key_of(f"salt:{day.isoformat()}")
        store = connect()
        store.set(key, secrets.token_bytes(16), nx=True, ex=SALT_LIFE)
        kept = cast("bytes | None", store.get(key)) or b""
        if len(_salts) > 8:
            _salts.clear()
        _salts[day] = kept
    return kept


_salts: dict[datetime.date, bytes] = {}


def forget_salts() -> None:
    _salts.clear()


@lru_cache(maxsize=4096)
def _keeps(kind: ContentKind, match: ResolverMatch) -> bool:
    """Whether addresses like this one are made of slugs that name nobody."""
    named = kind.naming_people.isdisjoint(match.kwargs)
    return kind.keeps_paths and named and kind.path in match.namespaces


def page_of(path: str) -> str:
    """What of a path is kept: all of it where it is made of slugs, as those of content are; else the shape of the
    address, since it may hold a handle, a key or an invitation.
    """
    try:
        match = resolve(path, "config.urls")
    except Resolver404:
        return "/"
    if not match.kwargs or any(_keeps(kind, match) for kind in KINDS):
        return path
    return "/" + match.route


def reduce_seen(seen: Seen, salts: Salts, uid: str, *, trusted: int = 0) -> Hit | Refusal | None:
    """What may be kept of a request that came through so many trusted proxies; None for an act of somebody who is
    not counted.
    """
    community, mode = seen.community, mode_of(seen.community)
    day, is_early = _local_time(community.zone, int(seen.at // 60))
    reason = _reason(seen, mode)
    if reason is not None:
        return _refusal(seen, day, reason)
    consented = mode is CONSENT and seen.choice.startswith(AGREED)
    earlier = 0
    if consented:
        visitor = consented_visitor(community, seen.choice)
    else:
        # The community is part of the number: nobody is followed from one to the next.
        told = f"{community.pk}|{_address(seen.address, seen.hops, trusted)}|{seen.agent}".encode()
        visitor = _number(salts(day), told)
        if is_early:
            earlier = _number(salts(day - datetime.timedelta(days=1)), told)
    return Hit(
        community.pk,
        seen.at,
        uid,
        seen.kind,
        visitor,
        earlier,
        (seen.path if seen.foreign else page_of(seen.path))[:200],
        _without_query(seen.referrer),
        _campaign(community.pk, seen.query) if seen.query else "",
        seen.membership_id if consented else None,
        seen.object_id,
        consented,
    )


def number_once(request: CommunityRequest, about: str) -> int | None:
    """What a visitor is called today for one thing: always the same, and it leads to no other thing and to none of
    their visits. None for whom nothing is counted of: robots, who refused, and while Redis is away."""
    told = request.META.get
    seen = Seen(
        request.community, time.time(), Kind.ACT, request.path_info, "", "",
        told("HTTP_USER_AGENT", "")[:MOST_SAID], "", choice_of(request),
        signals=(told("HTTP_SEC_GPC"), told("HTTP_DNT")),
    )  # fmt: skip
    mode = mode_of(request.community)
    if mode is OFF or _reason(seen, mode) is not None:
        return None
    day, _is_early = _local_time(request.community.zone, int(seen.at // 60))
    try:
        salt = shared_salt(day)
    except redis.RedisError:
        return None
    return _number(salt, f"{request.community.pk}|{about}|{address_of(request.META)}|{seen.agent}".encode())


def _refusal(seen: Seen, day: datetime.date, reason: Reason) -> Refusal | None:
    if seen.kind == PAGE_VIEW:
        return Refusal(seen.community.pk, day, reason)
    if seen.kind == Kind.OFFER_CLICK and reason in (Reason.BOT, Reason.NO_AGENT):
        return Refusal(seen.community.pk, day, Reason.MACHINE_CLICK)
    return None


@lru_cache(maxsize=1024)
def _local_time(zone: datetime.tzinfo, minute: int) -> tuple[datetime.date, bool]:
    """The day at a minute since 1970, and whether a visit may have begun the day before."""
    local = datetime.datetime.fromtimestamp(minute * 60, zone)
    return local.date(), local.hour == 0 and local.minute <= VISIT_MINUTES


def _reason(seen: Seen, mode: Mode) -> Reason | None:
    if (found := agent_reason(seen.agent[:512]) or referrer_reason(seen.referrer[:512])) is not None:
        return found
    if seen.purpose and ("prefetch" in seen.purpose or "prerender" in seen.purpose):
        return Reason.PREFETCH
    if seen.staff:
        return Reason.STAFF
    if seen.choice == REFUSED or "1" in seen.signals:
        return Reason.OPTED_OUT
    if mode is CONSENT and not seen.choice.startswith(AGREED):
        return Reason.NOT_ASKED
    return None


def consented_visitor(community: Community, choice: str) -> int:
    """The number of a browser whose visitor agreed; another one in each community."""
    return _number(settings.SECRET_KEY.encode()[:64], f"{community.pk}|{choice}".encode())


def _number(key: bytes, told: bytes) -> int:
    digest = hashlib.blake2b(told, key=key, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True) or 1


@lru_cache(maxsize=4096)
def _without_query(referrer: str) -> str:
    """A referrer without its query, which may contain search terms or a key."""
    try:
        parts = urlsplit(_storable(referrer)[:1000])
        bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:300]
        # Cut to length, it may not parse any more; later code must be able to, so then none is kept.
        return bare if urlsplit(bare).hostname else ""
    except ValueError:
        return ""


def _campaign(community_id: int, query: str) -> str:
    """What a query says of how the visitor came; the mark of our own mails only where it is no forgery."""
    said = _parsed(query)
    kept = [(name, _storable(value)[:120]) for name, value in said if name in KEPT_PARAMETERS]
    # A page for members sends its visitor to sign in first, and says what was asked for.
    asked = [pair for name, value in said if name == "next" for pair in _parsed(value.partition("?")[2])]
    if any(name == MAIL_PARAMETER and is_mail_mark(community_id, value) for name, value in said + asked):
        kept.append((MAIL_PARAMETER, "1"))
    return urlencode(kept)


def _parsed(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query[:4000], max_num_fields=100)
    except ValueError:
        return []


def _storable(text: str) -> str:
    """Without U+0000, which no column holds: one such hit would keep all that come after it from being stored."""
    return text.replace("\0", "")


def work_up(batch: list[Seen]) -> Iterator[Item]:
    """Items for a batch of requests; refusals are added up. Raises redis.RedisError."""
    refusals: Counter[tuple[int, str, str]] = Counter()
    prefix, trusted = secrets.token_hex(8), settings.ALLAUTH_TRUSTED_PROXY_COUNT
    for number, seen in enumerate(batch):
        try:
            kept = reduce_seen(seen, shared_salt, f"{prefix}{number:016x}", trusted=trusted)
        except ValueError:
            # What one visitor’s browser says must not cost the figures of the others.
            logger.exception("a page view was not understood")
            continue
        if isinstance(kept, Hit):
            # What most hits say nothing of is left out, and filled in by its default.
            yield list(kept if kept.consented or kept.object_id else kept[:ALWAYS_SAID])
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
    return hit._replace(referrer=_without_query(hit.referrer), query=hit.query.replace("%00", ""))


def place_of(seen: Seen) -> Place | None:
    """The community and the local day that lose a page view, where one is lost; None for an act."""
    if seen.kind != PAGE_VIEW:
        return None
    return seen.community.pk, _local_time(seen.community.zone, int(seen.at // 60))[0]


buffer: RequestBuffer[Seen] = RequestBuffer(STREAM, work_up, place_of)
