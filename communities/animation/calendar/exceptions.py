from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class MovedMeanwhile(ChangedMeanwhile):
    """Somebody else has moved or changed this card since it was shown; `entry` is how it stands now."""

    message = _("Somebody else has just changed this. It is where they put it: check, then move it.")


class DayIsOver(FieldError):
    def __init__(self) -> None:
        super().__init__(_("This day is over. Choose today or a later one."), field="day")


class AlreadyOut(DomainError):
    message = _("This text is published: its date can no longer change.")


class NotYoursToPublish(DomainError):
    """Who plans a text need not be who may publish it: it stands in the blog of one member, or waits for an editor."""

    message = _("You may not publish this text: its author schedules it, or an editor of its space.")


class NoSpaceYet(DomainError):
    message = _("First choose the space it should appear in.")


class NotWritten(DomainError):
    message = _("Nobody has written it yet. Write the text first, then schedule it.")


class NoDay(DomainError):
    message = _("Give it a day first.")


class NoFeed(DomainError):
    message = _("The address no longer exists.")
