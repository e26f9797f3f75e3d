"""What of the texts travels: every version, so that decisions keep the one that they cite."""

from __future__ import annotations

from communities.portable import Portable, register_portable
from communities.texts.models import TextVersion


def register() -> None:
    register_portable(Portable(TextVersion, html=("content",)))
