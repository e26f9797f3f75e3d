"""Stores what was read from an export: each thing once, rendered, with redirects from its old addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from communities.content.addresses import local_path
from communities.content.kinds import KINDS, THREAD_KINDS, Filed
from communities.content.models import Redirect, Space, Thread
from communities.content.queries import LONGEST_PATH
from communities.content.services import (
    PostToFile,
    RepliesToFile,
    ThreadToFile,
    file_replies,
    file_threads,
    forward_many,
)
from communities.models import Community, Membership
from communities.transfer.arrivals import POST_KINDS, NewPost, NewThread
from communities.transfer.bodies import BodyRenderer, Placed
from communities.transfer.exceptions import OtherSource
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.people import People
from communities.transfer.report import ImportReport

# Whether a reply answers the question, where the old site tells.
ANSWERS = {ImportedItem.Kind.ANSWER: True, ImportedItem.Kind.REPLY: False}


@dataclass(slots=True)
class Arrived:
    """A thread of the old site with those of its messages that are not here yet, in the order of their rows."""

    new: NewThread
    messages: list[NewPost] = field(default_factory=list)
    posts: list[PostToFile] = field(default_factory=list)


class ThreadWriter:
    """Brings threads in, each once; what came with an earlier import only gets its new replies.

    `by` is who imports, None for the server's operator.
    """

    def __init__(
        self,
        community: Community,
        memory: ImportMemory,
        people: People,
        renderer: BodyRenderer,
        report: ImportReport,
        *,
        by: Membership | None = None,
    ) -> None:
        self.community = community
        self.memory = memory
        self.people = people
        self.renderer = renderer
        self.report = report
        self.by = by
        self.spaces: dict[int, Space] = {}

    def write(self, batch: list[NewThread]) -> None:
        """One batch inside the scope's transaction; rows of all or of none of them stand afterwards."""
        known = self.memory.known(ImportedItem.Kind.THREAD, [new.key for new in batch])
        standing = self._standing(known)
        self._note_changes(batch, known, standing)
        self._show(batch, known)
        self._add_replies([(new, standing[new.key]) for new in batch if new.key in standing])
        fresh = [self._arrived(new) for new in batch if new.key not in known]
        filed = file_threads(
            [self._to_file(arrived) for arrived in fresh], community=self.community, by=self.by
        )
        for kind in KINDS:
            kind.file_sides([one for one in filed if one.thread.kind in kind.thread_names])
        solved = sum(one.accepted is not None for one in filed)
        if solved:
            self.report.made["accepted"] += solved
        pairs = list(zip(fresh, filed, strict=True))
        self.redirect(self._old_addresses(pairs))
        self._remember_threads(pairs)

    def redirect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Old path → new address, each once; the first import of a path wins."""
        targets: dict[str, str] = {}
        for path, target in pairs:
            if len(path) > LONGEST_PATH:
                self.report.lose("address_too_long", path[:80])
            elif path not in ("", "/"):
                targets.setdefault(path, local_path(target)[:LONGEST_PATH])
        taken = forward_many(targets)
        for path, target in taken.items():
            if target != targets[path]:
                self.report.lose("address_taken", path)
        self.report.known["redirect"] += len(taken)
        self.report.made["redirect"] += len(targets) - len(taken)
        self._remember_redirects([path for path in targets if path not in taken])

    def _show(self, batch: list[NewThread], known: dict[str, ImportedItem]) -> None:
        for new in batch:
            if new.key not in known:
                author = self.people.name_of(new.author)
                replies = len(new.posts) - 1
                self.report.show(
                    new.title, author=author, at=new.written_at, replies=replies, state=new.state
                )

    def _remember_redirects(self, paths: list[str]) -> None:
        made = dict(Redirect.objects.filter(path__in=paths).values_list("path", "pk"))
        # One that was deleted here since an earlier import is made again.
        self.memory.forget(ImportedItem.Kind.REDIRECT, made)
        self.memory.remember(ImportedItem.Kind.REDIRECT, made)

    def _standing(self, known: dict[str, ImportedItem]) -> dict[str, Thread]:
        """The threads of an earlier import that still stand; the rows are locked, as replies may be added."""
        ids = {int(item.object_id): key for key, item in known.items()}
        threads = Thread.objects.filter(pk__in=ids).select_for_update(of=("self",)).select_related("space")
        return {ids[thread.pk]: thread for thread in threads}

    def _note_changes(
        self, batch: list[NewThread], known: dict[str, ImportedItem], standing: dict[str, Thread]
    ) -> None:
        for new in batch:
            item = known.get(new.key)
            if item is None:
                continue
            if new.accepted:
                self.report.known["accepted"] += 1
            if item.checksum != new.checksum:
                self.report.lose("changed", new.title)
            if new.key not in standing:
                # It has been deleted here since, and stays deleted, with its replies.
                self.report.known[new.label] += 1
                self.report.known.update(message.label for message in new.posts[1:])

    def _add_replies(self, pairs: list[tuple[NewThread, Thread]]) -> None:
        """What has been said since an earlier import in threads that came with it."""
        known = self._known_posts([new for new, _thread in pairs])
        for new, thread in pairs:
            if new.posts and thread.created_at != new.written_at:
                raise OtherSource(thread.title)
        later = [(self._arrived(new, thread=thread, known=known), thread) for new, thread in pairs]
        later = [(arrived, thread) for arrived, thread in later if arrived.posts]
        if later:
            filed = file_replies(
                [RepliesToFile(thread, arrived.posts) for arrived, thread in later],
                community=self.community,
                by=self.by,
            )
            self._remember_posts((arrived, one) for (arrived, _thread), one in zip(later, filed, strict=True))

    def _known_posts(self, threads: list[NewThread]) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for kind in POST_KINDS:
            keys = [message.key for new in threads for message in new.posts[1:] if message.kind == kind]
            found |= {(kind, key) for key in self.memory.known(kind, keys)} if keys else set()
        return found

    def _space(self, space_id: int) -> Space:
        if space_id not in self.spaces:
            self.spaces[space_id] = Space.objects.get(pk=space_id)
        return self.spaces[space_id]

    def _arrived(
        self, new: NewThread, *, thread: Thread | None = None, known: set[tuple[str, str]] | None = None
    ) -> Arrived:
        """The messages that are not `known` here, rendered; `thread` is the one that stands already.

        A message may quote one that it comes with, by its future place.
        """
        at = thread or Thread(kind=new.kind, slug=new.slug, space=self._space(new.space_id))
        arrived, placed = Arrived(new), Placed()
        for number, message in enumerate(new.posts):
            is_body = number == 0
            label = new.label if is_body else message.label
            if (is_body and thread is not None) or (message.kind, message.key) in (known or ()):
                self.report.known[label] += 1
                continue
            if thread is not None and not thread.last_position:
                # It has been unpublished here: nobody could have replied to it.
                self.report.lose("comment_of_draft")
                continue
            html = self._html(message, new, at, placed, is_body=is_body)
            if html is None:
                continue
            self.report.made[label] += 1
            arrived.messages.append(message)
            arrived.posts.append(self._post(message, html, is_body=is_body))
            if message.key:
                placed[message.key] = (at.last_position + len(arrived.posts), message, html)
        return arrived

    def _html(
        self, message: NewPost, new: NewThread, thread: Thread, placed: Placed, *, is_body: bool
    ) -> str | None:
        """None for a reply that cannot be kept; a thread is kept without its text."""
        html = self.renderer.render(message, placed=placed, thread=thread, people=self.people)
        if html is None or (not html and not is_body):
            title = thread.title or new.title
            self.report.lose("too_long" if html is None else "empty", f"{title} ({message.key})")
            if not is_body:
                return None
        return THREAD_KINDS[new.kind].kind.stored_html(html or "") if is_body else html or ""

    def _post(self, message: NewPost, html: str, *, is_body: bool) -> PostToFile:
        return PostToFile(
            html=html,
            written_at=message.written_at,
            author_id=self.people.id_of(message.author),
            edited_at=message.edited_at,
            answers=None if is_body else ANSWERS[ImportedItem.Kind(message.kind)],
        )

    def _to_file(self, arrived: Arrived) -> ThreadToFile:
        new = arrived.new
        keys = [(message.kind, message.key) for message in arrived.messages]
        accepted = (ImportedItem.Kind.ANSWER, new.accepted)
        return ThreadToFile(
            space=self._space(new.space_id),
            kind=new.kind,
            slug=new.slug,
            title=new.title,
            posts=arrived.posts,
            state=new.state,
            scheduled_for=new.scheduled_for,
            pinned=new.pinned,
            locked_reason=new.locked_reason,
            score=new.score,
            tags=new.tags,
            accepted=keys.index(accepted) if new.accepted and accepted in keys else None,
            said=new,
        )

    def _old_addresses(self, pairs: Sequence[tuple[Arrived, Filed]]) -> Iterable[tuple[str, str]]:
        for arrived, filed in pairs:
            if not arrived.new.is_public:
                continue
            rows = zip(arrived.messages, filed.posts, strict=True)
            positions = {message.key: post.position for message, post in rows}
            for path, key in arrived.new.old_paths:
                position = positions.get(key) if key else None
                yield path, filed.thread.url_of(position) if position else filed.thread.get_absolute_url()

    def _remember_threads(self, pairs: Sequence[tuple[Arrived, Filed]]) -> None:
        self.memory.remember(
            ImportedItem.Kind.THREAD,
            {arrived.new.key: filed.thread.pk for arrived, filed in pairs},
            {arrived.new.key: arrived.new.checksum for arrived, _filed in pairs},
        )
        self._remember_posts(pairs)

    def _remember_posts(self, pairs: Iterable[tuple[Arrived, Filed]]) -> None:
        ids: dict[str, dict[str, object]] = {kind: {} for kind in POST_KINDS}
        for arrived, filed in pairs:
            body = arrived.new.posts[0]
            for message, post in zip(arrived.messages, filed.posts, strict=True):
                if message is not body:
                    ids[message.kind][message.key] = post.pk
        for kind, found in ids.items():
            self.memory.remember(kind, found)
