"""What of forums travels: which answer helped."""

from __future__ import annotations

from communities.forums.models import Question
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Question))
