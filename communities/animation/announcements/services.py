"""Making, changing, ending, deleting announcements: what the team does with them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from communities.animation.announcements.exceptions import (
    AnnouncementChanged,
    AnnouncementOver,
    EndIsOver,
    EndsTooEarly,
    NotShown,
    SegmentHasGone,
    TooManyAnnouncements,
)
from communities.animation.announcements.models import Announcement
from communities.animation.announcements.permissions import can_make_announcement
from communities.animation.announcements.showing import kept_form
from communities.animation.newsletters.models import Segment
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.models import Change
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Membership
from communities.queries import locked_community

# All that stand are on the community’s row.
MOST = 10
Audience, Tone = Announcement.Audience, Announcement.Tone


@dataclass(frozen=True)
class AnnouncementWishes:
    """What is said, to whom, and when. `words` are sentence and link by language: {"en": ("…", "…")}."""

    words: Mapping[str, tuple[str, str]]
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    target: str = ""
    tone: str = Tone.NEWS
    audience: str = Audience.EVERYBODY
    segment: int | None = None
    can_be_closed: bool = True

    def put_into(self, row: Announcement) -> None:
        """Raises EndsTooEarly, SegmentHasGone."""
        if self.ends_at <= self.starts_at:
            raise EndsTooEarly
        row.words = {
            code: {"text": one_line(text), "link": one_line(link)}
            for code, (text, link) in self.words.items()
            if one_line(text)
        }
        row.target, row.tone, row.audience = self.target, self.tone, self.audience
        row.segment = self._segment()
        # Whole seconds, as the journal keeps them: what is taken back is what was.
        row.starts_at, row.ends_at = (one.replace(microsecond=0) for one in (self.starts_at, self.ends_at))
        row.can_be_closed = self.can_be_closed

    def _segment(self) -> Segment | None:
        if self.audience != Audience.SEGMENT:
            return None
        found: Segment | None = Segment.objects.filter(pk=self.segment or 0).first()
        if found is None:
            raise SegmentHasGone
        return found


@transaction.atomic
def make_announcement(wishes: AnnouncementWishes, *, by: Membership) -> Announcement:
    """A new one, shown from its hour on. Raises NotAllowed, TooManyAnnouncements, EndsTooEarly, EndIsOver,
    SegmentHasGone."""
    _lock_place(by)
    _refuse_more()
    row = Announcement(created_by=by)
    wishes.put_into(row)
    _refuse_over(row)
    row.save()
    record(by, "announcement_made", what=str(row), about=row.pk)
    put_in_force(by.community_id)
    return row


@transaction.atomic
def edit_announcement(
    announcement: Announcement, wishes: AnnouncementWishes, *, by: Membership, version: int | None = None
) -> Announcement:
    """Change one that is not over; whoever has closed it does not see it again. `version` is the one that its form was
    opened with. Raises NotAllowed, AnnouncementChanged, AnnouncementOver, EndsTooEarly, EndIsOver, SegmentHasGone."""
    row = _locked(announcement, by, version)
    if row.is_over:
        raise AnnouncementOver
    before = row.values()
    wishes.put_into(row)
    _refuse_over(row)
    _save(row)
    _record(row, by, "announcement_edited", before, row.values())
    return row


@transaction.atomic
def end_announcement(announcement: Announcement, *, by: Membership) -> Change | None:
    """Now instead of at its hour; the line of the journal by which it goes on. Raises NotAllowed, AnnouncementChanged,
    NotShown."""
    row = _locked(announcement, by)
    if not row.is_shown:
        raise NotShown
    return _move_end(row, timezone.now(), by)


@transaction.atomic
def resume_announcement(
    announcement: Announcement, ends_at: datetime.datetime, *, by: Membership
) -> Change | None:
    """What was ended goes on until the hour that it had. Raises NotAllowed, AnnouncementChanged, TooManyAnnouncements,
    EndIsOver where that has come meanwhile."""
    row = _locked(announcement, by)
    if not row.is_over:
        raise AnnouncementChanged
    _refuse_more()
    if ends_at <= timezone.now():
        raise EndIsOver
    return _move_end(row, ends_at, by)


def _move_end(row: Announcement, ends_at: datetime.datetime, by: Membership) -> Change | None:
    before, row.ends_at = row.ends_at, ends_at
    # What goes on is counted again after its new end, besides what is counted by now.
    row.counted_at = None
    _save(row)
    return _record(row, by, "announcement_ended", {"ends_at": before}, {"ends_at": ends_at})


@transaction.atomic
def delete_announcement(announcement: Announcement, *, by: Membership) -> Change | None:
    """Off the list and off all pages, with its figures; the line of the journal by which it comes back. Raises
    NotAllowed, AnnouncementChanged."""
    row = _locked(announcement, by)
    row.removed_at = timezone.now()
    _save(row)
    return _record(row, by, "announcement_deleted", {"removed": False}, {"removed": True})


@transaction.atomic
def bring_back(announcement: Announcement, *, by: Membership) -> Change | None:
    """What was deleted stands where it stood, with its figures; shown again where its hours are not over. Raises
    NotAllowed, AnnouncementChanged, TooManyAnnouncements."""
    _lock_place(by)
    rows = Announcement.objects.select_for_update(of=("self",))
    row: Announcement | None = rows.filter(pk=announcement.pk, removed_at__isnull=False).first()
    if row is None:
        raise AnnouncementChanged
    if not row.is_over:
        _refuse_more()
    row.removed_at = None
    _save(row)
    return _record(row, by, "announcement_deleted", {"removed": True}, {"removed": False})


def put_in_force(community_id: int) -> None:
    """What stands, written on the community’s row: pages read it there, and nowhere else."""
    place = locked_community(community_id)
    rows = Announcement.objects.standing(timezone.now()).order_by("pk")
    place.announced = [_as_json(kept_form(row)) for row in rows[:MOST]]
    place.save(update_fields=["announced", "updated_at"])
    forget_all()
    transaction.on_commit(forget_all)


def _record(
    row: Announcement, by: Membership, act: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Change | None:
    return record(by, act, what=str(row), about=row.pk, before=before, after=after)


def _as_json(kept: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value) if name in ("tone", "audience") else value for name, value in kept.items()}


def _lock_place(by: Membership) -> None:
    """Whoever changes what stands comes one after the other. Raises NotAllowed."""
    if not can_make_announcement(by):
        raise NotAllowed
    locked_community(by.community_id)


def _locked(announcement: Announcement, by: Membership, version: int | None = None) -> Announcement:
    """Raises NotAllowed, AnnouncementChanged where it is gone or another one was seen."""
    _lock_place(by)
    rows = Announcement.objects.kept().select_for_update(of=("self",))
    row: Announcement | None = rows.filter(pk=announcement.pk).first()
    if row is None or (version is not None and version != row.version):
        raise AnnouncementChanged
    return row


def _save(row: Announcement) -> None:
    row.version += 1
    row.save()
    put_in_force(row.community_id)


def _refuse_more() -> None:
    if Announcement.objects.standing(timezone.now()).count() >= MOST:
        raise TooManyAnnouncements


def _refuse_over(row: Announcement) -> None:
    if row.is_over:
        raise EndIsOver
