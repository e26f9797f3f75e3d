"""The one place where a mail is put together: text and HTML from one context, in the look of whoever sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from members.signs import cut

SUBJECT_LENGTH = 60  # signs


def on_platform(path: str) -> str:
    return f"{settings.PLATFORM_URL}{path}"


@dataclass(frozen=True)
class Brand:
    """Who a mail comes from, and what its templates need to look like it."""

    sender: str
    context: dict[str, Any] = field(default_factory=dict)
    address_of: Callable[[str], str] = on_platform  # the whole address of a path of this place


@dataclass(frozen=True)
class Letter:
    """What one mail says. `template` is the name of two files, `.txt` and `.html`; both get `context` and `subject`.

    `way_out` is the one-click unsubscribe address (RFC 8058).
    """

    to: str
    subject: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    way_out: str = ""


def build(letter: Letter, brand: Brand) -> EmailMultiAlternatives:
    """The mail, in the language in force. Colours become attributes, because mail clients drop stylesheets."""
    subject = " ".join(letter.subject.split())
    words = brand.context | {"unsubscribe_url": letter.way_out, **letter.context, "subject": subject}
    text = render_to_string(f"{letter.template}.txt", words).strip() + "\n"
    html = css_inline.inline(render_to_string(f"{letter.template}.html", words), keep_style_tags=True)
    headers = {"Auto-Submitted": "auto-generated"} | one_click(letter.way_out)
    mail = EmailMultiAlternatives(subject, text, brand.sender, [letter.to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def one_click(address: str) -> dict[str, str]:
    """The headers by which a mail program stops these mails itself; none without an address."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def short_subject(pattern: str, title: str) -> str:
    """At most 60 signs: what stands for `{title}` gives way."""
    room = max(SUBJECT_LENGTH - len(pattern.replace("{title}", "")), 12)
    short = title if len(title) <= room else f"{cut(title, room - 1).rstrip()}…"
    return " ".join(pattern.replace("{title}", short).split())
