"""Keeping what a source tells: once, and of a feed only what names the brand or a rival."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from communities.animation.listening.feeds import Said
from communities.animation.listening.matching import Names
from communities.animation.listening.models import KEPT, Mention, MentionMatch, MentionSource, TrackedName


@transaction.atomic
def take(source: MentionSource, told: Sequence[Said], *, now: datetime.datetime | None = None) -> int:
    """Keep what is new of it; how many. What is older than mentions are kept is left out.

    Nobody’s act: a job reads a feed, another tool sends a message. One taking of a source at a time.
    """
    now = now or timezone.now()
    MentionSource.objects.select_for_update(no_key=True).get(pk=source.pk)
    names = Names(TrackedName.objects.living())
    wanted: dict[str, tuple[Said, list[int]]] = {}
    for said in told:
        named = names.said_in(said.title, said.excerpt)
        # Whoever sends a message has looked for something already.
        if (named or not source.is_feed) and _moment(said, now) > now - KEPT:
            wanted.setdefault(key_of(said), (said, named))
    known = Mention.objects.filter(source=source, key__in=wanted).values_list("key", flat=True)
    for key in known:
        del wanted[key]
    made = Mention.objects.bulk_create(
        Mention(
            source=source,
            community_id=source.community_id,
            key=key,
            title=said.title,
            excerpt=said.excerpt,
            link=said.link,
            author=said.author,
            said_at=_moment(said, now),
            found_at=now,
        )
        for key, (said, _named) in wanted.items()
    )
    MentionMatch.objects.bulk_create(
        MentionMatch(mention=mention, name_id=name, community_id=source.community_id)
        for mention in made
        for name in wanted[mention.key][1]
    )
    return len(made)


def key_of(said: Said) -> str:
    """What it is known by in its source: two that tell the same identity tell one thing."""
    return hashlib.sha256((said.identity or said.link or said.title).encode("utf-8", "replace")).hexdigest()


def match_again(*, batch: int = 500) -> int:
    """Look for the names as they are now in all mentions that are kept; how many were looked at."""
    rows = list(TrackedName.objects.living())
    names, living = Names(rows), {row.pk for row in rows}
    looked, last = 0, 0
    while found := list(Mention.objects.kept().filter(pk__gt=last).order_by("pk")[:batch]):
        last, looked = found[-1].pk, looked + len(found)
        had = set(
            MentionMatch.objects.filter(mention__in=found, name__in=living).values_list(
                "mention_id", "name_id"
            )
        )
        has = {(one.pk, name) for one in found for name in names.said_in(one.title, one.excerpt)}
        for name_id in living:
            gone = [mention_id for mention_id, of in had - has if of == name_id]
            if gone:
                MentionMatch.objects.filter(mention__in=gone, name=name_id).delete()
        MentionMatch.objects.bulk_create(
            [
                MentionMatch(mention_id=mention_id, name_id=name_id, community_id=found[0].community_id)
                for mention_id, name_id in sorted(has - had)
            ],
            ignore_conflicts=True,
        )
    return looked


def _moment(said: Said, now: datetime.datetime) -> datetime.datetime:
    """When it was said; what has no moment, or one to come, was said when it was found."""
    return min(said.said_at or now, now)
