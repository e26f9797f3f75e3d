"""The one visibility rule and the lists built on it. Views never spell a state.

`visible_to` is used by pages, search, feeds, sitemaps, counters, notifications and exports alike. The forms of
these queries were measured at five million posts; the rules are in docs/decisions/0002-content-model.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Exists, Func, IntegerField, OuterRef, Q, TextField, When

from communities.keysets import MOMENT, NUMBER, Keyset
from communities.letters import slug_of
from communities.scoping import ScopedManager, ScopedQuerySet

POSTS_PER_PAGE = 20
# Articles and whatever else is listed by when it appeared.
BY_PUBLICATION = Keyset(("published_at", MOMENT), ("pk", NUMBER), size=20)
# States that keep a place in the thread; the renderer empties all but published ones.
PLACED = ("published", "hidden", "removed", "deleted", "purged")
# A tag's page with fewer threads helps nobody who comes from a search engine.
INDEXED_FROM = 5
# Beyond it a tag’s count is that of everybody: who reads a little less hardly sees the difference.
MOST_COUNTED = 200
# What was public, and is read by its author and by those who look after its space.
UNSEEN = ("retired", "hidden", "removed")
WAITING = ("draft", "scheduled", "pending")


class Reader(Protocol):
    """What the visibility rule needs of a viewer."""

    @property
    def community_id(self) -> int: ...
    @property
    def membership_id(self) -> int | None: ...
    @property
    def space_ids(self) -> tuple[int, ...]: ...
    @property
    def staff_space_ids(self) -> tuple[int, ...]: ...


class ArrayPair(Func):
    function = "array"
    template = "%(function)s[%(expressions)s]"
    output_field = ArrayField(TextField())


class SpaceQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, viewer: Reader) -> SpaceQuerySet:
        return self.filter(community_id=viewer.community_id, id__in=viewer.space_ids)

    def in_order(self) -> SpaceQuerySet:
        return self.order_by("place", "id")


class ThreadQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, viewer: Reader) -> ThreadQuerySet:
        """L: any list of threads."""
        return self.filter(
            community_id=viewer.community_id,
            space_id__in=viewer.space_ids,
            published_at__isnull=False,
            state="published",
        )

    def reachable_by(self, viewer: Reader) -> ThreadQuerySet:
        """One thread fetched by address: what is visible; for its author and for those who look after the space
        drafts too, and what was taken back, hidden or removed."""
        mine = Q(author_id=viewer.membership_id) if viewer.membership_id is not None else Q(pk__in=[])
        return self.filter(community_id=viewer.community_id).filter(
            Q(space_id__in=viewer.space_ids, state="published", published_at__isnull=False)
            | Q(mine, state__in=(*UNSEEN, *WAITING))
            | Q(space_id__in=viewer.staff_space_ids, state__in=("published", *UNSEEN, *WAITING))
        )

    def in_space(self, space_id: int) -> ThreadQuerySet:
        return self.filter(space_id=space_id)

    def of_kind(self, *kinds: str) -> ThreadQuerySet:
        return self.filter(kind__in=kinds)

    def pinned_first(self) -> ThreadQuerySet:
        return self.filter(pinned__gt=0, last_activity_at__isnull=False).order_by(
            "-pinned", "-last_activity_at", "-id"
        )

    def active(self) -> ThreadQuerySet:
        """All that a forum list shows, pinned first, in the order of its index."""
        return self.filter(last_activity_at__isnull=False).order_by("-pinned", "-last_activity_at", "-id")

    def active_before(self, at: datetime.datetime | None = None, last_id: int = 0) -> ThreadQuerySet:
        """A forum list by last activity, not pinned; keyset in the one form that keeps its index."""
        threads = self.filter(pinned=0, last_activity_at__isnull=False)
        if at is not None:
            threads = threads.filter(last_activity_at__lte=at).filter(
                Q(last_activity_at__lt=at) | Q(id__lt=last_id)
            )
        return threads.order_by("-pinned", "-last_activity_at", "-id")

    def active_after(self, at: datetime.datetime, last_id: int) -> ThreadQuerySet:
        """The rows just above a place in that list, nearest first: for the way back to newer ones."""
        threads = self.filter(pinned=0, last_activity_at__isnull=False, last_activity_at__gte=at)
        return threads.filter(Q(last_activity_at__gt=at) | Q(id__gt=last_id)).order_by(
            "pinned", "last_activity_at", "id"
        )

    def published_before(self, at: datetime.datetime | None = None, last_id: int = 0) -> ThreadQuerySet:
        """A blog, home or feed list by publication."""
        threads = self
        if at is not None:
            threads = threads.filter(published_at__lte=at).filter(Q(published_at__lt=at) | Q(id__lt=last_id))
        return threads.order_by("-published_at", "-id")

    def tagged_before(
        self, tag_id: int, at: datetime.datetime | None = None, last_id: int = 0
    ) -> ThreadQuerySet:
        """A tag's page by publication, in the order of the index on its links."""
        links = Q(tag_links__tag_id=tag_id, tag_links__published_at__isnull=False)
        if at is not None:
            links &= Q(tag_links__published_at__lte=at)
            links &= Q(tag_links__published_at__lt=at) | Q(tag_links__content_object_id__lt=last_id)
        return self.filter(links).order_by("-tag_links__published_at", "-tag_links__content_object_id")

    def started_by(self, membership_id: int) -> ThreadQuerySet:
        return self.filter(author_id=membership_id)

    def published_in(self, spaces: Iterable[Any]) -> ThreadQuerySet:
        return self.filter(space_id__in=[space.pk for space in spaces], state="published")

    def scheduled_after(self, at: datetime.datetime) -> ThreadQuerySet:
        return self.filter(state="scheduled", scheduled_for__gt=at)

    def withdrawn(self) -> ThreadQuerySet:
        """What was public and no longer is: its address answers 410."""
        return self.filter(state__in=("retired", "removed", "deleted"), published_at__isnull=False)

    def after(self, last_id: int) -> ThreadQuerySet:
        """By id, for sitemaps and other walks through everything."""
        return self.filter(pk__gt=last_id).order_by("pk")

    def unanswered(self) -> ThreadQuerySet:
        return self.filter(asks=True, answered=False, solved=False, is_double=False)

    def waiting_of(self, membership_id: int, signed: Collection[int] = ()) -> ThreadQuerySet:
        """A member's drafts, scheduled and held threads, and those of these that they sign with somebody else."""
        mine = Q(author_id=membership_id)
        if signed:
            mine |= Q(pk__in=list(signed))
        return self.filter(mine, state__in=WAITING).order_by("-id")

    def waiting(self) -> ThreadQuerySet:
        """Drafts, scheduled and held threads; the caller filters by person."""
        return self.filter(state__in=WAITING)

    def due(self, now: datetime.datetime) -> ThreadQuerySet:
        return self.filter(state="scheduled", scheduled_for__lte=now).order_by("scheduled_for", "id")

    def to_retire(self, now: datetime.datetime) -> ThreadQuerySet:
        """What is public and no longer to be."""
        return self.filter(state="published", retires_at__lte=now).order_by("retires_at", "id")

    def retiring_after(self, at: datetime.datetime) -> ThreadQuerySet:
        return self.filter(state__in=("scheduled", "published"), retires_at__gt=at)

    def with_people(self) -> ThreadQuerySet:
        return self.select_related("author", "last_author", "space")

    def with_tags(self) -> ThreadQuerySet:
        """Adds `tag_pairs`: [[name, slug], …] by name, within the same statement."""
        pairs = (
            self.model.tag_links.rel.related_model.objects.filter(content_object_id=OuterRef("pk"))
            .order_by("tag__name")
            .annotate(pair=ArrayPair("tag__name", "tag__slug"))
            .values("pair")
        )
        threads: ThreadQuerySet = self.annotate(tag_pairs=ArraySubquery(pairs))
        return threads


class PostQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, viewer: Reader) -> PostQuerySet:
        """X: posts across threads."""
        return self.filter(
            community_id=viewer.community_id,
            state="published",
            thread__community_id=viewer.community_id,
            thread__space_id__in=viewer.space_ids,
            thread__published_at__isnull=False,
            thread__state="published",
        )

    def in_thread(self, thread_id: int, first: int, count: int = POSTS_PER_PAGE) -> PostQuerySet:
        """P: one page of a thread that was fetched visibly. Withdrawn posts keep their position; code that renders
        them asks `shows_body`."""
        return (
            self.filter(
                thread_id=thread_id,
                position__gte=first,
                position__lt=first + count,
                state__in=PLACED,
            )
            .select_related("author")
            .order_by("position")[:count]
        )

    def latest_in(self, thread_id: int) -> PostQuerySet:
        """What can be read of a thread that was fetched visibly, from its end."""
        return self.filter(thread_id=thread_id, position__isnull=False, state="published").order_by(
            "-position"
        )

    def waiting_in(self, thread_id: int, membership_id: int) -> PostQuerySet:
        """W: a member's own waiting posts in a thread, shown apart."""
        return self.filter(author_id=membership_id, thread_id=thread_id, state__in=WAITING).order_by("id")

    def waiting_by(self, membership_id: int) -> PostQuerySet:
        """A member's held replies, in threads that are out already."""
        return self.filter(author_id=membership_id, state__in=WAITING, thread__state="published").order_by(
            "-id"
        )

    def by(self, membership_id: int) -> PostQuerySet:
        return self.filter(author_id=membership_id).order_by("-id")

    def opening(self, thread: Any) -> PostQuerySet:
        """The first post of a thread, whatever its state: placed, or the one that waits for its place."""
        return self.filter(thread=thread, position=1 if thread.last_position else None)

    def replies(self) -> PostQuerySet:
        return self.exclude(position=1)

    def bodies_of(self, thread_ids: Iterable[int]) -> PostQuerySet:
        """The first posts of threads that were fetched visibly."""
        return self.filter(thread_id__in=thread_ids, position=1, state="published")


class SubscriptionQuerySet(ScopedQuerySet[Any]):
    def following(self) -> SubscriptionQuerySet:
        return self.filter(level="follow")


class TagQuerySet(ScopedQuerySet[Any]):
    def used(self) -> TagQuerySet:
        return self.filter(thread_count__gt=0)

    def named_like(self, words: str) -> TagQuerySet:
        """Tags whose name begins like one of these words; one or two letters are a name of their own: C, Go, C#."""
        wanted = Q(pk__in=[])
        for word in words.split()[:5]:
            slug = slug_of(word)
            if len(slug) > 2 or (slug and not slug.isascii()):
                wanted |= Q(slug__startswith=slug[:-1] if len(slug) > 4 else slug)
            elif slug:
                wanted |= Q(slug=slug)
        return self.filter(wanted).by_use()

    def beginning_with(self, words: str) -> TagQuerySet:
        """Tags whose name, or a word of it, begins so: what somebody is typing."""
        slug = slug_of(words)
        wanted = Q(name__istartswith=words)
        if slug:
            wanted |= Q(slug__startswith=slug) | Q(slug__contains=f"-{slug}")
        return self.filter(wanted).by_use()

    def worth_indexing(self) -> TagQuerySet:
        return self.filter(thread_count__gte=INDEXED_FROM).order_by("pk")

    def seen_by(self, viewer: Reader) -> TagQuerySet:
        """Tags with at least one thread that this viewer may read: a word may tell what a closed space is about. Each
        with how many these are (`seen_count`), up to MOST_COUNTED. Who reads every space sees what is kept on the tag.
        """
        links = self.model.tagged.rel.related_model.objects.filter(
            tag_id=OuterRef("pk"),
            published_at__isnull=False,
            content_object__space_id__in=viewer.space_ids,
            content_object__state="published",
        )
        counted = Func(
            ArraySubquery(links.values("pk")[:MOST_COUNTED]),
            function="cardinality",
            output_field=IntegerField(),
        )
        spaces = (
            links.model._meta.get_field("content_object").related_model._meta.get_field("space").related_model
        )
        unread = Exists(spaces.objects.exclude(pk__in=viewer.space_ids).order_by())
        seen = Case(When(~unread, then="thread_count"), default=counted, output_field=IntegerField())
        tags: TagQuerySet = self.filter(Exists(links)).annotate(seen_count=seen)
        return tags

    def by_use(self) -> TagQuerySet:
        return self.order_by("-thread_count", "name")

    def most_used(self) -> TagQuerySet:
        """As the team keeps them: a keyset needs an order without doubles."""
        return self.order_by("-thread_count", "-pk")

    def before(self, thread_count: int, pk: int) -> TagQuerySet:
        """The next page of `most_used`."""
        return self.filter(thread_count__lte=thread_count).filter(
            Q(thread_count__lt=thread_count) | Q(pk__lt=pk)
        )

    def holding(self, words: str) -> TagQuerySet:
        """Tags whose name holds these words, without regard to case; and, spelled as an address, to accents."""
        found, slug = Q(name__icontains=words), slug_of(words)
        return self.filter(found | Q(slug__contains=slug) if slug else found)


class AttachmentQuerySet(ScopedQuerySet[Any]):
    def reachable_by(self, viewer: Reader, visible_posts: PostQuerySet) -> AttachmentQuerySet:
        """Pictures and files of readable posts, the viewer's own, those of a text of theirs that was taken back, with
        its answers, and all those of spaces that they moderate, of what waits for them, too."""
        mine = Q(pk__in=[])
        if viewer.membership_id is not None:
            mine = Q(uploader_id=viewer.membership_id) | Q(
                post__thread__author_id=viewer.membership_id,
                post__thread__state="retired",
                post__state="published",
            )
        return self.filter(community_id=viewer.community_id).filter(
            mine
            | Q(post__in=visible_posts.values("pk"))
            | Q(
                post__thread__space_id__in=viewer.staff_space_ids,
                post__state__in=("published", "hidden", "removed", "pending"),
            )
        )

    def pictures(self) -> AttachmentQuerySet:
        """Without files to download."""
        return self.filter(name="")

    def usable_in(self, *, post_id: int | None, uploader_id: int | None) -> AttachmentQuerySet:
        """What a text may show: what its writer uploaded and used nowhere, and what is of the post itself."""
        unused = Q(post__isnull=True, uploader_id=uploader_id) if uploader_id else Q(pk__in=[])
        return self.filter(unused | Q(post_id=post_id) if post_id else unused)


SpaceManager = ScopedManager.from_queryset(SpaceQuerySet)
ThreadManager = ScopedManager.from_queryset(ThreadQuerySet)
PostManager = ScopedManager.from_queryset(PostQuerySet)
SubscriptionManager = ScopedManager.from_queryset(SubscriptionQuerySet)
TagManager = ScopedManager.from_queryset(TagQuerySet)
AttachmentManager = ScopedManager.from_queryset(AttachmentQuerySet)
