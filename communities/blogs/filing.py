"""The article rows of imported threads, stored many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from communities.blogs.models import Article
from communities.blogs.services import described
from communities.content.kinds import Filed
from communities.content.text.extracts import excerpt
from members.signs import cut

ROWS_AT_ONCE = 500
EXCERPT_CHARACTERS = 220
# What an old site says of an article, and what follows from its text.
FROM_THERE = (
    "excerpt",
    "seo_title",
    "seo_description",
    "cover_id",
    "comments_open",
    "contents",
    "reading_minutes",
)


class ImportedArticle(Protocol):
    """What an old system says of an article: `cover` is the id of an attachment, or empty."""

    excerpt: str
    seo_title: str
    seo_description: str
    cover: str
    comments_open: bool


def file_articles(filed: Sequence[Filed]) -> None:
    """Store the articles of threads that were filed with `stored_html`; what was said of each is ImportedArticle."""
    Article.objects.bulk_create([_article(one, one.said) for one in filed], batch_size=ROWS_AT_ONCE)


def refile_articles(filed: Sequence[Filed]) -> None:
    """Bring the articles of threads up to date that were filed with other words before."""
    for one in filed:
        article = _article(one, one.said)
        Article.objects.update_or_create(
            thread=one.thread,
            defaults={name: getattr(article, name) for name in FROM_THERE},
        )


def _article(one: Filed, said: ImportedArticle) -> Article:
    html, about_text = described(one.body.body_html)
    return Article(
        thread=one.thread,
        # What WordPress does for an article without one: its beginning.
        excerpt=cut(said.excerpt, 400) or excerpt(html, EXCERPT_CHARACTERS),
        seo_title=said.seo_title,
        seo_description=said.seo_description,
        cover_id=said.cover or None,
        comments_open=said.comments_open,
        **about_text,
    )
