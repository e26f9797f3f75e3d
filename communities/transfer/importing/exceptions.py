from django.utils.translation import gettext_lazy as _

from communities.exceptions import FieldError


class ImportRefused(FieldError):
    """An import that cannot be begun, gone on with or taken back now. `field` names what of the form it is about."""


class AlreadyAtWork(ImportRefused):
    message = _("Another import is under way. One at a time: wait for it, or stop it first.")


class CannotNow(ImportRefused):
    message = _("This import has moved on in the meantime. Here is how it stands now.")
