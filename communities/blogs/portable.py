"""What of blogs travels: what an article has beside its text, and who wrote it with whom."""

from __future__ import annotations

from communities.blogs.models import Article, CoAuthor
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Article), Portable(CoAuthor))
