"""A series and its parts. Which of them a reader sees is said by the rule for all texts, and by nothing here."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.content.models import Space, Thread
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.navigation import address_of
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Personal

LONGEST_TITLE, LONGEST_SLUG = 120, 140  # characters
# They are on one page, and each names its neighbours.
MOST_PARTS = 60


class ArticleSeries(CommunityOwned):
    """Articles of one space in an order. In a space of members’ own blogs it belongs to the blog of who started it, as
    their articles do: no column says so."""

    space = OwnedForeignKey(Space, models.CASCADE, related_name="article_series")
    started_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(_("title"), max_length=LONGEST_TITLE)
    slug = models.CharField(max_length=LONGEST_SLUG)
    language = models.CharField(max_length=8)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    personal = (
        Personal(
            "started_by",
            KEEP,
            with_texts=DELETE,
            exported_as="article_series",
            why="A series leads through texts that stay; it goes with the texts of who started it.",
        ),
    )

    class Meta:
        verbose_name = _("series of articles")
        verbose_name_plural = _("series of articles")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="article_series_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="article_series_address"),
            models.CheckConstraint(condition=~Q(title=""), name="article_series_titled"),
        ]
        indexes = [
            models.Index(fields=["space", "-id"], name="article_series_newest"),
            models.Index(
                fields=["started_by", "-id"],
                name="article_series_of",
                condition=Q(started_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("blogs:show-series", self.slug)


class SeriesPart(CommunityOwned):
    """An article’s place in a series: its row is the article’s, which stands in one series at most. One that has gone
    to another space waits here, unseen, until it comes back or is put into a series there."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="series_part")
    series = OwnedForeignKey(ArticleSeries, models.CASCADE, related_name="parts")
    place = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("part of a series")
        verbose_name_plural = _("parts of series")
        indexes = [models.Index(fields=["series", "place", "thread"], name="series_part_order")]

    def __str__(self) -> str:
        return f"{self.thread_id} of {self.series_id}"
