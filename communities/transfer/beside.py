"""What a WordPress export says of an article beside its text."""

from __future__ import annotations

import datetime
import re

from django.utils.html import strip_tags

from communities.transfer.readers.wordpress_records import WxrPost

# Two words in a row: what is said to people and not to a machine.
IN_WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
HAS_PLACE = frozenset({"_thumbnail_id", "_yoast_wpseo_title", "_yoast_wpseo_metadesc"})
AT_ONCE = datetime.timedelta(minutes=15)


def is_lost(name: str, value: str) -> bool:
    """Whether a field of a plug-in holds words, and has no place here."""
    return name not in HAS_PLACE and bool(IN_WORDS.search(strip_tags(value)))


def changed_at(post: WxrPost) -> datetime.datetime | None:
    """When it was last changed after it was published; the quarter of an hour of its publication belongs to it."""
    if post.published_at is None or post.modified_at is None:
        return None
    return post.modified_at if post.modified_at - post.published_at > AT_ONCE else None


def said_to_engines(post: WxrPost, name: str, longest: int) -> str:
    """What the most used plug-in keeps for search engines, where it is words and no template."""
    text = " ".join(dict(post.fields).get(name, "").split())
    return "" if "%%" in text or len(text) > longest else text
