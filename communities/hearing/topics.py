"""What open pages hear of, each declared by the package that knows it, in its `hearing.py`.

A page names its topics in words with dots, `thread.12.57`: the first is the topic, the first two are what it is about,
the rest is what the page shows already. Whoever asks gets what `look` says of it, by the permissions of that moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from communities.middleware import MemberRequest
from communities.registries import Registry

# Of one request: the windows of a browser that are looked at, each with a few.
MOST_TOPICS = 24
_WRITTEN = re.compile(r"[a-z]{1,12}(?:\.[A-Za-z0-9-]{1,40}){0,3}")


@dataclass(frozen=True)
class Look:
    """What there is to hear. `channel`: by which name it is told that something has happened (`tell_pages`). `state`:
    for the page; `how` it is shown (`bar`, `here`, `bell` in hear.mjs), what is `said`, where it leads `to`, after how
    many seconds to ask `again` though nothing was told."""

    channel: str
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Topic:
    """`look(request, rest)` answers None where there is nothing of that name for whoever asks. It writes no row."""

    name: str
    look: Callable[[MemberRequest, Sequence[str]], Look | None]


topics: Registry[Topic] = Registry("topic of open pages")
register_topic = topics.register


def look_at(request: MemberRequest, asked: Sequence[str]) -> dict[str, Look]:
    """By topic, as it was asked for; what nobody knows, or what this person may not know, is not among them."""
    found = {}
    for words in list(dict.fromkeys(asked))[:MOST_TOPICS]:
        if not _WRITTEN.fullmatch(words):
            continue
        name, *rest = words.split(".")
        topic = topics.get(name)
        look = topic.look(request, rest) if topic else None
        if look is not None:
            found[words] = look
    return found


def about(words: str) -> str:
    """What a topic is about, without what the page shows of it."""
    return ".".join(words.split(".")[:2])


def number_of(rest: Sequence[str], place: int) -> int | None:
    """The number in that place of a topic; None for anything else."""
    word = rest[place] if len(rest) > place else ""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None
