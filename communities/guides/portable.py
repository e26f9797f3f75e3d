"""What of pages travels: where each stands, and how it is shown."""

from __future__ import annotations

from communities.guides.models import Guide
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Guide))
