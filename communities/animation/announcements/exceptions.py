from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class AnnouncementChanged(ChangedMeanwhile):
    """Somebody else has changed, ended or deleted it since its form was opened."""


class AnnouncementOver(DomainError):
    message = _("This announcement is over: what it said stays as it was. Copy it to say it again.")


class NotShown(DomainError):
    message = _("It is not shown now: there is nothing to end. Change its hours, or delete it.")


class TooManyAnnouncements(DomainError):
    message = _("Ten announcements at once are the most: readers see one of them. End or delete one first.")


class EndsTooEarly(FieldError):
    def __init__(self) -> None:
        super().__init__(_("The end must be after the start."), field="ends_at")


class EndIsOver(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This time has passed. Choose a later one."), field="ends_at")


class SegmentHasGone(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This segment has been deleted meanwhile. Choose another one."), field="whom")
