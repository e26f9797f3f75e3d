"""What of blogs travels: what an article has beside its text, who wrote it with whom, its series, where it
stands with the editors, and members’ own blogs."""

from __future__ import annotations

from communities.blogs.models import (
    Article,
    ArticleReview,
    ArticleSeries,
    BlogFollower,
    Checklist,
    CoAuthor,
    CoAuthorInvitation,
    OwnBlog,
    ReviewNote,
    SeriesPart,
)
from communities.blogs.review.services import CHECKLIST
from communities.content.models import Space
from communities.portable import Portable, register_about, register_portable


def register() -> None:
    register_portable(
        Portable(Article),
        Portable(CoAuthor),
        Portable(CoAuthorInvitation),
        Portable(ArticleSeries),
        Portable(SeriesPart),
        Portable(OwnBlog),
        Portable(BlogFollower),
        Portable(ArticleReview),
        Portable(ReviewNote),
        Portable(Checklist),
    )
    register_about(Space, acts=(CHECKLIST,))
