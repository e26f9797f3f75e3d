"""Stores what was read from an export: each thing once, rendered, with redirects from its old addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from communities.content.addresses import local_path
from communities.content.kinds import KINDS, THREAD_KINDS, Filed
from communities.content.models import Post, Redirect, Space, State, Tag, Thread
from communities.content.queries import LONGEST_PATH
from communities.content.services import (
    PostToFile,
    RepliesToFile,
    ThreadToFile,
    file_replies,
    file_threads,
    forward_many,
    refile_replies,
    rescore_threads,
)
from communities.models import Community, Membership
from communities.transfer.arrivals import POST_KINDS, NewPost, NewThread
from communities.transfer.bodies import BodyRenderer, Placed, stands_above
from communities.transfer.memory_of_imports import ImportMemory
from communities.transfer.models import ImportedItem
from communities.transfer.old_lists import is_ours
from communities.transfer.people import People
from communities.transfer.renewing import Renewal, Stood, accepted_in, as_they_stand, keys_of
from communities.transfer.report import ImportReport

# Whether a reply answers the question, where the old site tells.
ANSWERS = {ImportedItem.Kind.ANSWER: True, ImportedItem.Kind.REPLY: False}

# How a stored text begins that quotes what it speaks to.
QUOTING = "<blockquote cite="


@dataclass(slots=True)
class Arrived:
    """A thread of the old site with those of its messages that are not here yet, in the order of their rows."""

    new: NewThread
    messages: list[NewPost] = field(default_factory=list)
    posts: list[PostToFile] = field(default_factory=list)
    # What stands here already and says something else now.
    changed: list[tuple[Post, PostToFile]] = field(default_factory=list)
    standing: dict[str, int] = field(default_factory=dict)


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
        words: Mapping[tuple[str, str], Tag] | None = None,
    ) -> None:
        self.community = community
        self.memory = memory
        self.people = people
        self.renderer = renderer
        self.report = report
        self.by = by
        # All tags that came from there: no other is taken from a thread.
        self.words = words if words is not None else {}
        self.renewal = Renewal(community, memory, report, by=by)
        self.spaces: dict[int, Space] = {}

    def write(self, batch: list[NewThread]) -> None:
        """One batch inside the scope's transaction; rows of all or of none of them stand afterwards."""
        known = self.memory.known(ImportedItem.Kind.THREAD, [new.key for new in batch])
        self._show(batch, known)
        self._renew(batch, known)
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
            elif is_ours(path):
                self.report.lose("shadowed", path)
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

    def _renew(self, batch: list[NewThread], known: dict[str, ImportedItem]) -> None:
        """What came with an earlier import: in line with the old site of today, with what was said there since."""
        stood = self._standing(batch, known)
        self._count_what_is_gone(batch, known, stood)
        same = self.renewal.same_things(stood)
        rescore_threads([(one.thread, one.new.score) for one in same])
        self._find_replies(same)
        files = {one.new.key: self._to_file(self._arrived_text(one)) for one in same if one.is_new_to_us}
        renewed = self.renewal.renew(same, files, self._words_from_there() if files else ())
        self._renew_replies(same)
        filed = [replace(one.filed, accepted=accepted_in(one)) for one in renewed if one.filed is not None]
        for kind in KINDS:
            kind.refile_sides([one for one in filed if one.thread.kind in kind.thread_names])
        self.redirect(path for one in same for path in self._later_addresses(one, one in renewed))

    def _words_from_there(self) -> set[int]:
        """Tags that came from there, with this file or an earlier one: only those are taken from a thread again."""
        kinds = (ImportedItem.Kind.TAG, ImportedItem.Kind.CATEGORY)
        return {tag.pk for tag in self.words.values()} | self.memory.numbers(*kinds)

    def _standing(self, batch: list[NewThread], known: dict[str, ImportedItem]) -> list[Stood]:
        """The threads of an earlier import that still stand; the rows are locked, as replies may be added."""
        ids = {int(item.object_id): key for key, item in known.items()}
        rows = Thread.objects.filter(pk__in=ids).select_for_update(of=("self",)).select_related("space")
        threads = {ids[thread.pk]: thread for thread in rows}
        first = Post.objects.filter(thread__in=threads.values()).order_by("thread_id", "id")
        bodies = {post.thread_id: post for post in first.distinct("thread_id")}
        return [
            Stood(new, known[new.key], thread, bodies[thread.pk])
            for new in batch
            if (thread := threads.get(new.key)) is not None and thread.pk in bodies
        ]

    def _count_what_is_gone(
        self, batch: list[NewThread], known: dict[str, ImportedItem], stood: list[Stood]
    ) -> None:
        """What has been deleted here since stays deleted, with its replies."""
        standing = {one.new.key for one in stood}
        for new in batch:
            if new.key in known and new.accepted:
                self.report.known["accepted"] += 1
            if new.key in known and new.key not in standing:
                self.report.known[new.label] += 1
                self.report.known.update(message.label for message in new.posts[1:])

    def _renew_replies(self, stood: list[Stood]) -> None:
        """What has been said there since, what is said otherwise now, and what is not to be read any more."""
        for one in stood:
            self.renewal.take_away(one)
        later = [(self._arrived(one.new, one), one) for one in stood]
        changed = [pair for arrived, _one in later for pair in arrived.changed]
        if changed:
            refile_replies(changed, community=self.community, by=self.by)
        fresh = [(arrived, one) for arrived, one in later if arrived.posts]
        if fresh:
            filed = file_replies(
                [RepliesToFile(one.thread, arrived.posts) for arrived, one in fresh],
                community=self.community,
                by=self.by,
            )
            pairs = [(arrived, new) for (arrived, _one), new in zip(fresh, filed, strict=True)]
            self._remember_posts(pairs)
            for (arrived, one), new in zip(fresh, filed, strict=True):
                rows = zip(arrived.messages, new.posts, strict=True)
                one.replies |= {(message.kind, message.key): post for message, post in rows}
        for one in stood:
            self._check_order(one)

    def _check_order(self, one: Stood) -> None:
        places = [
            post.position
            for message in one.new.posts[1:]
            if (post := one.replies.get((message.kind, message.key))) is not None and post.position
        ]
        if places != sorted(places):
            self.report.lose("order", one.thread.title)

    def _find_replies(self, stood: list[Stood]) -> None:
        """What is remembered of the messages of these threads, and where they stand."""
        for kind in POST_KINDS:
            keys = {one.new.key: keys_of(one.new, kind) for one in stood}
            known = self.memory.known(kind, {key for some in keys.values() for key in some})
            posts = Post.objects.in_bulk([int(item.object_id) for item in known.values()])
            for one in stood:
                for key in keys[one.new.key]:
                    item = known.get(key)
                    if item is None:
                        continue
                    one.items[kind, key] = item
                    post = posts.get(int(item.object_id))
                    if post is not None and post.thread_id == one.thread.pk:
                        one.replies[kind, key] = post

    def _later_addresses(self, one: Stood, is_renewed: bool) -> Iterable[tuple[str, str]]:
        """Old addresses of what has become public since, or came later."""
        if not (one.new.is_public and one.thread.is_published):
            return
        if is_renewed:
            for path, key in one.new.old_paths:
                if not key:
                    yield path, one.thread.get_absolute_url()
        answers = {
            key: post.position for (_kind, key), post in one.replies.items() if (_kind, key) not in one.items
        }
        for path, key in one.new.old_paths:
            position = answers.get(key)
            if position:
                yield path, one.thread.url_of(position)

    def _space(self, space_id: int) -> Space:
        if space_id not in self.spaces:
            self.spaces[space_id] = Space.objects.get(pk=space_id)
        return self.spaces[space_id]

    def _arrived(self, new: NewThread, stood: Stood | None = None) -> Arrived:
        """The messages that are not here yet, rendered; those of the thread that `stood` are brought up to date.

        A message may quote one that it comes with, by its future place.
        """
        at = stood.thread if stood else Thread(kind=new.kind, slug=new.slug, space=self._space(new.space_id))
        arrived, placed = Arrived(new), Placed()
        for message in as_they_stand(new, stood):
            is_body = message is new.posts[0]
            label = new.label if is_body else message.label
            if stood is not None and (is_body or (message.kind, message.key) in stood.items):
                self.report.known[label] += 1
                self._keep(message, stood, arrived, placed, is_body=is_body)
                continue
            if stood is not None and not at.last_position:
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

    def _keep(
        self, message: NewPost, stood: Stood, arrived: Arrived, placed: Placed, *, is_body: bool
    ) -> None:
        """A message that is here: with the words of today, unless they are somebody's here by now."""
        post = stood.body if is_body else stood.replies.get((message.kind, message.key))
        if post is None or not post.position:
            return
        if not is_body and self._says_otherwise(message, post, stood, arrived, placed):
            if post.revision_count or post.state != State.PUBLISHED:
                self.report.lose("changed", f"{stood.thread.title} ({message.key})")
            else:
                html = self._html(message, stood.new, stood.thread, placed, is_body=False)
                if html is not None:
                    post.body_html = html
                    arrived.changed.append((post, self._post(message, html, is_body=False)))
                    self.report.made["updated"] += 1
                self.memory.note(message.kind, {message.key: (message.checksum, True)})
        if message.key:
            placed[message.key] = (post.position, message, post.body_html)
            arrived.standing[message.key] = post.pk

    def _says_otherwise(
        self, message: NewPost, post: Post, stood: Stood, arrived: Arrived, placed: Placed
    ) -> bool:
        """Whether a reply has other words now, or what it quotes has, or it stands apart from what it speaks to now."""
        if stood.items[message.kind, message.key].checksum != message.checksum:
            return True
        if post.revision_count or post.state != State.PUBLISHED or not message.answers:
            return False
        is_quoting = post.body_html.startswith(QUOTING)
        if is_quoting == (message.answers not in placed or stands_above(message, placed)):
            return True
        return is_quoting and any(
            one.pk == arrived.standing.get(message.answers) for one, _new in arrived.changed
        )

    def _arrived_text(self, stood: Stood) -> Arrived:
        """What a thread that stands would be if it were filed anew, without its replies."""
        new, body = stood.new, stood.new.posts[0]
        html = self._html(body, new, stood.thread, Placed(), is_body=True)
        return Arrived(new, [body], [self._post(body, html or "", is_body=True)])

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
            public={arrived.new.key: arrived.new.is_public for arrived, _filed in pairs},
        )
        self._remember_posts(pairs)

    def _remember_posts(self, pairs: Iterable[tuple[Arrived, Filed]]) -> None:
        ids: dict[str, dict[str, object]] = {kind: {} for kind in POST_KINDS}
        checksums: dict[str, str] = {}
        for arrived, filed in pairs:
            body = arrived.new.posts[0]
            for message, post in zip(arrived.messages, filed.posts, strict=True):
                if message is not body:
                    ids[message.kind][message.key] = post.pk
                    checksums[message.key] = message.checksum
        for kind, found in ids.items():
            self.memory.remember(kind, found, checksums)
