"""A site of questions and answers that lives: every way in which people change it, one act after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from PIL import Image

from .documents import se_file

TAGS = ("rope", "knots", "wire", "splice")
SITE = "knots.example"
# An act by its name, and two numbers: what it is done to, and with what.
Act = tuple[str, int, int]


def row(**values: object) -> str:
    return " ".join(f"{name}={quoteattr(str(value))}" for name, value in values.items() if value != "")


def moment(day: int) -> str:
    return f"2011-{day // 28 + 1:02d}-{day % 28 + 1:02d}T10:00:00.000"


@dataclass
class Written:
    """A question, an answer or a comment; `under` is what it stands under."""

    key: int
    kind: str
    day: int
    text: str
    by: int
    under: int = 0
    title: str = ""
    tags: list[str] = field(default_factory=list)
    accepted: int = 0
    closed: bool = False
    score: int = 0
    is_deleted: bool = False
    # What is left of an author whose account is gone.
    name: str = ""

    @property
    def author(self) -> dict[str, object]:
        return {"OwnerDisplayName": self.name} if self.name else {"OwnerUserId": self.by}

    def written(self) -> str:
        if self.kind == "c":
            who = {"UserDisplayName": self.name} if self.name else {"UserId": self.by}
            return row(Id=self.key, PostId=self.under, Text=self.text, CreationDate=moment(self.day), **who)
        said: dict[str, object] = {"Id": self.key, "CreationDate": moment(self.day), "Score": self.score}
        said |= {"Body": f"<p>{self.text}</p>", **self.author}
        if self.kind == "a":
            return row(PostTypeId=2, ParentId=self.under, **said)
        tags = "".join(f"<{tag}>" for tag in self.tags)
        return row(
            PostTypeId=1,
            Title=self.title,
            Tags=tags,
            AcceptedAnswerId=self.accepted or "",
            ClosedDate=moment(330) if self.closed else "",
            **said,
        )


class OldForum:
    """Numbers are given once for questions and answers, and once for comments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures = folder / "media" / "i.stack.imgur.com"
        self.pictures.mkdir(parents=True)
        self.names = {number: f"Member {number}" for number in range(1, 5)}
        self.things: list[Written] = []
        for number in range(3):
            self.ask(number, 40 * number)
        for number in range(5):
            self.answer(number, 50 + 9 * number)
        for number in range(6):
            self.comment(number, 100 + 7 * number)

    def live(self, acts: Sequence[Act]) -> None:
        for name, one, other in acts:
            ACTS[name](self, one, other)

    def save(self) -> Path:
        standing = [thing for thing in self.things if not thing.is_deleted]
        se_file(self.folder, "Posts", *(thing.written() for thing in standing if thing.kind != "c"))
        se_file(self.folder, "Comments", *(thing.written() for thing in standing if thing.kind == "c"))
        users = [row(Id=number, DisplayName=name) for number, name in self.names.items()]
        se_file(self.folder, "Users", *users)
        return self.folder

    @property
    def questions(self) -> list[Written]:
        return [thing for thing in self.things if thing.kind == "q"]

    def some(self, number: int, kinds: str = "qac") -> Written:
        found = [thing for thing in self.things if thing.kind in kinds]
        return found[number % len(found)]

    def _add(self, kind: str, day: int, words: str, by: int, under: int = 0) -> Written:
        key = 1 + sum((thing.kind == "c") == (kind == "c") for thing in self.things)
        thing = Written(key, kind, day % 300, f"{words} {key}", by % 4 + 1, under)
        self.things.append(thing)
        return thing

    def ask(self, one: int, other: int) -> None:
        new = self._add("q", other, "Asked", one)
        new.title, new.tags = f"Question {new.key}", [TAGS[one % 4]]
        new.text += f' <img src="https://i.stack.imgur.com/Pic{new.key:02d}.png" alt="P">'

    def answer(self, one: int, other: int) -> None:
        asked = self.some(one, "q")
        text = f'Answered, see <a href="https://{SITE}/q/{self.some(other, "q").key}">it</a>'
        self._add("a", other, text, one + other, asked.key)

    def comment(self, one: int, other: int) -> None:
        self._add("c", other, "Said", one + other, self.some(one, "qa").key)

    def edit(self, one: int, other: int) -> None:
        self.some(one).text += f" more{other}"

    def retitle(self, one: int, other: int) -> None:
        self.some(one, "q").title += f" anew{other}"

    def retag(self, one: int, other: int) -> None:
        self.some(one, "q").tags = list({TAGS[other % 4], TAGS[other // 4 % 4]})

    def accept(self, one: int, other: int) -> None:
        """One of its answers, or none any more."""
        asked = self.some(one, "q")
        answers = [thing.key for thing in self.things if thing.under == asked.key and thing.kind == "a"]
        asked.accepted = [0, *answers][other % (len(answers) + 1)]

    def close(self, one: int, _other: int) -> None:
        """Or open it again."""
        asked = self.some(one, "q")
        asked.closed = not asked.closed

    def vote(self, one: int, other: int) -> None:
        self.some(one, "qa").score = other

    def redate(self, one: int, other: int) -> None:
        self.some(one).day = other * 3 % 300

    def rename(self, one: int, other: int) -> None:
        self.names[one % 4 + 1] += f" {other}"

    def lose_account(self, one: int, _other: int) -> None:
        thing = self.some(one)
        thing.name = f"user{thing.by}"

    def delete(self, one: int, _other: int) -> None:
        self.some(one).is_deleted = True

    def undelete(self, one: int, _other: int) -> None:
        gone = [thing for thing in self.things if thing.is_deleted]
        if gone:
            gone[one % len(gone)].is_deleted = False

    def move(self, one: int, other: int) -> None:
        """An answer goes to another question, with what was said about it."""
        self.some(one, "a").under = self.some(other, "q").key

    def add_picture(self, one: int, other: int) -> None:
        key = self.some(one, "q").key
        Image.new("RGB", (key + 9, other + 9), "red").save(self.pictures / f"Pic{key:02d}.png")


ACTS: dict[str, Callable[[OldForum, int, int], None]] = {
    act.__name__: act
    for act in (
        OldForum.ask,
        OldForum.answer,
        OldForum.comment,
        OldForum.edit,
        OldForum.retitle,
        OldForum.retag,
        OldForum.accept,
        OldForum.close,
        OldForum.vote,
        OldForum.redate,
        OldForum.rename,
        OldForum.lose_account,
        OldForum.delete,
        OldForum.undelete,
        OldForum.move,
        OldForum.add_picture,
    )
}
