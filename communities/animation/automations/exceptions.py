from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError


class AutomationChanged(ChangedMeanwhile):
    message = _(
        "Somebody changed this automation a moment ago. What you typed is still here: compare, then save."
    )


class CannotRun(DomainError):
    """It cannot be switched on; says what is in its way."""


class TooMany(DomainError):
    """There are as many automations as the list shows."""


class NotUndoable(DomainError):
    message = _("This cannot be undone from here, or has been undone already.")


class CameOtherwise(DomainError):
    message = _("Somebody has changed this since: it stays as it is now.")
