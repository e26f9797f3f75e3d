"""Links that a team types: those of the menu, and those of the home page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from members.addresses import is_address

LONGEST = 400
MAIL = "mailto:"
_is_url = URLValidator(schemes=["http", "https"])


def leads_outside(url: str) -> bool:
    """Whether an address is one that anybody may follow: http or https, a host, nobody's password."""
    if len(url) > LONGEST or any(sign <= " " for sign in url):
        return False
    try:
        _is_url(url)
        parts = urlsplit(url)
    except (ValidationError, ValueError):
        return False
    return bool(parts.hostname) and parts.username is None and parts.password is None


def leads_somewhere(url: str) -> bool:
    """The same, or a path of this place, or somebody's mailbox."""
    if url.startswith("/") and not url.startswith("//"):
        return not any(sign <= " " or sign == "\\" for sign in url)
    if url.startswith(MAIL):
        return is_address(url.removeprefix(MAIL).partition("?")[0]) and not any(sign <= " " for sign in url)
    return leads_outside(url)
