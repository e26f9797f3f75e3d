"""Mails about accounts, in the look of the community they were requested from. Which one that is, the layer above
knows: it registers `brand_of` here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string

from members.mails.building import Brand, Letter, build
from members.mails.kinds import ACCOUNT, CODE, MailKind

# allauth’s names of the mails whose only use is the code in them.
_CODES = ("login_code", "email_confirmation", "email_confirmation_signup")


def _platform(request: HttpRequest | None) -> Brand:
    return Brand(settings.DEFAULT_FROM_EMAIL, {"platform_name": settings.PLATFORM_NAME})


_find: Callable[[HttpRequest | None], Brand] = _platform


def register_brand(find: Callable[[HttpRequest | None], Brand]) -> None:
    """`find` tells the brand of a request."""
    global _find
    _find = find


def brand_of(request: HttpRequest | None) -> Brand:
    return _find(request)


def kind_of(prefix: str) -> MailKind:
    return CODE if prefix.rpartition("/")[2] in _CODES else ACCOUNT


def _settled(brand: Brand, name: str, value: Any) -> Any:
    """Links keep their path and get the brand's own address: the host name of a request may be forged."""
    if not name.endswith("_url"):
        return value
    link = urlsplit(str(value))
    return brand.address_of(f"{link.path}?{link.query}" if link.query else link.path)


def compose_mail(
    prefix: str, address: str, context: dict[str, Any], *, request: HttpRequest | None
) -> EmailMultiAlternatives:
    """A mail from `<prefix>_subject.txt`, `<prefix>_message.txt` and `<prefix>_message.html`."""
    brand = brand_of(request)
    words = {name: _settled(brand, name, value) for name, value in context.items()}
    subject = render_to_string(f"{prefix}_subject.txt", brand.context | words)
    return build(Letter(address, subject, f"{prefix}_message", words), brand)
