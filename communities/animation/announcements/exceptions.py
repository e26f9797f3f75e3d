from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class AnnouncementChanged(ChangedMeanwhile):
    """Somebody else has changed, ended or deleted it since its form was opened."""


class AnnouncementOver(DomainError):
    message = _("This announcement is over, so it can no longer be changed. Copy it to use it again.")


class NotShown(DomainError):
    message = _("It is not being shown, so there is nothing to end. Change its dates, or delete it.")


class TooManyAnnouncements(DomainError):
    message = _("Ten announcements at once is the limit: readers see one at a time. End or delete one first.")


class EndsTooEarly(FieldError):
    def __init__(self) -> None:
        super().__init__(_("The end must be after the start."), field="ends_at")


class EndIsOver(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This time has passed. Choose a later one."), field="ends_at")


class SegmentHasGone(FieldError):
    def __init__(self) -> None:
        super().__init__(
            _("This segment has been deleted in the meantime. Choose another one."), field="whom"
        )
