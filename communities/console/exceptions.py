"""What the rules for owners of a community refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ThemeRefused(DomainError):
    """A theme in which some text could not be read; the sentence says which and what is nearest."""

    message = _("Some text could not be read in this theme.")


class ChangedMeanwhile(DomainError):
    """Somebody else saved the same thing after this form was opened."""

    message = _("Somebody changed this a moment ago. What you chose is still here: compare, then save again.")


class IdentityIncomplete(DomainError):
    """Less than the law asks of a publisher."""

    message = _("The law asks for more: who publishes, where, who answers for it, who stores it.")


class IdentityChanged(DomainError):
    """Another owner saved it meanwhile."""

    message = _("Somebody changed this a moment ago. What you typed is still here: compare, then save.")


class AddressTaken(DomainError):
    message = _("Another community has this address. Choose another one.")


class OperatorStaysOut(DomainError):
    """The platform's operator cannot be a member of a community."""

    message = _("An operator has no presence in communities. Name another account as the owner.")


class MenuChanged(DomainError):
    message = _("Somebody changed the menu a moment ago. Nothing of yours is lost: look, then save again.")


class ModulesChanged(DomainError):
    message = _("Somebody changed the modules a moment ago. Look, then save again.")
