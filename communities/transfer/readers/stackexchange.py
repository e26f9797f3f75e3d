"""Reads a Stack Exchange data dump (Posts, Comments, Users, Tags; plain or gzipped) row by row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from communities.calendar import every_clock_shows
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.readers.safe_xml import stream_records

QUESTION, ANSWER = 1, 2
TAG_MARKS = re.compile(r"[<>|]+")


@dataclass(frozen=True, slots=True)
class SeUser:
    key: str
    name: str
    joined_at: datetime | None
    place: str
    about: str


@dataclass(frozen=True, slots=True)
class SePost:
    """A question (kind 1), an answer (kind 2) or a row that is no topic (tag wikis, nominations)."""

    key: str
    kind: int
    parent: str
    accepted: str
    title: str
    tags: tuple[str, ...]
    body: str
    score: int
    author: str
    author_name: str
    written_at: datetime | None
    edited_at: datetime | None
    closed: bool


@dataclass(frozen=True, slots=True)
class SeComment:
    key: str
    post: str
    text: str
    score: int
    author: str
    author_name: str
    written_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeTag:
    name: str
    count: int


def find_dump_file(folder: Path, name: str) -> Path | None:
    """`Posts.xml` or `Posts.xml.gz`, whatever the case of its letters; None where the dump has none."""
    wanted = (f"{name}.xml".lower(), f"{name}.xml.gz".lower())
    if not folder.is_dir():
        raise UnreadableExport(_("%(folder)s is not a folder.") % {"folder": folder})
    found = sorted(entry for entry in folder.iterdir() if entry.name.lower() in wanted and entry.is_file())
    return found[0] if found else None


def read_posts(folder: Path) -> Iterator[SePost]:
    """All rows of Posts, in the order of the file. Raises UnreadableExport when it is missing or broken."""
    path = find_dump_file(folder, "Posts")
    if path is None:
        raise UnreadableExport(_("%(folder)s contains no Posts.xml.") % {"folder": folder})
    return (_post(row) for row in _rows(path, "posts"))


def read_comments(folder: Path) -> Iterator[SeComment]:
    """All rows of Comments; nothing where the dump has no such file."""
    path = find_dump_file(folder, "Comments")
    return (_comment(row) for row in _rows(path, "comments")) if path else iter(())


def read_users(folder: Path) -> Iterator[SeUser]:
    """All rows of Users; nothing where the dump has no such file."""
    path = find_dump_file(folder, "Users")
    return (_user(row) for row in _rows(path, "users")) if path else iter(())


def read_tags(folder: Path) -> Iterator[SeTag]:
    """All rows of Tags; nothing where the dump has no such file."""
    path = find_dump_file(folder, "Tags")
    return (
        (SeTag(row.get("TagName", ""), _number(row, "Count")) for row in _rows(path, "tags"))
        if path
        else iter(())
    )


def split_tags(text: str) -> tuple[str, ...]:
    """`<a><b>` and the newer `|a|b|`, each name once, in their order."""
    return tuple(dict.fromkeys(name for name in TAG_MARKS.split(text) if name))


def _rows(path: Path, root: str) -> Iterator[Element]:
    records = stream_records(path, depth=1)
    first, _source = next(records)
    if first.tag != root:
        raise UnreadableExport(
            _("%(file)s is not a Stack Exchange dump: it should begin with <%(root)s>.")
            % {"file": path.name, "root": root}
        )
    for element, _source in records:
        if element.tag == "row":
            yield element


def _post(row: Element) -> SePost:
    return SePost(
        key=row.get("Id", ""),
        kind=_number(row, "PostTypeId"),
        parent=row.get("ParentId", ""),
        accepted=row.get("AcceptedAnswerId", ""),
        title=row.get("Title", "").strip(),
        tags=split_tags(row.get("Tags", "")),
        body=row.get("Body", ""),
        score=_number(row, "Score"),
        author=row.get("OwnerUserId", ""),
        author_name=row.get("OwnerDisplayName", "").strip(),
        written_at=_moment(row, "CreationDate"),
        edited_at=_moment(row, "LastEditDate"),
        closed="ClosedDate" in row.attrib,
    )


def _comment(row: Element) -> SeComment:
    return SeComment(
        key=row.get("Id", ""),
        post=row.get("PostId", ""),
        text=row.get("Text", ""),
        score=_number(row, "Score"),
        author=row.get("UserId", ""),
        author_name=row.get("UserDisplayName", "").strip(),
        written_at=_moment(row, "CreationDate"),
    )


def _user(row: Element) -> SeUser:
    return SeUser(
        key=row.get("Id", ""),
        name=row.get("DisplayName", "").strip(),
        joined_at=_moment(row, "CreationDate"),
        place=row.get("Location", "").strip(),
        about=row.get("AboutMe", ""),
    )


def _number(row: Element, name: str) -> int:
    try:
        return int(row.get(name, "0"))
    except ValueError:
        return 0


def _moment(row: Element, name: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(row.get(name, "")).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if every_clock_shows(moment) else None
