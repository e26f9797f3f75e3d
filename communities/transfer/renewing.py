"""The second run: what an earlier import brought follows the old site, as long as nobody has made it theirs here.

The measure is a fresh import: what stands afterwards is what that would bring, or the report names what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from communities.content.addresses import local_path
from communities.content.kinds import Filed
from communities.content.models import Post, Redirect, State, Thread
from communities.content.services import (
    ThreadToFile,
    ThreadToRefile,
    refile_scores,
    refile_threads,
)
from communities.content.services.unfiling import unfile_replies
from communities.models import Community, Membership
from communities.transfer.arrivals import POST_KINDS, NewPost, NewThread
from communities.transfer.exceptions import OtherSource
from communities.transfer.importing.staying import kept_as_they_are
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.report import ImportReport
from communities.transfer.running import batches

Kind = ImportedItem.Kind
# What changes in a thread when something is taken out of it.
COUNTED = ("last_position", "reply_count", "last_activity_at", "answered")


@dataclass(slots=True)
class Stood:
    """A thread of an earlier import, with its row locked, and what was remembered of it."""

    new: NewThread
    item: ImportedItem
    thread: Thread
    body: Post
    filed: Filed | None = None
    # What is remembered of its replies, by kind and key, and those of them that stand.
    items: dict[tuple[str, str], ImportedItem] = field(default_factory=dict)
    replies: dict[tuple[str, str], Post] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether the team or its author has changed, published or withdrawn it here."""
        thread = self.thread
        changed = thread.version > 1 or thread.edited_at is not None or self.body.revision_count > 0
        if thread.state not in (State.PUBLISHED, State.DRAFT):
            return True
        if self.item.was_public is None:
            return changed
        return changed or thread.is_published != self.item.was_public

    @property
    def is_new_to_us(self) -> bool:
        """Whether the old site says anything else than when it was last read."""
        return self.item.checksum != self.new.checksum


class Renewal:
    """Brings what stands in line with the old site; needs the scope, and the locks of the threads' rows."""

    def __init__(
        self, community: Community, memory: ImportMemory, report: ImportReport, *, by: Membership | None
    ) -> None:
        self.community = community
        self.memory = memory
        self.report = report
        self.by = by

    def same_things(self, stood: Sequence[Stood]) -> list[Stood]:
        """Those whose number still means what it meant. Raises OtherSource where the site has no name to tell by."""
        same = []
        for one in stood:
            is_redated = one.new.is_dated and one.thread.created_at != one.new.written_at
            if is_redated and self.memory.is_nameless and not one.is_ours:
                raise OtherSource(one.thread.title)
            if is_redated and self._is_another(one):
                self.report.lose("other_thing", one.new.title)
            else:
                same.append(one)
        return same

    def renew(
        self, stood: Sequence[Stood], files: Mapping[str, ThreadToFile], words: Collection[int]
    ) -> list[Stood]:
        """Bring threads up to date; `files` says by key what filing them anew would store. Those that are so now."""
        due = []
        for one in stood:
            if not one.is_new_to_us:
                self._name_what_is_public(one)
            elif one.is_ours or not self._make_way(one):
                self._name_as_ours(one)
            else:
                due.append(one)
        batch = [ThreadToRefile(one.thread, files[one.new.key], words) for one in due]
        for one, filed in zip(due, refile_threads(batch, community=self.community, by=self.by), strict=True):
            one.filed = filed
        self.memory.note(Kind.THREAD, {one.new.key: (one.new.checksum, one.new.is_public) for one in due})
        if due:
            self.report.made["updated"] += len(due)
        # Last, as bringing a thread up to date saves its row whole.
        refile_scores({one.thread.pk: one.new.score for one in stood})
        return due

    def find_replies(self, stood: Sequence[Stood]) -> None:
        """What is remembered of the messages of these threads, and where they stand."""
        left: set[int] = set()
        for kind in POST_KINDS:
            keys = {one.new.key: keys_of(one.new, kind) for one in stood}
            known, posts = self._known_posts(kind, {key for some in keys.values() for key in some})
            for one in stood:
                for key in keys[one.new.key]:
                    item, post = known.get(key), posts.get(key)
                    if item is None:
                        continue
                    if post is not None and post.thread_id != one.thread.pk and self._let_go(post):
                        # It stands under another one there now, and comes anew.
                        item.delete()
                        left.add(post.thread_id)
                        continue
                    one.items[kind, key] = item
                    if post is not None and post.thread_id == one.thread.pk:
                        one.replies[kind, key] = post
        for one in stood:
            if one.thread.pk in left:
                one.thread.refresh_from_db(fields=COUNTED)

    def free_replies(self, fresh: Sequence[NewThread]) -> None:
        """What stands elsewhere here moves along to threads that come now; what was deleted here does not come back."""
        for kind in POST_KINDS:
            known, posts = self._known_posts(kind, {key for new in fresh for key in keys_of(new, kind)})
            staying = set()
            for key, item in known.items():
                if (post := posts.get(key)) is not None and self._let_go(post):
                    item.delete()
                else:
                    staying.add(key)
            for new in fresh if staying else ():
                new.posts[1:] = [one for one in new.posts[1:] if one.kind != kind or one.key not in staying]

    def _known_posts(
        self, kind: str, keys: Collection[str]
    ) -> tuple[dict[str, ImportedItem], dict[str, Post]]:
        """What is remembered under these keys, and what stands of it."""
        known = self.memory.known(kind, keys)
        rows = Post.objects.select_related("thread").in_bulk([int(one.object_id) for one in known.values()])
        posts = {key: rows[int(one.object_id)] for key, one in known.items() if int(one.object_id) in rows}
        return known, posts

    def _let_go(self, post: Post) -> bool:
        """Take a reply out of its thread that stands under another there; False where somebody has made it theirs."""
        is_ours = post.revision_count or post.state != State.PUBLISHED
        if is_ours or kept_as_they_are([post.thread_id]):
            self.report.lose("changed", post.thread.title)
            return False
        unfile_replies([post.pk], told=post.thread.asks)
        return True

    def take_away(self, one: Stood) -> None:
        """Remove the replies that are not public there any more, unless somebody has changed them here."""
        keys = [key for key in one.new.withdrawn if key in one.replies and one.new.is_public]
        public = [key for key in keys if one.replies[key].state == State.PUBLISHED]
        judged = bool(public and kept_as_they_are([one.thread.pk]))
        going = [key for key in public if not judged and not one.replies[key].revision_count]
        self.report.lose("public_here", one.thread.title, count=len(public) - len(going))
        if not going:
            return
        unfile_replies([one.replies[key].pk for key in going])
        ImportedItem.objects.filter(pk__in=[one.items[key].pk for key in going]).delete()
        for key in going:
            del one.replies[key], one.items[key]
        one.thread.refresh_from_db(fields=["last_position", "reply_count", "last_activity_at"])
        self.report.made["withdrawn"] += len(going)

    def _is_another(self, one: Stood) -> bool:
        """Neither its words, nor its day, nor its address are those of what came under this number."""
        new, thread = one.new, one.thread
        if not one.is_new_to_us or one.is_ours or thread.title == new.title:
            return False
        known = {path for path, key in new.old_paths if not key and path != f"/?p={new.key}"}
        led = Redirect.objects.filter(target=local_path(thread.get_absolute_url()), path__in=known)
        return not (thread.slug == new.wanted_slug or led.exists())

    def _make_way(self, one: Stood) -> bool:
        """What goes back to a draft has no replies: its own go first. False where somebody here has replied."""
        if one.new.is_public or not one.thread.is_published:
            return True
        rows = one.thread.posts.replies().values_list("pk", "revision_count", "state")
        # Places that were left when something else was taken away hold no words.
        empty = [pk for pk, _revisions, state in rows if state == State.PURGED]
        replies = {pk: revisions for pk, revisions, state in rows if state != State.PURGED}
        items = ImportedItem.objects.filter(
            source=self.memory.source, kind__in=POST_KINDS, object_id__in=[str(pk) for pk in replies]
        )
        ours = {int(item.object_id): item.pk for item in items}
        if set(ours) != set(replies) or any(replies.values()) or kept_as_they_are([one.thread.pk]):
            return False
        unfile_replies([*ours, *empty])
        ImportedItem.objects.filter(pk__in=ours.values()).delete()
        one.replies.clear()
        one.items.clear()
        self._forget_addresses(one.thread)
        one.thread.refresh_from_db(fields=["last_position", "reply_count", "last_activity_at"])
        return True

    def _forget_addresses(self, thread: Thread) -> None:
        """A draft has no old address: it would tell that there is one."""
        path = local_path(thread.get_absolute_url())
        led = Redirect.objects.filter(Q(target=path) | Q(target__startswith=f"{path}#"), by_hand=False)
        self.memory.forget(Kind.REDIRECT, led.values_list("path", flat=True))
        led.delete()

    def _name_as_ours(self, one: Stood) -> None:
        if one.thread.is_published and not one.new.is_public:
            self.report.lose("public_here", one.thread.title)
        else:
            self.report.lose("changed", one.new.title)

    def _name_what_is_public(self, one: Stood) -> None:
        if one.thread.is_published and not one.new.is_public:
            self.report.lose("public_here", one.thread.title)


def name_what_is_gone(
    memory: ImportMemory, report: ImportReport, *, is_there: Callable[[str, str], bool]
) -> None:
    """Name what an earlier import brought and may be read here, and the file does not hold; `is_there` by kind and key.

    It may have been exported in another part, so nothing is withdrawn.
    """
    report.losses.pop("gone", None)
    items = ImportedItem.objects.filter(source=memory.source, kind__in=[Kind.THREAD, *POST_KINDS])
    missing = (
        (kind, int(object_id))
        for kind, key, object_id in items.values_list("kind", "external_id", "object_id").iterator(2000)
        if not is_there(kind, key)
    )
    for some in batches(missing, 500):
        threads = [pk for kind, pk in some if kind == Kind.THREAD]
        replies = [pk for kind, pk in some if kind != Kind.THREAD]
        public = Thread.objects.filter(pk__in=threads, state=State.PUBLISHED)
        said = Post.objects.filter(pk__in=replies, state=State.PUBLISHED, thread__state=State.PUBLISHED)
        for title in [*public.values_list("title", flat=True), *said.values_list("thread__title", flat=True)]:
            report.lose("gone", title)


def as_they_stand(new: NewThread, stood: Stood | None) -> list[NewPost]:
    """The messages in the order of their places here; what comes now stands behind what came before."""
    if stood is None:
        return new.posts
    body, *replies = new.posts
    last = float("inf")

    def place(message: NewPost) -> float:
        post = stood.replies.get((message.kind, message.key))
        return post.position or last if post is not None else last

    return [body, *sorted(replies, key=place)]


def keys_of(new: NewThread, kind: str) -> list[str]:
    shown = [message.key for message in new.posts[1:] if message.kind == kind]
    return shown + [key for of, key in new.withdrawn if of == kind]


def accepted_in(one: Stood) -> Post | None:
    """The reply that answers a question there, where it stands here."""
    return one.replies.get((Kind.ANSWER, one.new.accepted)) if one.new.accepted else None
