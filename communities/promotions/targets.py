"""Where a banner may lead: a page of its own community, or a page elsewhere over https.

A file of its own because the model, the form and the redirect read addresses in the same way.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

# A browser reads backslashes as slashes, and drops these signs before it does.
_TREACHEROUS = re.compile(r"[\\\s\x00-\x1f\x7f]")
_is_web_address = URLValidator(schemes=["https"])


def check_target(target: str) -> None:
    """Raises ValidationError with a sentence on what to write instead."""
    if _TREACHEROUS.search(target):
        raise ValidationError(_("An address has no spaces and no backslashes."))
    if target.startswith("/"):
        _check_own(target)
        return
    try:
        parts = urlsplit(target)
        is_elsewhere = parts.port != 0 and bool(parts.hostname)
        _is_web_address(target)
    except (ValueError, ValidationError) as error:
        raise ValidationError(
            _(
                "Write an address of this community, such as /forums/, or one elsewhere that begins with https://."
            )
        ) from error
    if not is_elsewhere:
        raise ValidationError(_("This address names no place."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("Leave out the name and password before the @."))


def _check_own(target: str) -> None:
    if target.startswith("//"):
        raise ValidationError(_("An address of this community begins with one slash."))
    if target.startswith("/banners/"):
        raise ValidationError(_("A banner cannot lead to a banner."))


def full_target(target: str) -> str:
    """The address as the browser needs it: under the community's own root where it is reached by a path."""
    return get_script_prefix().rstrip("/") + target if target.startswith("/") else target
