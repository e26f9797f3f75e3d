from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class TooManyRecipients(DomainError):
    message = _("Fifty addresses at most. Remove one first.")


class NotOver(DomainError):
    message = _("This month is not over: it can be closed from its last day on.")
