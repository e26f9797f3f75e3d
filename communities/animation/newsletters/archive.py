"""The public archive as its page shows it: of each newsletter its first lines and a picture of what it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from communities.animation.newsletters.composing import version_for
from communities.animation.newsletters.models import Newsletter, NewsletterVersion
from communities.animation.newsletters.writing import PICK, TEXT
from communities.content.attachments import as_shown, picture_of
from communities.content.kinds import KINDS
from communities.content.models import Attachment, Thread
from communities.content.text.extracts import shorten
from communities.content.viewers import public_viewer
from communities.models import Community

FIRST_LINES = 220  # characters
MOST_TITLES = 3
_NUMBER = re.compile(r"/media/([0-9a-f-]{36})/")


@dataclass(frozen=True)
class Issue:
    """One newsletter in the language of its reader. `titles` are of texts that everybody may read now."""

    newsletter: Newsletter
    subject: str
    language: str
    begins: str
    titles: list[str]
    cover: dict[str, Any] | None = None


def issues_of(community: Community, rows: Sequence[Newsletter], language: str) -> list[Issue]:
    """Needs `versions` prefetched; a few queries, however many there are."""
    versions = {row.pk: version for row in rows if (version := version_for(row, language)) is not None}
    picked = {number for version in versions.values() for number in _picked(version)}
    threads = Thread.objects.visible_to(public_viewer(community)).filter(pk__in=picked)
    readable = set(threads.values_list("pk", flat=True)) if picked else set()
    covers = _covers(community, readable)
    return [_issue(row, versions[row.pk], readable, covers) for row in rows if row.pk in versions]


def _issue(
    row: Newsletter, version: NewsletterVersion, readable: set[int], covers: dict[int, dict[str, Any]]
) -> Issue:
    picks = [one for one in version.blocks if one["kind"] == PICK and one["thread"] in readable]
    cover = next((covers[one["thread"]] for one in picks if one["thread"] in covers), None)
    words = next((one["text"] for one in version.blocks if one["kind"] == TEXT and one["text"].strip()), "")
    titles = [one["title"] for one in picks][:MOST_TITLES]
    said = shorten(" ".join(words.split()), FIRST_LINES)
    return Issue(row, version.subject, version.language, said, titles, cover)


def _picked(version: NewsletterVersion) -> Iterable[int]:
    return (one["thread"] for one in version.blocks if one["kind"] == PICK)


def _covers(community: Community, readable: set[int]) -> dict[int, dict[str, Any]]:
    """The pictures of texts, as their kinds know them."""
    if not readable:
        return {}
    addresses: dict[int, str] = {}
    for kind in KINDS:
        addresses |= kind.pictures(community, Thread.objects.filter(pk__in=readable))
    numbers = {pk: found[1] for pk, one in addresses.items() if (found := _NUMBER.search(one))}
    rows = {str(one.pk): one for one in Attachment.objects.filter(pk__in=set(numbers.values()))}
    return {pk: as_shown(picture_of(rows[number])) for pk, number in numbers.items() if number in rows}
