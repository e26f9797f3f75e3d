from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError


class NoMatter(DomainError):
    """It is not due any more, or not for this person."""

    message = _("This is no longer on your list: somebody has done it, or it has resolved itself.")


class HandledMeanwhile(ChangedMeanwhile):
    """Somebody was faster; says who."""


class CannotGive(DomainError):
    message = _("This person cannot see it. Choose somebody else.")


class NothingToTakeBack(DomainError):
    message = _("There is nothing left to take back here.")


class GreetedMeanwhile(ChangedMeanwhile):
    """Somebody greeted this newcomer a moment ago; says who."""


class CannotGreet(DomainError):
    message = _("This person can no longer be greeted: their membership has changed.")


class NudgedBefore(DomainError):
    message = _("This person has been reminded already. It is done once, then never again.")


class CameBack(DomainError):
    message = _("This person has not gone quiet: they came here, or wrote, within the last seven days.")
