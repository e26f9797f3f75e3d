from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class LastOwner(DomainError):
    """A community must always have an owner."""

    message = _("You are the last owner. Give this role to somebody else before you leave.")
