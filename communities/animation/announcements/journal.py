"""What the journal knows of announcements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.animation.announcements.exceptions import AnnouncementChanged
from communities.animation.announcements.models import Announcement
from communities.animation.announcements.services import (
    AnnouncementWishes,
    bring_back,
    delete_announcement,
    edit_announcement,
    end_announcement,
    resume_announcement,
)
from communities.animation.newsletters.models import Segment
from communities.journal.acts import Act, register_act
from communities.journal.models import Change
from communities.models import Membership

WORDS = {
    "words": gettext_lazy("Words"),
    "target": gettext_lazy("Link goes to"),
    "tone": gettext_lazy("Appearance"),
    "audience": gettext_lazy("Who sees it"),
    "segment": gettext_lazy("Segment"),
    "starts_at": gettext_lazy("From"),
    "ends_at": gettext_lazy("Until"),
    "can_be_closed": gettext_lazy("Readers can close it"),
}
REMOVED = {"removed": gettext_lazy("Removed")}
MOMENTS = ("starts_at", "ends_at")


def _page(_change: Change) -> str:
    return reverse("animation:list-announcements")


def _found(change: Change) -> Announcement | None:
    number = int(change.about) if change.about.isdecimal() else 0
    found: Announcement | None = Announcement.objects.filter(pk=number).first()
    return found


def _row(change: Change) -> Announcement:
    row = _found(change)
    if row is None:
        raise AnnouncementChanged
    return row


def _now(change: Change) -> Mapping[str, Any]:
    row = _found(change)
    values = row.values() | {"removed": row.removed_at is not None} if row is not None else {}
    return {name: values.get(name) for name in change.after}


def _edit_back(change: Change, by: Membership) -> None:
    row = _row(change)
    edit_announcement(row, wishes_of(row.values() | dict(change.before)), by=by)


def wishes_of(values: Mapping[str, Any]) -> AnnouncementWishes:
    """What somebody would have asked for, of what a row says; moments as they are kept, or as JSON has them."""
    said = dict(values)
    for name in MOMENTS:
        if isinstance(said[name], str):
            said[name] = parse_datetime(said[name])
    said["words"] = {code: (one["text"], one.get("link", "")) for code, one in said["words"].items()}
    return AnnouncementWishes(**said)


def _end_back(change: Change, by: Membership) -> None:
    ends_at, was = parse_datetime(str(change.before["ends_at"])), parse_datetime(str(change.after["ends_at"]))
    assert ends_at is not None  # services wrote both
    assert was is not None
    if ends_at > was:
        resume_announcement(_row(change), ends_at, by=by)
    else:
        end_announcement(_row(change), by=by)


def _delete_back(change: Change, by: Membership) -> None:
    act = delete_announcement if change.before.get("removed") else bring_back
    act(_row(change), by=by)


def _shown(name: str, value: Any) -> str | None:
    if name == "words" and isinstance(value, dict):
        return "; ".join(f"{one['text']} {one.get('link', '')}".strip() for one in value.values())
    if name == "tone" and value in Announcement.Tone.values:
        return str(Announcement.Tone(value).label)
    if name == "audience" and value in Announcement.Audience.values:
        return str(Announcement.Audience(value).label)
    if name == "segment":
        found = Segment.objects.filter(pk=value).first() if isinstance(value, int) else None
        return found.name if found is not None else "–"
    if name in MOMENTS:
        moment = parse_datetime(str(value)) if value else None
        return date_format(localtime(moment), "DATETIME_FORMAT") if moment is not None else None
    if name in ("can_be_closed", "removed"):
        return _("yes") if value else _("no")
    return None


ACTS = (
    Act("announcement_made", gettext_lazy("Announcement made"), url=_page),
    Act("announcement_edited", gettext_lazy("Announcement changed"), WORDS, _page, _now, _edit_back, _shown),
    Act("announcement_ended", gettext_lazy("End of an announcement"), WORDS, _page, _now, _end_back, _shown),
    Act(
        "announcement_deleted",
        gettext_lazy("Announcement deleted"),
        REMOVED,
        _page,
        _now,
        _delete_back,
        _shown,
    ),
)


def register() -> None:
    for act in ACTS:
        register_act(act)
