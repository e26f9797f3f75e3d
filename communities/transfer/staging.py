"""Sorts a Stack Exchange dump by question on disk, so that the largest one fits in little memory.

The dump lists posts and comments by number; a thread needs its question, answers and comments together. A
throw-away SQLite file in the temporary folder does the sorting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from communities.transfer.readers.stackexchange import (
    ANSWER,
    QUESTION,
    SeComment,
    SePost,
)

TABLES = """
create table post (id text primary key, kind int, question text, at text, title text, slug text default '',
  accepted text, tags text, body text, score int, author text, name text, edited text, closed int);
create table comment (id text primary key, post text, question text, at text, body text, score int,
  author text, name text);
create index post_question on post (question);
"""
# The order in which a thread is read: the question, whatever its date, and its answers by date, each followed by what
# was said about it.
PLACES = """
create table place as
select kind, id, question,
  row_number() over (partition by question order by first desc, about_at, about, says, at, number) as position
from (
  select 'q' as kind, id, question, at, 1 as first, at as about_at, 0 as about, 0 as says, 0 as number
  from post where kind = 1
  union all select 'a', id, question, at, 0, at, cast(id as int), 0, 0 from post where kind = 2
  union all select 'c', c.id, c.question, c.at, case p.kind when 1 then 1 else 0 end, p.at,
    case p.kind when 1 then 0 else cast(p.id as int) end, 1, cast(c.id as int)
  from comment c join post p on p.id = c.post
);
create index place_question on place (question, position);
create index place_id on place (kind, id);
create index comment_question on comment (question);
"""


@dataclass(frozen=True, slots=True)
class StagedEntry:
    """A question, an answer or a comment (kind "q", "a", "c") at its place in its thread."""

    kind: str
    id: str
    position: int
    at: datetime | None
    body: str
    score: int
    author: str
    name: str
    edited: datetime | None
    post: str
    title: str
    slug: str
    accepted: str
    tags: tuple[str, ...]
    closed: bool


class Staging:
    """The dump, sorted; use within `contextlib.closing`."""

    def __init__(self, folder: Path) -> None:
        self.base = sqlite3.connect(folder / "dump.sqlite3")
        self.base.executescript(TABLES)

    def close(self) -> None:
        self.base.close()

    def add_posts(self, posts: Iterable[SePost]) -> None:
        self.base.executemany(
            "insert or ignore into post (id, kind, question, at, title, accepted, tags, body, score, author,"
            " name, edited, closed) values (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (_post_row(post) for post in posts),
        )

    def add_comments(self, comments: Iterable[SeComment]) -> None:
        self.base.executemany(
            "insert or ignore into comment (id, post, at, body, score, author, name) values (?,?,?,?,?,?,?)",
            (
                (c.key, c.post, _text(c.written_at), c.text, c.score, c.author, c.author_name)
                for c in comments
            ),
        )

    def sort(self) -> int:
        """Give everything its place; how many answers and comments have no question and are left out."""
        lost = self.base.execute(
            "delete from post where kind = 2 and question not in (select id from post where kind = 1)"
        ).rowcount
        self.base.execute(
            "update comment set question = (select question from post where post.id = comment.post)"
        )
        lost += self.base.execute("delete from comment where question is null").rowcount
        self.base.executescript(PLACES)
        return lost

    def questions(self) -> Iterator[tuple[str, str]]:
        """Number and title of each question, oldest first."""
        yield from self.base.execute("select id, title from post where kind = 1 order by at, cast(id as int)")

    def set_slugs(self, slugs: Iterable[tuple[str, str]]) -> None:
        self.base.executemany("update post set slug = ? where id = ?", [(slug, key) for key, slug in slugs])

    def place_of(self, kind: str, key: str) -> tuple[str, int] | None:
        """The slug of the thread that holds an entry, and the entry’s position there."""
        row = self.base.execute(
            "select post.slug, place.position from place join post on post.id = place.question"
            " where place.kind = ? and place.id = ?",
            (kind, key),
        ).fetchone()
        return (row[0], row[1]) if row and row[0] else None

    def holds(self, kind: str, key: str) -> bool:
        """Whether the dump has an entry, wherever it leads now."""
        found = self.base.execute("select 1 from place where kind = ? and id = ?", (kind, key)).fetchone()
        return found is not None

    def writers(self) -> set[str]:
        """The numbers of everybody who wrote something that is brought in."""
        return {
            row[0]
            for row in self.base.execute(
                "select author from post where author <> ''"
                " union select author from comment where author <> ''"
            )
        }

    def tags(self) -> list[str]:
        names: dict[str, None] = {}
        for (text,) in self.base.execute("select tags from post where kind = 1"):
            names |= dict.fromkeys(text.split("\n") if text else ())
        return list(names)

    def threads(self, skipped: int = 0) -> Iterator[list[StagedEntry]]:
        """Each question with its answers and comments in their order, behind the first ones that are `skipped`."""
        for key, _title in list(self.questions())[skipped:]:
            yield [_entry(row) for row in self.base.execute(ENTRIES, {"question": key})]


ENTRIES = """
select place.kind, place.id, place.position, coalesce(post.at, comment.at), coalesce(post.body, comment.body),
  coalesce(post.score, comment.score), coalesce(post.author, comment.author),
  coalesce(post.name, comment.name),
  post.edited, comment.post, coalesce(post.title, ''), coalesce(post.slug, ''), coalesce(post.accepted, ''),
  coalesce(post.tags, ''), coalesce(post.closed, 0)
from place
left join post on place.kind <> 'c' and post.id = place.id
left join comment on place.kind = 'c' and comment.id = place.id
where place.question = :question order by place.position
"""


def _post_row(post: SePost) -> tuple[object, ...]:
    question = post.key if post.kind == QUESTION else post.parent if post.kind == ANSWER else None
    return (
        post.key,
        post.kind,
        question,
        _text(post.written_at),
        post.title,
        post.accepted,
        "\n".join(post.tags),
        post.body,
        post.score,
        post.author,
        post.author_name,
        _text(post.edited_at),
        post.closed,
    )


def _entry(row: tuple[Any, ...]) -> StagedEntry:
    kind, key, position, at, body, score, author, name, edited, post, title, slug, accepted, tags, closed = (
        row
    )
    return StagedEntry(
        kind=kind,
        id=key,
        position=position,
        at=_date(at),
        body=body,
        score=score,
        author=author,
        name=name,
        edited=_date(edited),
        post=post or "",
        title=title,
        slug=slug,
        accepted=accepted,
        tags=tuple(tags.split("\n")) if tags else (),
        closed=bool(closed),
    )


def _date(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(date: datetime | None) -> str:
    return date.isoformat() if date else ""
