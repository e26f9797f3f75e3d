from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class NothingToUndo(DomainError):
    message = _("This change cannot be undone.")


class ChangedSince(DomainError):
    message = _("Somebody has changed this since. Look at it before you change it back.")
