"""What a loader hands to the writer: threads of any old system in our terms, not yet rendered."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from communities.content.models import State, Tag
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


@dataclass(slots=True)
class NewThread:
    """A thread with its messages in the order in which they are to stand; the first one is its body.

    `old_paths` are its former addresses, each with the key of the message it led to ("" for the thread).
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
    comments_open: bool = True
    cover: str = ""
    accepted: str = ""
    old_paths: list[tuple[str, str]] = field(default_factory=list)
    checksum: str = ""
    label: str = "article"

    @property
    def is_public(self) -> bool:
        return self.state == State.PUBLISHED


POST_KINDS = (ImportedItem.Kind.REPLY, ImportedItem.Kind.ANSWER)
