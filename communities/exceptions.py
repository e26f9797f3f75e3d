from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _


class ScopeError(RuntimeError):
    """A programming error at the tenant wall; never shown to a person."""


class NoScope(ScopeError):
    """Community rows were touched outside `community_scope`."""


class WrongCommunity(ScopeError):
    """A row of one community was about to be written into another."""


class DomainError(Exception):
    """An act that the rules refuse. The message is a translated sentence for the person who tried it."""

    message = _("This is not possible right now.")

    def __init__(self, message: object = "") -> None:
        super().__init__(message or self.message)

    def __str__(self) -> str:
        return str(self.args[0])


class FieldError(DomainError):
    """What one field of a form says that cannot be; `field` is its name, empty where no field is to blame."""

    def __init__(self, message: object = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class RowsHeld(DomainError):
    """Somebody else is changing one of these rows, and nobody should wait for them."""

    message = _("Somebody is changing a part of this right now. Try again in a moment.")


class ChangedMeanwhile(DomainError):
    """Somebody else has saved the same thing since its form was opened; becomes a 409 that keeps what was typed."""

    message = _("Somebody changed this a moment ago. What you typed is still here: compare, then save.")


class PartClosed(Http404):
    """A part of the place that does not exist, or not yet, for the person who asks."""


class NotAllowed(PermissionDenied, DomainError):
    """The person may see this, but not do that; becomes a 403 page."""

    message = _("You can read this page, but you cannot do that here.")
