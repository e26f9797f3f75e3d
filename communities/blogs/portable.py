"""What of blogs travels: what an article has beside its text, who wrote it with whom, and members’ own blogs."""

from __future__ import annotations

from communities.blogs.models import Article, BlogFollower, CoAuthor, OwnBlog
from communities.portable import Portable, register_portable


def register() -> None:
    register_portable(Portable(Article), Portable(CoAuthor), Portable(OwnBlog), Portable(BlogFollower))
