from django.utils.translation import gettext_lazy as _

from communities.exceptions import ChangedMeanwhile, DomainError, FieldError


class LastOwner(DomainError):
    """A community must always have an owner."""

    message = _(
        "You are the last owner. Hand ownership over first; nothing changes until both of you confirm it."
    )


class AlreadyDecided(DomainError):
    """Somebody else of the team was faster."""

    message = _("Somebody else has decided this request in the meantime.")


class OfferEnded(DomainError):
    message = _("This offer is no longer valid.")


class RoleMoved(ChangedMeanwhile):
    """Somebody else gave another role between reading and saving."""


class EndPassed(DomainError):
    message = _("A role must end in the future.")


class NoSpaceChosen(DomainError):
    message = _("Choose at least one space, or the whole community.")


class NotAnAuthorsSpace(DomainError):
    message = _("Everybody can write in this space: it has no named authors.")


class FieldRefused(FieldError):
    """What is said of a profile field cannot be; `field` is where its form shows it."""

    message = _("This cannot be asked of members.")


class FieldChanged(DomainError):
    message = _(
        "Somebody has changed this field in the meantime. Look at it again; nothing you wrote is lost."
    )


class FileRefused(DomainError):
    message = _("This file cannot be used. Choose a PDF, or a JPEG, PNG or WebP picture.")
