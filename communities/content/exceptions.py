"""What the rules of writing refuse. Each message is a translated sentence for the person who wrote."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError


class TextTooLong(DomainError):
    """A body above the limit of characters."""

    message = _("This text is too long.")


class UploadRefused(DomainError):
    """A file that is not taken; the sentence says which limit and what to do."""

    message = _("This file cannot be used. Choose a JPEG, PNG, WebP, GIF or AVIF picture.")
