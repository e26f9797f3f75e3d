"""What the rules for owners of a community refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ThemeRefused(DomainError):
    """A theme in which some text could not be read; the sentence says which and what is nearest."""

    message = _("Some text could not be read in this theme.")


class IdentityIncomplete(DomainError):
    """Less than the law asks of a publisher."""

    message = _("The law requires more: who publishes, where, who answers for it, who stores it.")


class AddressTaken(DomainError):
    message = _("Another community has this address. Choose another one.")


class OperatorStaysOut(DomainError):
    """The platform's operator cannot be a member of a community."""

    message = _("An operator has no presence in communities. Name another account as the owner.")
