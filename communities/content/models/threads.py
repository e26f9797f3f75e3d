"""Threads, and their titles for search."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from communities.content.managers import POSTS_PER_PAGE, ThreadManager
from communities.content.models.declared import THREAD_KINDS, thread_kinds
from communities.content.models.spaces import Space
from communities.content.models.states import State
from communities.fields import OwnedForeignKey, OwnedOneToOneField
from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import EMPTY, KEEP, Personal


class Thread(CommunityOwned):
    """Whatever has a title: an article, a topic, a question. Its first post (position 1) is its body."""

    space = OwnedForeignKey(Space, models.PROTECT, related_name="threads")
    author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="threads")
    kind = models.CharField(_("kind"), max_length=12, choices=thread_kinds)
    slug = models.CharField(_("address"), max_length=80)
    language = models.CharField(_("language"), max_length=8)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    pinned = models.PositiveSmallIntegerField(default=0)
    # Since when: who takes off what an automation put there asks whether it is that, or what a person put there since.
    pinned_at = models.DateTimeField(null=True, blank=True)
    locked = models.BooleanField(default=False)
    locked_reason = models.CharField(max_length=200, blank=True)
    # Follows from its kind: somebody waits for an answer. A column, for the index of what waits.
    asks = models.BooleanField(default=False, db_default=False, editable=False)
    # Laid out by a recipe as what could be written, and written by nobody yet: publishing it asks.
    outline = models.BooleanField(default=False, db_default=False, editable=False)
    # As its first text is: whatever shows a part of it says so. A trigger keeps it.
    rewarded = models.BooleanField(default=False, db_default=False, editable=False)
    # Posts of it went elsewhere, or came from there: only then its page asks where.
    divided = models.BooleanField(default=False, db_default=False, editable=False)
    # A question that is closed as the same as another one; a trigger of the room that keeps which one sets it.
    is_double = models.BooleanField(default=False, db_default=False, editable=False)
    # It takes part in what another kind holds; a trigger of the room that keeps in what sets it.
    takes_part = models.BooleanField(default=False, db_default=False, editable=False)
    # What stands under its first text, by its name in `insets`; empty for most, which then ask for nothing.
    inset = models.CharField(max_length=8, blank=True, default="", db_default="", editable=False)
    answered = models.BooleanField(default=False)
    solved = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    scheduled_for = models.DateTimeField(null=True, blank=True)
    # Until when it is public; of what is taken back, since when it no longer is (`services/retiring.py`).
    retires_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    last_position = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    reaction_count = models.PositiveIntegerField(default=0)
    vote_score = models.IntegerField(default=0)
    last_author = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ThreadManager()
    # How many of its replies are comments; set by the page of a thread.
    comments = 0
    tags = TaggableManager(through="content.TaggedThread", blank=True)

    personal = (
        Personal(
            "author",
            KEEP,
            with_texts=EMPTY,
            exported_as="threads",
            together_with="content.Post.author",
            why="Titles are texts: they stay or go with them.",
        ),
        Personal("last_author", KEEP, why="Follows from the posts."),
    )

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.UniqueConstraint(fields=["community", "id"], name="thread_owned"),
            models.UniqueConstraint(fields=["community", "slug"], name="thread_slug_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="thread_state"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="thread_published_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False), name="thread_scheduled_for"
            ),
            models.CheckConstraint(
                condition=~Q(state="retired") | Q(retires_at__isnull=False, published_at__isnull=False),
                name="thread_retired_at",
            ),
            models.CheckConstraint(
                condition=Q(pinned=0, pinned_at__isnull=True) | Q(pinned__gt=0, pinned_at__isnull=False),
                name="thread_pinned_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["community", "space", "-pinned", "-last_activity_at", "-id"],
                name="thread_list",
                condition=Q(last_activity_at__isnull=False),
            ),
            models.Index(
                fields=["community", "space", "-published_at", "-id"],
                name="thread_blog",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["community", "-published_at", "-id"],
                name="thread_new",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                fields=["community", "-published_at", "-id"],
                name="thread_open",
                condition=Q(asks=True, answered=False, solved=False, state="published"),
            ),
            models.Index(
                fields=["community", "author", "-id"],
                name="thread_mine",
                condition=Q(state__in=["draft", "scheduled", "pending"]),
            ),
            # What somebody has published, newest first.
            models.Index(
                fields=["author", "-published_at", "-id"],
                name="thread_by",
                condition=Q(author__isnull=False, published_at__isnull=False),
            ),
            models.Index(fields=["scheduled_for"], name="thread_due", condition=Q(state="scheduled")),
            models.Index(
                fields=["retires_at"],
                name="thread_retires",
                condition=Q(state="published", retires_at__isnull=False),
            ),
            # The days on which texts are taken back, for the calendar.
            models.Index(
                fields=["community", "retires_at"],
                name="thread_retired",
                condition=Q(retires_at__isnull=False),
            ),
            # How many there are in each space, without reading one of them; no reply changes it.
            models.Index(fields=["community", "space", "state"], name="thread_of_space"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, **options: Any) -> None:
        """Raises KeyError for a thread of a kind that nobody has declared."""
        if self._state.adding:
            self.asks = THREAD_KINDS[self.kind].asks
        super().save(**options)

    def place(self, pinned: int) -> None:
        """On top of its space (above 0), from now on where it was not; or among the others. Nothing is saved."""
        self.pinned_at = (self.pinned_at or timezone.now()) if pinned else None
        self.pinned = pinned

    def opening(self) -> Any:
        """Its first post, whatever its state: placed, or waiting for its place. Raises Post.DoesNotExist."""
        post = self.posts.opening(self).get()
        post.thread = self
        return post

    def get_absolute_url(self) -> str:
        address: str = THREAD_KINDS[self.kind].kind.thread_url(self)
        return address

    def page_of(self, position: int) -> int:
        return (max(position, 1) - 1) // POSTS_PER_PAGE + 1

    def url_of(self, position: int) -> str:
        """The permalink of a post: its page is arithmetic, so no query finds it."""
        page = self.page_of(position)
        query = f"?page={page}" if page > 1 else ""
        return f"{self.get_absolute_url()}{query}#p-{position}"

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def was_shown(self) -> bool:
        """Public, or taken back: what is read with its answers, by everybody or by its author and the team."""
        return self.state in (State.PUBLISHED, State.RETIRED)

    @property
    def awaits_answer(self) -> bool:
        """A question that nobody has answered; the queries' name for it is `unanswered`."""
        return self.asks and not (self.answered or self.solved or self.is_double)

    @property
    def is_unreplied(self) -> bool:
        """Nobody has replied, where one does."""
        return not self.reply_count and THREAD_KINDS[self.kind].kind.has_replies

    @property
    def last_page(self) -> int:
        return self.page_of(self.last_position)


class ThreadTitle(CommunityOwned):
    """A thread's title for search, apart from Thread: a text index on a row that every reply updates costs
    three quarters of the write. The `vector` column is generated in the database."""

    thread = OwnedOneToOneField(Thread, models.CASCADE, primary_key=True, related_name="searchable_title")
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
