"""The demo's files, read. Their format is described in README.md beside this file."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from communities.calendar import DAY, day_of, moment_at, moments
from communities.content.kinds import KINDS

FOLDER = Path(__file__).parent
# Those with everything a living place has: a launch plan, a queue of moderators, months of money.
GROWN = ("barreau", "halyard", "mirabelle")
# Those that show one shape: its people, its texts and what it lives on.
SMALL = ("louche", "inkwell")
SLUGS = (*GROWN, *SMALL)
# The files of programmes.
PROGRAMMES = ("ambassadors", "influencers")
Entry = dict[str, Any]


@dataclass(frozen=True)
class Brand:
    """Everything that is written about one invented community."""

    slug: str
    community: Entry
    members: list[Entry]
    articles: list[Entry]
    threads: list[Entry]
    # What the brand has written down for good, each as a thread of one post.
    guides: list[Entry]
    fields: list[Entry]
    # Its programmes, each in a file of its own: of ambassadors, of influencers. Of a place without one: empty.
    programmes: dict[str, Entry]
    # Of one that listens for nothing: empty.
    listening: Entry
    # Of one without events: empty.
    events: list[Entry]
    # Of one that looks for no projects: empty.
    calls: list[Entry]
    # Of one without challenges: empty.
    challenges: list[Entry]
    # What is reviewed; of one without reviews empty.
    reviewed: list[Entry]
    # Of one without albums: empty.
    albums: list[Entry]
    # Whom it presents; of one that presents nobody empty.
    customers: list[Entry]
    # What an editor has still to read; of one whose blogs have no editors empty.
    editing: Entry

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.community["time_zone"])

    @property
    def is_small(self) -> bool:
        return self.slug in SMALL


def read_brand(slug: str) -> Brand:
    folder = FOLDER / slug
    return Brand(
        slug=slug,
        community=_read(folder / "community.yaml"),
        members=_read(folder / "members.yaml")["members"],
        articles=[_read(path) for path in sorted((folder / "articles").glob("*.yaml"))],
        fields=_read_if_there(folder / "fields.yaml") or [],
        programmes={name: said for name in PROGRAMMES if (said := _read_if_there(folder / f"{name}.yaml"))},
        listening=_read_if_there(folder / "listening.yaml"),
        threads=[_read(path) for path in sorted((folder / "threads").glob("*.yaml"))]
        + _told_by_kinds(folder),
        events=_read_if_there(folder / "events.yaml").get("events", []),
        calls=_read_if_there(folder / "calls.yaml").get("calls", []),
        challenges=_read_if_there(folder / "challenges.yaml").get("challenges", []),
        reviewed=_read_if_there(folder / "reviews.yaml").get("things", []),
        albums=_read_if_there(folder / "albums.yaml").get("albums", []),
        customers=_read_if_there(folder / "customers.yaml").get("customers", []),
        editing=_read_if_there(folder / "editing.yaml"),
        guides=_read_if_there(folder / "guides.yaml") or [],
    )


def read_names() -> Any:
    """First and last names and towns by language, for people who only read."""
    return _read(FOLDER / "names.yaml")


def read_traffic(slug: str) -> Any:
    """Visits, contacts, orders and benefits of one community."""
    return _read(FOLDER / slug / "traffic.yaml")


def _told_by_kinds(folder: Path) -> list[Entry]:
    """Threads of which a file of their kind’s own tells."""
    named = [(kind, folder / f"{kind.demo_file}.yaml") for kind in KINDS if kind.demo_file]
    return [one for kind, path in named if path.exists() for one in kind.demo_told(_read(path))]


def _read(path: Path) -> Any:
    # The reader in C: plain values only as safe_load, and ten times as fast.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _read_if_there(path: Path) -> Any:
    return _read(path) if path.exists() else {}


@dataclass(frozen=True)
class Clock:
    """Turns "four days ago, 07:40" into a moment of the community's own time zone, never one to come."""

    zone: datetime.tzinfo
    now: datetime.datetime

    def at(self, day: int, time: str = "12:00") -> datetime.datetime:
        today = day_of(self.now, self)
        hours, minutes = (int(part) for part in time.split(":"))
        within = datetime.timedelta(hours=hours, minutes=minutes)
        if day == 0:
            # The hours of today that have not come yet: the whole day is pressed into what has passed of it.
            midnight, _end = moments(today, today, self)
            return midnight + (self.now - midnight) * (within / datetime.timedelta(days=1))
        return moment_at(today + day * DAY, datetime.time(), self) + within

    def day_of(self, moment: datetime.datetime) -> int:
        """How many days before (negative) or after today."""
        return (day_of(moment, self) - day_of(self.now, self)).days
