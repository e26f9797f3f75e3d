"""Words that file threads."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from communities.content.managers import MOST_COUNTED, TagManager
from communities.content.models.threads import Thread
from communities.fields import OwnedForeignKey
from communities.scoping import CommunityOwned


class Tag(CommunityOwned, TagBase):
    """A word that files threads, within one community."""

    name = models.CharField(_("name"), max_length=60)
    slug = models.CharField(_("address"), max_length=80)
    group = models.CharField(_("group"), max_length=40, blank=True)
    thread_count = models.PositiveIntegerField(default=0)

    objects = TagManager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="tag_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="tag_slug_once"),
            models.UniqueConstraint("community", Lower("name"), name="tag_name_once"),
        ]
        indexes = [models.Index(fields=["community", "-thread_count", "-id"], name="tag_by_use")]

    def get_absolute_url(self) -> str:
        return reverse("content:show-tag", args=[self.slug])

    @property
    def readable(self) -> int:
        """How many threads its reader finds under it; of a tag that came by `seen_by`."""
        seen: int = getattr(self, "seen_count", MOST_COUNTED)
        return seen if seen < MOST_COUNTED else self.thread_count


class TagWord(CommunityOwned):
    """What is typed as a tag and is none: another word for one, or, without a tag, a word that is not used here."""

    slug = models.CharField(_("address"), max_length=80)
    name = models.CharField(_("word"), max_length=60)
    tag = OwnedForeignKey(Tag, models.CASCADE, null=True, blank=True, related_name="words")

    class Meta:
        verbose_name = _("word for a tag")
        verbose_name_plural = _("words for tags")
        constraints = [models.UniqueConstraint(fields=["community", "slug"], name="tag_word_once")]
        indexes = [models.Index(fields=["community", "tag", "-id"], name="tag_word_of")]

    def __str__(self) -> str:
        return self.name


class TaggedThread(CommunityOwned, ItemBase):
    """A tag on a thread; the thread's publication time is copied so that a tag page needs one index."""

    tag = OwnedForeignKey(Tag, models.CASCADE, related_name="tagged")
    content_object = OwnedForeignKey(Thread, models.CASCADE, related_name="tag_links", db_column="thread_id")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_thread_once")]
        indexes = [
            models.Index(fields=["tag"], name="tagged_thread_tag"),
            models.Index(
                fields=["tag", "-published_at", "-content_object"],
                name="tagged_thread_list",
                condition=Q(published_at__isnull=False),
            ),
        ]
