"""What stands in everybody’s bell, and which mails leave, as told by what has happened: kept by hand.

A post is told once, when it first can be read: to those whom it names, and otherwise to those who follow its thread
(or, of a thread’s first text, its space) and may read the space then; never to its author. Unread lines of one kind and
thread are one. A line says the posts among those told that can be read, and is gone while none of them can.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.recounting.oracle import POSTS, SPACES, Oracle

REPLY, NAMED, START, ACCEPTED = "reply_posted", "mentioned", "thread_started", "answer_accepted"
KINDS = (REPLY, NAMED, START, ACCEPTED)
# Having read as far in the thread is having read these.
READ_IN_THREAD = (REPLY, START)
PLACED = """
select p.id, p.thread_id, p.position, p.author_id, t.space_id, p.published_at, p.state = 'published'
from content_post p join content_thread t on t.id = p.thread_id where p.position is not null
"""
NAMED_IN = "select m.post_id, m.membership_id from content_mention m where not m.quoted order by m.id"
TO_TELL = """
select s.membership_id from content_subscription s where s.level = 'follow'
  and (%(position)s = 1 and s.space_id = %(space)s or %(position)s > 1 and s.thread_id = %(thread)s)
"""
ACTIVE = "select id from communities_membership where status = 'active'"


@dataclass
class Line:
    """Posts that one member was told of together."""

    kind: str
    thread: int
    posts: list[int]
    is_read: bool = False
    is_mailed: bool = False
    # Whether its mail waits.
    is_due: bool = True


@dataclass
class Bells:
    oracle: Oracle
    lines: dict[int, list[Line]] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    # Posts and whom they have named; an edit may add somebody.
    named: set[tuple[int, int]] = field(default_factory=set)

    def hear(self) -> None:
        """Tell what can be read for the first time, and whom else it names now."""
        naming: dict[int, set[int]] = {}
        for post, person in self.oracle.ask(NAMED_IN):
            naming.setdefault(post, set()).add(person)
        for post, thread, position, author, space, _at, is_published in self.oracle.ask(
            PLACED + " order by p.id"
        ):
            if not is_published:
                continue
            named = naming.get(post, set()) - {author}
            untold = {person for person in named if (post, person) not in self.named}
            self.named |= {(post, person) for person in untold}
            is_new = post not in self.told
            self.told.add(post)
            if untold or is_new:
                given = {"post": post, "thread": thread, "position": position, "space": space}
                others = {row[0] for row in self.oracle.ask(TO_TELL, **given)} if is_new else set()
                self._tell(post, thread, space, untold, NAMED)
                self._tell(post, thread, space, others - {author} - named, START if position == 1 else REPLY)

    def _tell(self, post: int, thread: int, space: int, people: set[int], kind: str) -> None:
        active = {row[0] for row in self.oracle.ask(ACTIVE)} if people else set()
        for person in people & active:
            if space in self.oracle.ids(SPACES, person):
                self._add(person, kind, thread, post)

    def _add(self, person: int, kind: str, thread: int, post: int) -> None:
        mine = self.lines.setdefault(person, [])
        line = next(
            (one for one in mine if (one.kind, one.thread, one.is_read) == (kind, thread, False)), None
        )
        if line is None:
            mine.append(Line(kind, thread, [post]))
        elif post not in line.posts:
            line.posts.append(post)
            line.is_due = not line.is_mailed

    def accept(self, author: int | None, by: int, thread: int, post: int) -> None:
        if author is not None and author != by:
            self._add(author, ACCEPTED, thread, post)

    def unaccept(self, post: int) -> None:
        for person, mine in self.lines.items():
            self.lines[person] = [one for one in mine if one.kind != ACCEPTED or post not in one.posts]

    def leave(self, person: int) -> None:
        self.lines.pop(person, None)

    def forget(self, thread: int, body: int) -> None:
        """What is a draft again was never told."""
        self.told.discard(body)
        self.named = {(post, person) for post, person in self.named if post != body}
        self.lines = {
            person: [line for line in mine if line.thread != thread] for person, mine in self.lines.items()
        }

    def merge(self, kept: int, gone: int) -> None:
        """Two bells of one person are one; unread lines about the same are one by themselves."""
        for line in self.lines.pop(gone, []):
            mine = self.lines.setdefault(kept, [])
            same = [one for one in mine if (one.kind, one.thread) == (line.kind, line.thread)]
            twin = next((one for one in same if not one.is_read), None)
            if twin is None or line.is_read:
                mine.append(line)
                continue
            twin.posts += [post for post in line.posts if post not in twin.posts]
            twin.is_due = not twin.is_mailed and (twin.is_due or line.is_due)

    def read(self, person: int, thread: int, position: int) -> None:
        places = self._places()
        for line in self._unread(person):
            if line.thread == thread and all(places.get(post, 0) <= position for post in line.posts):
                line.is_read = True

    def read_all(self, person: int) -> None:
        for line in self._unread(person):
            line.is_read = True

    def narrow(self, space: int) -> None:
        """Who does not read a space any more is not called into it."""
        spaces = dict(self.oracle.ask("select id, space_id from content_thread"))
        for person in self.lines:
            if space not in self.oracle.ids(SPACES, person):
                for line in self._unread(person):
                    line.is_read = line.is_read or spaces.get(line.thread) == space

    def came_back(self, threads: set[int]) -> None:
        """Mails that could not leave do after all."""
        for mine in self.lines.values():
            for line in mine:
                if line.thread in threads and not line.is_read:
                    line.is_due = not line.is_mailed

    def write(self) -> set[tuple[int, str, int]]:
        """The mails that leave when their time has come: member, kind, thread."""
        written = set()
        for person in self.lines:
            new = {(kind, thread) for kind, thread, _n, _post in self.seen(person)[0]}
            for line in self._unread(person):
                if line.is_due and (line.kind, line.thread) in new:
                    line.is_mailed = True
                    written.add((person, line.kind, line.thread))
                line.is_due = False
        return written

    def seen(self, person: int) -> tuple[list[tuple[str, int, int, int]], list[tuple[str, int, int, int]]]:
        """The lines that a member reads, new ones and others: kind, thread, how many posts, the latest of them."""
        readable = self.oracle.ids(POSTS, person)
        placed = self.oracle.ask(PLACED)
        order = {row[0]: (row[5], row[2], row[0]) for row in placed}
        own = {row[0] for row in placed if row[3] == person}
        marks = dict(
            self.oracle.ask(
                "select thread_id, position from content_readmarker where membership_id = %(reader)s", person
            )
        )
        new, old = [], []
        for line in self.lines.get(person, []):
            told = [
                post for post in line.posts if post in readable and (line.kind == ACCEPTED or post not in own)
            ]
            unseen = told
            if line.kind in READ_IN_THREAD:
                unseen = [post for post in told if order[post][1] > marks.get(line.thread, 0)]
            shown, where = (unseen, new) if unseen and not line.is_read else (told, old)
            if shown:
                where.append((line.kind, line.thread, len(shown), max(shown, key=lambda post: order[post])))
        return sorted(new), sorted(old)

    def _unread(self, person: int) -> list[Line]:
        return [line for line in self.lines.get(person, []) if not line.is_read]

    def _places(self) -> dict[int, int]:
        return {row[0]: row[2] for row in self.oracle.ask(PLACED)}
