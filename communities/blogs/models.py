"""What an article has beyond a thread."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.blogs.own.models import BlogFollower, OwnBlog
from communities.blogs.review.models import ArticleReview, Checklist, ReviewNote
from communities.blogs.series.models import ArticleSeries, SeriesPart
from communities.blogs.together.models import CoAuthorInvitation
from communities.content.models import Attachment, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal

__all__ = [
    "ARTICLE",
    "BLOG",
    "WORDS",
    "Article",
    "ArticleReview",
    "ArticleSeries",
    "BlogFollower",
    "Checklist",
    "CoAuthor",
    "CoAuthorInvitation",
    "OwnBlog",
    "ReviewNote",
    "SeriesPart",
    "article_of",
]

# The names that rows carry.
BLOG, ARTICLE = "blog", "article"
# What an article says of itself in words that people read.
WORDS = ("excerpt", "cover_alt", "seo_title", "seo_description")


class Article(CommunityOwned):
    """An article's cover, excerpt and search-engine words; its text is the thread's first post."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="article")
    excerpt = models.TextField(_("excerpt"), max_length=400, blank=True)
    cover = OwnedForeignKey(Attachment, models.SET_NULL, null=True, blank=True, related_name="+")
    cover_drawing = models.CharField(_("drawing"), max_length=40, blank=True)
    cover_alt = models.CharField(_("description of the cover"), max_length=300, blank=True)
    focal_x = models.PositiveSmallIntegerField(default=50)
    focal_y = models.PositiveSmallIntegerField(default=50)
    seo_title = models.CharField(_("title for search engines"), max_length=70, blank=True)
    seo_description = models.CharField(_("description for search engines"), max_length=170, blank=True)
    reading_minutes = models.PositiveSmallIntegerField(default=1)
    contents = models.JSONField(_("table of contents"), default=list, blank=True)
    comments_open = models.BooleanField(_("members may reply"), default=True)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [models.UniqueConstraint(fields=["community", "thread"], name="article_owned")]

    @property
    def framing(self) -> str:
        """The classes of its cover’s frame: the point that stays visible, in tenths, and what stands there first."""
        point = f"focal-x{round(self.focal_x / 10)} focal-y{round(self.focal_y / 10)}"
        return f"{point} {self.cover.under}".rstrip() if self.cover else point


class CoAuthor(CommunityOwned):
    """Someone who signs an article beside its first author, in order."""

    article = OwnedForeignKey(Article, models.CASCADE, related_name="co_authors")
    membership = OwnedForeignKey(Membership, models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)

    personal = (
        Personal(
            "membership",
            KEEP,
            with_texts=DELETE,
            exported_as="co_signed",
            why="The signature of “Former member” stays under a shared article, unless it is taken back.",
        ),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "membership"], name="co_author_once")]
        indexes = [models.Index(fields=["membership"], name="co_author_membership")]


def article_of(thread: Thread) -> Article | None:
    """None for a thread without an article row."""
    return getattr(thread, "article", None)
