from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError, FieldError


class CustomerError(FieldError):
    """Somebody who cannot be presented; the sentence says why."""


class HasDeclined(DomainError):
    message = _("They have said no, or withdrawn their consent. Nobody asks again.")
