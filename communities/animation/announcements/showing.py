"""Which announcement a page shows, and to whom: one at most, by an open rule.

Of those that are shown now and meant for the reader, warnings come first, then the one that began last. Whoever closes
it sees the next one. `Community.announced` holds what stands: pages without an announcement ask the database nothing,
and pages of visitors never do (docs/decisions/0072-announcements.md). A file of its own because it remembers.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.utils import timezone

from communities.animation.announcements.models import Announcement, Reading
from communities.animation.announcements.permissions import FEATURE
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import people_of
from communities.keysets import ids_in
from communities.launch.features import is_open
from communities.memory import Memory
from communities.middleware import CommunityRequest
from communities.models import Community, Membership
from communities.wording import in_language, languages_of

COOKIE = "announcements"
# Seconds: whether somebody belongs to a segment is asked anew after so long, and not on each page.
BELONGS_FOR = 60.0
# Of a cookie so many numbers are read: more do not stand at once.
MOST_CLOSED = 20
_Audience, _Tone = Announcement.Audience, Announcement.Tone


@dataclass(frozen=True)
class Bar:
    """An announcement as the community’s row keeps it. `words` are sentence and link by language."""

    id: int
    words: Mapping[str, Mapping[str, str]]
    target: str
    tone: str
    audience: str
    segment: int | None
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    can_be_closed: bool

    @property
    def is_warning(self) -> bool:
        return self.tone == _Tone.WARNING

    @property
    def is_for_visitors(self) -> bool:
        return self.audience == _Audience.EVERYBODY

    @property
    def is_for_segment(self) -> bool:
        return self.audience == _Audience.SEGMENT

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Whichever is lowest is shown."""
        return (not self.is_warning, -self.starts_at.timestamp(), -self.id)

    def said(self, community: Community) -> dict[str, str]:
        """Sentence and link in the language of the page, or in the first that it has, which `language` names."""
        languages = languages_of(community)
        text, language = in_language({code: one["text"] for code, one in self.words.items()}, languages)
        link = self.words[language].get("link", "") if language and self.target else ""
        return {"text": text, "link": link, "language": language}


def kept_form(row: Announcement) -> dict[str, Any]:
    """What the community’s row keeps of it: all that `Bar` is made of."""
    moments = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    return {"id": row.pk} | row.values() | moments


def bars_of(community: Community) -> list[Bar]:
    """What stands in a community, whether it is shown by now or not: whoever is shown first comes first."""
    kept = community.announced
    if not kept:
        return []
    known: tuple[Any, list[Bar]] | None = community.__dict__.get("_bars")
    if known is None or known[0] is not kept:
        known = (kept, sorted((bar_of(one) for one in kept), key=lambda bar: bar.rank))
        community.__dict__["_bars"] = known
    return known[1]


def bar_of(kept: Mapping[str, Any]) -> Bar:
    """Raises KeyError, TypeError and ValueError for what was not kept by `kept_form`."""
    moments = {name: datetime.datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at")}
    if any(moment.tzinfo is None for moment in moments.values()):
        raise ValueError("a moment without its zone")
    return Bar(**{**kept, **moments})


def bar_for(request: HttpRequest) -> Bar | None:
    """What the page of a request shows; needs the community’s scope for members. One query where something is shown to
    them that can be closed, and now and then those of a segment; none for visitors."""
    visit = cast("CommunityRequest", request)
    membership: Membership | None = getattr(visit, "membership", None)
    if membership is None:
        return bar_for_visitor(visit)
    bars = _shown_now(visit.community, membership)
    if not bars or membership.is_operator_looking:
        return None
    if getattr(visit, "preview", None) is not None:
        # Seen through other eyes, who belong to no segment and have closed nothing.
        return next((bar for bar in bars if not bar.is_for_segment), None)
    closed = _closed_by(membership, bars)
    return next((bar for bar in bars if bar.id not in closed and _is_meant(bar, membership)), None)


def bar_for_visitor(request: HttpRequest) -> Bar | None:
    """By the community’s row and a cookie alone: pages for visitors are kept."""
    community: Community | None = getattr(request, "community", None)
    if community is None or not community.announced:
        return None
    closed = closed_in(request)
    bars = (bar for bar in _shown_now(community, None) if bar.is_for_visitors)
    return next((bar for bar in bars if not (bar.can_be_closed and bar.id in closed)), None)


def shown_to_visitor(request: HttpRequest) -> int:
    """The number of what a visitor is shown, 0 for nothing: visitors’ pages are remembered by it."""
    bar = bar_for_visitor(request)
    return bar.id if bar is not None else 0


def closed_in(request: HttpRequest) -> set[int]:
    """What a browser has closed, by its cookie; numbers that somebody made up close nothing that stands."""
    return set(ids_in(request.COOKIES.get(COOKIE, "").split("."), most=MOST_CLOSED))


def _shown_now(community: Community, membership: Membership | None) -> list[Bar]:
    bars = bars_of(community)
    if not bars or not is_open(community, membership, FEATURE):
        return []
    now = timezone.now()
    return [bar for bar in bars if bar.starts_at <= now < bar.ends_at]


def _closed_by(membership: Membership, bars: Sequence[Bar]) -> Collection[int]:
    numbers = [bar.id for bar in bars if bar.can_be_closed]
    if not numbers:
        return ()
    rows = Reading.objects.closing(membership, numbers)
    return set(rows.values_list("announcement_id", flat=True))


def _is_meant(bar: Bar, membership: Membership) -> bool:
    """One whose segment was deleted is for nobody: a mistake must never reach more people than somebody has seen."""
    if not bar.is_for_segment:
        return True
    return bar.segment is not None and _belongs.get(membership.pk, bar.segment)


def _look(membership_id: int, segment_id: int) -> bool:
    segment = Segment.objects.filter(pk=segment_id).first()
    return segment is not None and people_of(segment).filter(pk=membership_id).exists()


_belongs: Memory[bool] = Memory(_look, lifetime=BELONGS_FOR)


def hidden_behind(rows: Iterable[Announcement]) -> dict[int, Announcement]:
    """Of rows that stand, by number, the one that is shown before it while both are: for the team’s list."""
    ranked = sorted(rows, key=lambda row: (not row.is_warning, -row.starts_at.timestamp(), -row.pk))
    found: dict[int, Announcement] = {}
    for place, row in enumerate(ranked):
        both = (one for one in ranked[:place] if one.starts_at < row.ends_at and row.starts_at < one.ends_at)
        before = next(both, None)
        if before is not None:
            found[row.pk] = before
    return found
