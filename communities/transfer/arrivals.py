"""What a loader hands to the writer: threads of any old system in our terms, not yet rendered."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from communities.content.models import State, Tag
from communities.transfer.memory_of_imports import checksum_of
from communities.transfer.models import ImportedItem


@dataclass(slots=True)
class NewPost:
    """A message with its HTML as it came; `answers` is the key of the post it replies to, if any."""

    key: str
    kind: str
    author: str
    html: str
    written_at: datetime.datetime
    edited_at: datetime.datetime | None = None
    answers: str = ""
    label: str = "comment"

    @property
    def checksum(self) -> str:
        return checksum_of(self.html, self.author, self.written_at.isoformat(), self.answers)


@dataclass(slots=True)
class NewThread:
    """A thread with its messages in the order in which they are to stand; the first one is its body.

    `old_paths` are its former addresses, each with the key of the message it led to ("" for the thread).
    `withdrawn` are messages that the old site has, by kind and key, and does not show. `is_dated` is False where the
    file names no date and `written_at` was made up.
    """

    key: str
    kind: str
    space_id: int
    slug: str
    title: str
    author: str
    written_at: datetime.datetime
    posts: list[NewPost]
    state: str = State.PUBLISHED
    scheduled_for: datetime.datetime | None = None
    pinned: bool = False
    locked_reason: str = ""
    score: int = 0
    tags: list[Tag] = field(default_factory=list)
    excerpt: str = ""
    seo_title: str = ""
    seo_description: str = ""
    comments_open: bool = True
    cover: str = ""
    accepted: str = ""
    old_paths: list[tuple[str, str]] = field(default_factory=list)
    withdrawn: list[tuple[str, str]] = field(default_factory=list)
    wanted_slug: str = ""
    is_dated: bool = True
    label: str = "article"

    @property
    def checksum(self) -> str:
        """Of all that is brought up to date when it changes there. Scores follow in any case: see `rescore_threads`."""
        body = self.posts[0]
        return checksum_of(
            self.title,
            self.state,
            self.author,
            self.written_at.isoformat() if self.is_dated else "",
            self.scheduled_for.isoformat() if self.scheduled_for else "",
            body.html,
            body.edited_at.isoformat() if body.edited_at else "",
            self.excerpt,
            self.seo_title,
            self.seo_description,
            self.cover,
            str(self.comments_open),
            self.locked_reason,
            self.accepted,
            " ".join(sorted(str(tag.pk) for tag in self.tags)),
            " ".join(sorted(path for path, key in self.old_paths if not key)),
        )

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED


POST_KINDS = (ImportedItem.Kind.REPLY, ImportedItem.Kind.ANSWER)
