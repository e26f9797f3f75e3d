"""Access logs of another server, read as if each line were a request here: same filters, same store."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from analytics.capture.models import Kind
from analytics.capture.recording import Hit, Refusal, Salts, Seen, reduce_seen
from analytics.capture.rollups import roll_up
from analytics.capture.storing import lock_position, store_hits, store_refusals
from communities.calendar import day_of
from communities.models import Community
from communities.scoping import community_scope

BATCH = 1000
# Apache’s and nginx’s “combined” format.
LINE = re.compile(
    r'(?P<address>\S+) \S+ .*?\[(?P<at>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) \S+'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
REQUEST = re.compile(r"(?P<method>[A-Z]+) (?P<path>\S+)(?: HTTP/\d(?:\.\d)?)?$")
# A log does not say what kind of file was sent; these endings are no pages.
FILES = re.compile(
    r"\.(?:avif|bmp|css|csv|eot|gif|gz|ico|jpe?g|js|json|map|mp[34]|ogg|otf|pdf|png|rss|svg|tar|tgz|ttf|txt|webm|"
    r"webmanifest|webp|woff2?|xml|zip)$",
    re.IGNORECASE,
)
LINES = uuid.UUID("3a0f2b0e-6d0b-5b56-9d5e-0c5d4a3f7a11")


@dataclass
class Report:
    """What a log’s lines are; `earlier` of the acts and page views were stored by an earlier run."""

    lines: int = 0
    unreadable: int = 0
    not_pages: int = 0
    earlier: int = 0
    acts: int = 0
    page_views: int = 0
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None


def replay_log(community: Community, path: Path, *, own_hosts: frozenset[str] = frozenset()) -> Report:
    """Feed an access log (plain or .gz) to capture. Each batch and the place reached are one transaction, so that
    a run that was killed is taken up where it stopped, and a repeated one adds nothing.

    Raises OSError and EOFError for a file that cannot be read, UnicodeDecodeError never.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    name, report = f"replay:{community.pk}:{digest}", Report()
    lines = enumerate(_lines(path), 1)
    while batch := list(islice(lines, BATCH)):
        with transaction.atomic():
            position = lock_position(name, "0")
            done = int(position.position)
            seen = [one for number, line in batch if (one := _read(community, number, line, report))]
            with community_scope(community):
                _store(community, seen, digest, own_hosts, report, done)
            position.position = str(max(done, batch[-1][0]))
            position.save()
    while roll_up(community):
        pass
    return report


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as packed:
            yield from packed
    else:
        with path.open(encoding="utf-8", errors="replace") as plain:
            yield from plain


def _read(community: Community, number: int, line: str, report: Report) -> tuple[int, Seen] | None:
    report.lines += 1
    found = LINE.match(line)
    request = REQUEST.match(found["request"]) if found else None
    if found is None or request is None:
        report.unreadable += 1
        return None
    try:
        at = datetime.datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        report.unreadable += 1
        return None
    path, _, query = request["path"].partition("?")
    kind = _kind(request["method"], int(found["status"]), path)
    if kind is None:
        report.not_pages += 1
        return None
    day = day_of(at, community)
    report.first_day, report.last_day = min(report.first_day or day, day), max(report.last_day or day, day)
    seen = Seen(
        community=community,
        at=at.timestamp(),
        kind=kind,
        path=path,
        query=query,
        referrer=_said(found["referrer"]),
        agent=_said(found["agent"]),
        address=found["address"],
        foreign=True,
    )
    return number, seen


def _kind(method: str, status: int, path: str) -> Kind | None:
    """As for our own requests: pages that were shown, and acts that succeeded."""
    if method == "GET" and status == 200 and not FILES.search(path):
        return Kind.PAGE_VIEW
    return Kind.ACT if method == "POST" and status < 400 else None


def _said(value: str | None) -> str:
    return "" if value in (None, "-") else str(value)


def _salts_of(digest: str) -> Salts:
    """Salts that a run which is taken up again finds again; they tell nothing that the log does not."""

    def salt(day: datetime.date) -> bytes:
        told = f"{settings.SECRET_KEY}|{digest}|{day.isoformat()}"
        return hashlib.sha256(told.encode()).digest()[:16]

    return salt


def _store(
    community: Community,
    seen: list[tuple[int, Seen]],
    digest: str,
    own_hosts: frozenset[str],
    report: Report,
    done: int,
) -> None:
    hits, refusals, salts = [], [], _salts_of(digest)
    for number, one in seen:
        if one.kind == Kind.PAGE_VIEW:
            report.page_views += 1
        else:
            report.acts += 1
        if number <= done:
            report.earlier += 1
            continue
        uid = uuid.uuid5(LINES, f"{community.pk}:{digest}:{number}").hex
        kept = reduce_seen(one, salts, uid)
        if isinstance(kept, Hit):
            hits.append(kept)
        elif isinstance(kept, Refusal):
            refusals.append(kept)
    store_refusals(refusals)
    store_hits(community, hits, own_hosts)
