"""Who has followed which link of a newsletter: kept for ninety days, and then only how many.

From the ninetieth day on a copy says no more of its reader than that they got it. What pages say of the newsletter
stays as it was: its figures are kept on its row. Links go on leading where they lead, and nobody is counted any more.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, Func, IntegerField, Q, Value
from django.utils import timezone

from communities.animation.newsletters.models import Newsletter, NewsletterCopy, NewsletterVersion
from communities.models import Community, Membership
from communities.tasks import one_by_one

# Since its first mail left. Counting ends a day before, so that no press comes in between.
KEPT = datetime.timedelta(days=90)
COUNTED = KEPT - datetime.timedelta(days=1)


def count_followed(community: Community, *, now: datetime.datetime | None = None) -> int:
    """The newsletters of a community whose ninety days are over; of how many. Safe to run twice at once."""
    before = (now or timezone.now()) - KEPT
    return one_by_one(
        community,
        lambda: Newsletter.objects.to_count(before).order_by("begun_at", "pk").values_list("pk", flat=True),
        lambda pk: into_figures(pk, before),
        what="followed links",
    )


@transaction.atomic
def into_figures(pk: int, before: datetime.datetime) -> int:
    """Keep what came of one newsletter as numbers, and forget whose they are; 0 where that was done before."""
    row: Newsletter | None = (
        Newsletter.objects.to_count(before).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if row is None:
        return 0
    row.counts, row.counted_at = _figures(row), timezone.now()
    row.save(update_fields=["counts", "counted_at"])
    NewsletterCopy.objects.of(row).exclude(clicked=[]).update(clicked=[])
    return 1


def _figures(row: Newsletter) -> dict[str, Any]:
    """{"links": [["en", 2, 17], …], "halves": [["en", false, 300, 41], …], "followers": 58}."""
    copies = NewsletterCopy.objects.of(row)
    number: Any = Func("clicked", function="unnest", output_field=IntegerField())
    links = copies.exclude(clicked=[]).annotate(link=number).values_list("language", "link")
    halves = copies.filter(with_other__isnull=False).values_list("language", "with_other")
    return {
        "followers": copies.exclude(clicked=[]).count(),
        "links": sorted(list(one) for one in links.annotate(n=Count("pk")).order_by()),
        "halves": sorted(
            list(one)
            for one in halves.annotate(n=Count("pk"), followers=Count("pk", filter=~Q(clicked=[]))).order_by()
        ),
    }


def count_click(delivery: NewsletterCopy, number: int, *, now: datetime.datetime | None = None) -> bool:
    """Once for each person and link, however often it is pressed, and only while that is kept; whether it was the
    first time. In one statement."""
    after = (now or timezone.now()) - COUNTED
    more: Any = Func("clicked", Value(number), function="array_append")
    rows = NewsletterCopy.objects.filter(pk=delivery.pk).exclude(clicked__contains=[number])
    young = Newsletter.objects.filter(
        Q(begun_at__isnull=True) | Q(begun_at__gt=after), counted_at__isnull=True
    )
    return bool(rows.filter(newsletter__in=young).update(clicked=more))


def followed_by(membership: Membership) -> Iterator[dict[str, Any]]:
    """For what a member takes away: each newsletter that they were sent, with the links that they followed."""
    rows = NewsletterCopy.objects.filter(subscription__membership=membership, written_at__isnull=False)
    for row in (
        rows.order_by("pk")
        .select_related("newsletter")
        .prefetch_related("newsletter__versions")
        .iterator(chunk_size=100)
    ):
        version = _version_of(row)
        yield {
            "subject": _subject_of(row, version),
            "sent_at": row.written_at,
            "links_followed": [_link(version, number) for number in row.clicked],
            "forgotten": row.newsletter.counted_at is not None,
        }


def _version_of(row: NewsletterCopy) -> NewsletterVersion | None:
    versions = {one.language: one for one in row.newsletter.versions.all()}
    return versions.get(row.language) or versions.get(row.newsletter.language)


def _subject_of(row: NewsletterCopy, version: NewsletterVersion | None) -> str:
    if version is None:
        return ""
    return version.other_subject if row.with_other and version.is_compared else version.subject


def _link(version: NewsletterVersion | None, number: int) -> dict[str, str]:
    block = (version.block(number) if version is not None else None) or {}
    return {
        "says": str(block.get("title") or block.get("label") or ""),
        "leads_to": str(block.get("path") or block.get("url") or ""),
    }
