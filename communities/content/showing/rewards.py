"""That a text was written for a reward, said wherever it or a part of it is shown: one label, in one place."""

from __future__ import annotations

from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class Labelled(Protocol):
    """A text, or a thread by its first one."""

    rewarded: bool


def label() -> str:
    return _("Rewarded")


def label_html() -> SafeString:
    return format_html('<span class="role">{}</span>', label())


def labelled(text: Labelled, words: str) -> str:
    """Words of a text where they stand without markup: in mails, previews, descriptions."""
    return f"{label()} – {words}" if text.rewarded else words
