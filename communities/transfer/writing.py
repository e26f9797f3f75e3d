"""Writes imported threads in batches: the same rows as living members' acts leave, without their events.

No notification, no screening and no read marker comes of an import: nobody did anything just now.
"""

from __future__ import annotations

from collections.abc import Iterable

from communities.content.addresses import local_path
from communities.content.kinds import KINDS, THREAD_KINDS, Filed
from communities.content.models import (
    Post,
    Redirect,
    Space,
    State,
    TaggedThread,
    Thread,
    ThreadTitle,
)
from communities.content.services.composing import language_of, mode_of
from communities.models import Community
from communities.transfer.arrivals import POST_KINDS, NewPost, NewThread
from communities.transfer.bodies import BodyRenderer
from communities.transfer.exceptions import OtherSource
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.people import People
from communities.transfer.report import ImportReport

ROWS_AT_ONCE = 500
LONGEST_PATH = 400


class ThreadWriter:
    """Brings threads in, each once; what came with an earlier import only gets its new replies."""

    def __init__(
        self,
        community: Community,
        memory: ImportMemory,
        people: People,
        renderer: BodyRenderer,
        report: ImportReport,
    ) -> None:
        self.community = community
        self.memory = memory
        self.people = people
        self.renderer = renderer
        self.report = report
        self.spaces: dict[int, Space] = {}

    def write(self, batch: list[NewThread]) -> None:
        """One batch inside the scope's transaction; rows of all or of none of them stand afterwards."""
        known = self.memory.known(ImportedItem.Kind.THREAD, [new.key for new in batch])
        existing = self._existing(known)
        self._note_changes(batch, known, existing)
        fresh = [new for new in batch if new.key not in known]
        threads = {new.key: self._thread(new) for new in fresh}
        Thread.objects.bulk_create(threads.values(), batch_size=ROWS_AT_ONCE)
        posts: dict[tuple[str, str], Post] = {}
        written: list[NewThread] = []
        for new in batch:
            thread = threads.get(new.key) or existing.get(new.key)
            if thread is not None:
                posts |= self._posts(new, thread, is_new=new.key in threads)
                written.append(new)
        Post.objects.bulk_create(posts.values(), batch_size=ROWS_AT_ONCE)
        self._count(threads, existing)
        self._write_beside(fresh, threads, posts)
        self._remember(fresh, threads, posts)

    def redirect(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Old path → new address, each once; the first import of a path wins."""
        rows: dict[str, Redirect] = {}
        for path, target in pairs:
            if len(path) > LONGEST_PATH:
                self.report.lose("address_too_long", path[:80])
            elif path not in ("", "/"):
                rows.setdefault(path, Redirect(path=path, target=local_path(target)[:LONGEST_PATH]))
        taken = dict(Redirect.objects.filter(path__in=list(rows)).values_list("path", "target"))
        for path, target in taken.items():
            if target != rows[path].target:
                self.report.lose("address_taken", path)
        Redirect.objects.bulk_create(
            [row for path, row in rows.items() if path not in taken], batch_size=ROWS_AT_ONCE
        )
        self.report.known["redirect"] += len(taken)
        self.report.made["redirect"] += len(rows) - len(taken)

    def _existing(self, known: dict[str, ImportedItem]) -> dict[str, Thread]:
        """The threads of an earlier import that still stand; the rows are locked, as replies may be added."""
        ids = {int(item.object_id): key for key, item in known.items()}
        threads = Thread.objects.filter(pk__in=ids).select_for_update(of=("self",)).select_related("space")
        return {ids[thread.pk]: thread for thread in threads}

    def _note_changes(
        self, batch: list[NewThread], known: dict[str, ImportedItem], existing: dict[str, Thread]
    ) -> None:
        for new in batch:
            item = known.get(new.key)
            if item is None:
                continue
            if new.accepted:
                self.report.known["accepted"] += 1
            if item.checksum != new.checksum:
                self.report.lose("changed", new.title)
            if new.key not in existing:
                # Deleted here since: it stays so, with its replies.
                self.report.known[new.label] += 1
                self.report.known.update(message.label for message in new.posts[1:])

    def _space(self, space_id: int) -> Space:
        if space_id not in self.spaces:
            self.spaces[space_id] = Space.objects.get(pk=space_id)
        return self.spaces[space_id]

    def _thread(self, new: NewThread) -> Thread:
        space = self._space(new.space_id)
        return Thread(
            space=space,
            author_id=self.people.id_of(new.author),
            kind=new.kind,
            asks=THREAD_KINDS[new.kind].asks,
            slug=new.slug,
            language=language_of(space, self.community),
            title=new.title,
            state=new.state,
            created_at=new.written_at,
            published_at=new.written_at if new.is_public else None,
            scheduled_for=new.scheduled_for,
            pinned=1 if new.pinned and new.is_public else 0,
            locked=bool(new.locked_reason),
            locked_reason=new.locked_reason[:200],
            vote_score=new.score,
        )

    def _posts(self, new: NewThread, thread: Thread, *, is_new: bool) -> dict[tuple[str, str], Post]:
        """The rows of a thread's messages that are not here yet, placed after those that are."""
        known = {} if is_new else self._known_posts(new)
        self._guard(new, thread, is_new=is_new)
        placed: dict[str, tuple[int, NewPost, str]] = {}
        posts: dict[tuple[str, str], Post] = {}
        position = thread.last_position
        for number, message in enumerate(new.posts):
            is_body = number == 0
            if (is_body and not is_new) or (message.kind, message.key) in known:
                self.report.known[new.label if is_body else message.label] += 1
                continue
            html = self.renderer.render(message, placed=placed, thread=thread, people=self.people)
            if html is None or (not html and not is_body):
                self.report.lose("too_long" if html is None else "empty", f"{thread.title} ({message.key})")
                if not is_body:
                    continue
            self.report.made[new.label if is_body else message.label] += 1
            if is_body:
                html = THREAD_KINDS[new.kind].kind.stored_html(html or "")
            position += 1
            if message.key:
                placed[message.key] = (position, message, html or "")
            posts[message.kind if not is_body else "body", message.key or new.key] = self._post(
                message, thread, html or "", position if new.is_public else None
            )
        self._advance(thread, new, list(posts.values()), is_new=is_new)
        return posts

    def _known_posts(self, new: NewThread) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for kind in POST_KINDS:
            keys = [message.key for message in new.posts[1:] if message.kind == kind]
            found |= {(kind, key) for key in self.memory.known(kind, keys)} if keys else set()
        return found

    def _guard(self, new: NewThread, thread: Thread, *, is_new: bool) -> None:
        if not is_new and new.posts and thread.created_at != new.written_at:
            raise OtherSource(thread.title)

    def _post(self, message: NewPost, thread: Thread, html: str, position: int | None) -> Post:
        return Post(
            thread=thread,
            author_id=self.people.id_of(message.author),
            position=position,
            state=State.PUBLISHED if position else State.DRAFT,
            language=thread.language,
            body_html=html,
            body_source=html,
            body_format=Post.Format.HTML,
            mode=mode_of(self._space(thread.space_id), self.community),
            created_at=message.written_at,
            published_at=message.written_at if position else None,
            edited_at=message.edited_at,
        )

    def _advance(self, thread: Thread, new: NewThread, posts: list[Post], *, is_new: bool) -> None:
        """Set what a thread counts and remembers of its replies."""
        placed = [post for post in posts if post.position]
        if not placed:
            return
        last = placed[-1]
        thread.last_position = last.position or 0
        thread.reply_count += len(placed) - (1 if is_new else 0)
        thread.last_author_id = last.author_id
        newest = max(post.created_at for post in placed)
        thread.last_activity_at = max(thread.last_activity_at or newest, newest)
        thread.answered = thread.answered or any(
            message.kind == ImportedItem.Kind.ANSWER for message in new.posts[1:]
        )

    def _count(self, threads: dict[str, Thread], existing: dict[str, Thread]) -> None:
        fields = ["last_position", "reply_count", "last_author", "last_activity_at", "answered"]
        Thread.objects.bulk_update([*threads.values(), *existing.values()], fields, batch_size=ROWS_AT_ONCE)

    def _write_beside(
        self, fresh: list[NewThread], threads: dict[str, Thread], posts: dict[tuple[str, str], Post]
    ) -> None:
        ThreadTitle.objects.bulk_create(
            [
                ThreadTitle(thread=thread, language=thread.language, title=thread.title)
                for thread in threads.values()
            ],
            batch_size=ROWS_AT_ONCE,
        )
        TaggedThread.objects.bulk_create(
            [
                TaggedThread(
                    tag=tag, content_object=threads[new.key], published_at=threads[new.key].published_at
                )
                for new in fresh
                for tag in {tag.pk: tag for tag in new.tags}.values()
            ],
            batch_size=ROWS_AT_ONCE,
        )
        self._file_sides(fresh, threads, posts)
        self.redirect(self._redirects(fresh, threads, posts))

    def _redirects(
        self, fresh: list[NewThread], threads: dict[str, Thread], posts: dict[tuple[str, str], Post]
    ) -> Iterable[tuple[str, str]]:
        positions = {(post.thread_id, key): post.position for (_kind, key), post in posts.items()}
        for new in fresh:
            if not new.is_public:
                continue
            thread = threads[new.key]
            for path, key in new.old_paths:
                position = positions.get((thread.pk, key)) if key else None
                yield path, thread.url_of(position) if position else thread.get_absolute_url()

    def _file_sides(
        self, fresh: list[NewThread], threads: dict[str, Thread], posts: dict[tuple[str, str], Post]
    ) -> None:
        """What threads have beside them is their kind's to store."""
        for kind in KINDS:
            filed = [
                Filed(
                    threads[new.key],
                    posts["body", new.posts[0].key or new.key],
                    new,
                    posts.get((ImportedItem.Kind.ANSWER, new.accepted)) if new.accepted else None,
                )
                for new in fresh
                if new.kind in kind.thread_names
            ]
            kind.file_sides(filed)
            accepted = sum(one.accepted is not None for one in filed)
            if accepted:
                self.report.made["accepted"] += accepted

    def _remember(
        self, fresh: list[NewThread], threads: dict[str, Thread], posts: dict[tuple[str, str], Post]
    ) -> None:
        self.memory.remember(
            ImportedItem.Kind.THREAD,
            {key: thread.pk for key, thread in threads.items()},
            {new.key: new.checksum for new in fresh},
        )
        for kind in POST_KINDS:
            self.memory.remember(kind, {key: post.pk for (of, key), post in posts.items() if of == kind})
