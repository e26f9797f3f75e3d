"""What the team’s pages say of announcements: how many they are for, what came of them, which is shown first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from communities.animation.announcements.models import Announcement
from communities.animation.announcements.showing import hidden_behind
from communities.animation.newsletters.models import Segment
from communities.animation.newsletters.segments import people_of
from communities.journal.models import Change
from communities.keysets import MOMENT, NUMBER, Keyset
from communities.models import Community, Membership
from communities.wording import languages_of

# The journal’s lines that the list offers to take back.
TAKEN_BACK = ("announcement_ended", "announcement_deleted")
# From so many members on a figure is said; below, it would almost name them.
FEWEST = 5
OVER = Keyset(("ends_at", MOMENT), ("pk", NUMBER), size=10)
Audience = Announcement.Audience


@dataclass(frozen=True)
class Figure:
    """Members, and visitors where it was for them; `is_few` for members of whom only that is said."""

    members: int
    visitors: int

    @property
    def is_few(self) -> bool:
        return 0 < self.members < FEWEST

    @property
    def fewest(self) -> int:
        return FEWEST


@dataclass(frozen=True)
class Line:
    """An announcement on the list: what it says here, what came of it, what is shown before it."""

    row: Announcement
    said: str
    closed: Figure
    followed: Figure
    before: str = ""


def list_page(community: Community, *, after: str) -> dict[str, Any]:
    """Two queries, however many there are."""
    now, languages = timezone.now(), languages_of(community)
    standing = list(Announcement.objects.standing(now).with_people())
    hidden = hidden_behind(standing)
    standing.sort(
        key=lambda row: (row.starts_at > now, not row.is_warning, -row.starts_at.timestamp(), -row.pk)
    )
    place = OVER.place(after)
    page = OVER.page(Announcement.objects.over(now).with_people().ended_before(*place))
    page_rows = [_line(row, languages) for row in page.rows]
    said = [_line(row, languages, hidden.get(row.pk)) for row in standing]
    return {
        "shown": [line for line in said if line.row.is_shown],
        "planned": sorted(
            (line for line in said if not line.row.is_shown), key=lambda line: line.row.starts_at
        ),
        "over": page_rows,
        "older": page.older,
        "is_first": not place,
    }


def _line(row: Any, languages: list[str], before: Announcement | None = None) -> Line:
    return Line(
        row,
        row.said_in(languages),
        Figure(row.closed, row.closed_by_visitors),
        Figure(row.followed, row.followed_by_visitors),
        before.said_in(languages) if before is not None else "",
    )


def counted_for(whom: str) -> int | None:
    """How many members an audience or a segment means now; None for one that is none."""
    if whom in (Audience.EVERYBODY, Audience.MEMBERS):
        return Membership.objects.shown().not_suspended().count()
    if not (whom.isascii() and whom.isdecimal() and len(whom) < 19):
        return None
    segment = Segment.objects.filter(pk=int(whom)).first()
    return people_of(segment).count() if segment is not None else None


def to_take_back(number: str) -> Change | None:
    """The line of the journal that has just been written, where it can still be undone."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    change: Change | None = Change.objects.filter(pk=int(number), act__in=TAKEN_BACK).first()
    gone = change is None or Change.objects.filter(undoes=change).exists()
    return None if gone else change
