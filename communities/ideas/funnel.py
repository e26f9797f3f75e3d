"""What came of a box, from the people who saw it to what was delivered: sums of what is stored anyway, without a name.

Of more than a thousand ideas, votes or replies a job adds them up (`communities/counted.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from communities.calendar import DAY, day_of
from communities.content.models import Post, Redirect, Space
from communities.counted import are_many, counted
from communities.ideas.models import IDEAS, Answer, Box, Idea, Vote
from communities.models import Community
from communities.queries import local_path
from communities.registries import Registry
from members.jobs import ask_for

# As they are kept, and the job that counts them.
FUNNEL, COUNT = "ideas_funnel", "communities.ideas.tasks.count_many_in_box"
# Fewer people than that are told as that: who is meant could be guessed.
FEW = 5
# What measurement counts is told from so many on, as in the results.
FEW_READERS = 10
# A box without dates may be older than anybody looks back.
MOST_DAYS = 3650


@dataclass(frozen=True)
class Seeing:
    """Who counts visits, above. `tell` answers for addresses of one page and local days, in one query: of how many
    people each day knows, at most at one of these addresses."""

    name: str
    tell: Callable[[Collection[str], Collection[datetime.date]], Mapping[datetime.date, int]] = field(
        compare=False
    )


seeings: Registry[Seeing] = Registry("readers of an ideas box")


@dataclass(frozen=True)
class Funnel:
    """`seen` counts a person once a day, at the address of the box; None where nobody knows. People are told apart from
    each other, ideas from those that were merged into another. `worth` is of `valued` delivered ideas."""

    since: datetime.date | None
    seen: int | None
    people: int
    wrote: int
    voted: int
    replied: int
    ideas: int
    merged: int
    answered: int
    taken_up: int
    delivered: int
    declined: int
    valued: int
    worth: Decimal

    def share(self, part: int) -> int:
        """Of the ideas, in percent."""
        return round(100 * part / self.ideas) if self.ideas else 0


def known_funnel(box: Box, community: Community) -> tuple[Funnel | None, datetime.datetime | None]:
    """Twelve statements at most, however much there is: since when it stands where a job has counted (`counted`), and
    None where it is about to."""
    known = counted(
        FUNNEL,
        box.pk,
        many=are_many(_ideas(box), _votes(box), _replies(box)),
        count=lambda: count_funnel(box, community),
        # By name, as services lie below the tasks.
        ask=lambda: ask_for(COUNT, community_id=box.community_id, space_id=box.pk),
    )
    return (Funnel(**known.figures) if known.figures is not None else None), known.at


def count_funnel(box: Box, community: Community) -> dict[str, Any]:
    """Sums alone, as they can be kept."""
    wrote = _ideas(box).filter(thread__author__isnull=False).values("thread__author_id")
    voted = _votes(box).filter(voter__isnull=False).values("voter_id")
    replied = _replies(box).filter(author__isnull=False).values("author_id")
    sums = _ideas(box).aggregate(first=Min("thread__published_at"), **_SUMS)
    came_first = sums.pop("first")
    first = box.opens_at or came_first
    since = day_of(first, community) if first is not None and first <= timezone.now() else None
    return {
        **sums,
        "worth": sums["worth"] or Decimal(0),
        "since": since,
        "seen": _seen(box, since, day_of(timezone.now(), community)) if since else None,
        "people": wrote.union(voted, replied).count(),
        "wrote": wrote.distinct().count(),
        "voted": voted.distinct().count(),
        "replied": replied.distinct().count(),
    }


_LIVING = Q(merged_into__isnull=True)
_DELIVERED = _LIVING & Q(status=Idea.Status.DELIVERED)
_SUMS: dict[str, Any] = {
    "ideas": Count("pk", filter=_LIVING),
    "merged": Count("pk", filter=~_LIVING),
    "answered": Count("pk", filter=_LIVING & Q(answered_at__isnull=False)),
    "taken_up": Count("pk", filter=_LIVING & Q(status__in=[Idea.Status.PLANNED, Idea.Status.DELIVERED])),
    "delivered": Count("pk", filter=_DELIVERED),
    "declined": Count("pk", filter=_LIVING & Q(status=Idea.Status.DECLINED)),
    "valued": Count("worth", filter=_DELIVERED),
    "worth": Sum("worth", filter=_DELIVERED),
}


def _ideas(box: Box) -> QuerySet[Idea]:
    """Those that can be read, merged ones too."""
    found: QuerySet[Idea] = Idea.objects.filter(box=box.pk, thread__state="published")
    return found


def _votes(box: Box) -> QuerySet[Vote]:
    found: QuerySet[Vote] = Vote.objects.filter(box=box.pk, idea__thread__state="published")
    return found


def _replies(box: Box) -> QuerySet[Post]:
    """What was said under ideas, without the answers of the team."""
    replies = Post.objects.replies().filter(
        state="published", thread__space=box.pk, thread__state="published"
    )
    found: QuerySet[Post] = replies.exclude(Exists(Answer.objects.filter(post=OuterRef("pk"))))
    return found


def _seen(box: Box, since: datetime.date, until: datetime.date) -> int | None:
    first = max(since, until - DAY * MOST_DAYS)
    days = [first + DAY * n for n in range((until - first).days + 1)]
    paths = _paths_of(box)
    told = [sum(one.tell(paths, days).values()) for one in seeings]
    return sum(told) if told else None


def _paths_of(box: Box) -> list[str]:
    """Where a box stands, and where it stood; the place of all boxes shows the only one that readers have."""
    path = local_path(box.space.get_absolute_url())
    paths = [unquote(path), *Redirect.objects.filter(target=path).values_list("path", flat=True)]
    others = Space.objects.filter(kind=IDEAS, archived=False).exclude(pk=box.pk)
    is_only = not others.exclude(audience=Space.Audience.TEAM).exists()
    return [*dict.fromkeys(paths), *([local_path(reverse("ideas:list-boxes"))] if is_only else [])]
