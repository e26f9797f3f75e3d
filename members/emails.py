"""Mails about accounts, in the look of the place they were asked from.

What that place is, the floor above knows: it registers `brand_of` here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Brand:
    """Who a mail comes from, and what its templates need to look like it."""

    sender: str
    context: dict[str, Any] = field(default_factory=dict)


def _platform(request: HttpRequest | None) -> Brand:
    return Brand(settings.DEFAULT_FROM_EMAIL, {"platform_name": settings.PLATFORM_NAME})


_find: Callable[[HttpRequest | None], Brand] = _platform


def register_brand(find: Callable[[HttpRequest | None], Brand]) -> None:
    """Says how the brand of a request is found."""
    global _find
    _find = find


def brand_of(request: HttpRequest | None) -> Brand:
    return _find(request)


def compose_mail(
    prefix: str,
    address: str,
    context: dict[str, Any],
    *,
    request: HttpRequest | None,
    headers: dict[str, str] | None,
) -> EmailMultiAlternatives:
    """A mail from `<prefix>_subject.txt`, `<prefix>_message.txt` and `<prefix>_message.html`.

    Its language is the one in force; colours become attributes, because mail clients drop stylesheets.
    """
    brand = brand_of(request)
    context = brand.context | context
    subject = " ".join(render_to_string(f"{prefix}_subject.txt", context).split())
    context["subject"] = subject
    text = render_to_string(f"{prefix}_message.txt", context).strip() + "\n"
    html = css_inline.inline(render_to_string(f"{prefix}_message.html", context), keep_style_tags=True)
    mail = EmailMultiAlternatives(subject, text, brand.sender, [address], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail
