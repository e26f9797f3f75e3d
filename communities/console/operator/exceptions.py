"""What the operator’s rules refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ReasonMissing(DomainError):
    """The owner, or whoever checks the journal, is to understand it."""

    message = _("Write down why: a sentence, or the number of a ticket.")


class AlreadySuspended(DomainError):
    message = _("This community is suspended already.")


class NotSuspended(DomainError):
    message = _("This community is not suspended.")


class AlreadyLeaving(DomainError):
    message = _("The deletion of this community has been asked for already.")


class NotLeaving(DomainError):
    message = _("Nobody has asked for this community to be deleted.")


class NotThisAccount(DomainError):
    """Operators are no accounts of communities, and nobody locks themselves out."""

    message = _("An operator’s account is locked on the machine, not here.")


class NothingToOpen(DomainError):
    """The opening has ended."""

    message = _("This opening has ended. A new one needs a reason again.")
