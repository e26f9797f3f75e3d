"""Signed messages of other tools: whether they are, and what mentions they hold. Nothing here writes."""

from __future__ import annotations

import datetime
import json
from typing import Any

from communities.animation.listening.exceptions import MessageUnreadable, MessageUnsigned
from communities.animation.listening.feeds import (
    LONGEST_AUTHOR,
    LONGEST_EXCERPT,
    LONGEST_TITLE,
    Said,
    plain,
    read_moment,
    web_link,
)
from communities.animation.listening.models import MentionSource
from communities.fields import can_be_stored
from communities.signatures import Signed, check_timed

HEADER = "X-Signature"
LARGEST = 256 * 1024
MOST = 100


def mentions_in(source: MentionSource, header: str, body: bytes, now: datetime.datetime) -> list[Said]:
    """What a message tells. Raises MessageUnsigned, MessageUnreadable."""
    if check_timed(source.secrets(now), header, body, now) is not Signed.WELL:
        raise MessageUnsigned
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageUnreadable from error
    rows = told.get("mentions") if isinstance(told, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST or not can_be_stored(told):
        raise MessageUnreadable
    return [_said(row) for row in rows]


def _said(row: Any) -> Said:
    if not isinstance(row, dict):
        raise MessageUnreadable
    text = {name: _text(row.get(name)) for name in ("id", "title", "text", "url", "author", "published_at")}
    excerpt = plain(text["text"], LONGEST_EXCERPT)
    title = plain(text["title"], LONGEST_TITLE) or plain(text["text"], 80)
    if not title:
        raise MessageUnreadable
    link = web_link(text["url"])
    author = plain(text["author"], LONGEST_AUTHOR)
    return Said(text["id"] or link or title, title, excerpt, link, author, read_moment(text["published_at"]))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
