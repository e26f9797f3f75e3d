"""What of the journal travels: all of it. It can be read there, and no longer undone (`imported` in the settings)."""

from __future__ import annotations

from communities.journal.models import Change
from communities.portable import Portable, about_of, register_portable


def register() -> None:
    register_portable(Portable(Change, numbers={"about": about_of}))
