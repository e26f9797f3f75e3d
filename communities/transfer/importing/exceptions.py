from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class ImportRefused(DomainError):
    """An import that cannot be begun, gone on with or taken back now. `field` names what of the form it is about."""

    def __init__(self, message: object = "", *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class AlreadyAtWork(ImportRefused):
    message = _("Another import is under way. One at a time: wait for it, or stop it first.")


class CannotNow(ImportRefused):
    message = _("This import has gone on meanwhile. Here is how it stands now.")
