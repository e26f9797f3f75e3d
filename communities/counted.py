"""Figures that cost by what there is: counted while one looks where there is little, by a job where there is much.

A page that shows sums of a hundred thousand rows would take as long as these take to be read, each time that somebody
looks. So such a page asks whether there are many (`are_many`), and if so it shows what the job found last and since
when that stands, and asks for the job again once it is no longer fresh. What is kept are sums, for a day.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from communities.scoping import active_community_id

# Of so many rows a page adds up the sums itself.
FEW = 1000
FRESH = datetime.timedelta(minutes=5)
# Seconds. A job that was lost on its way is asked for again after a while.
KEPT, ASKED = 86_400, 60


@dataclass(frozen=True)
class Counted:
    """What was counted (None: the job is about to), and when; None: just now."""

    figures: dict[str, Any] | None
    at: datetime.datetime | None = None


def are_many(*rows: QuerySet[Any]) -> bool:
    """Whether one of these is more than a page adds up; none of them is read further than that."""
    return any(one.order_by()[FEW : FEW + 1].exists() for one in rows)


def counted(
    name: str,
    pk: int,
    *,
    many: bool,
    count: Callable[[], dict[str, Any]],
    ask: Callable[[], object],
    holds: Callable[[dict[str, Any]], bool] | None = None,
) -> Counted:
    """The figures `name` of a row of the community in scope: by `count`, or where there are `many` what `keep_counted`
    was told, for which `ask` has a job done.

    `holds`, for what changes no more: whether what was counted is the last word. Then it is asked for no more, and
    until then nothing is shown.
    """
    if not many:
        return Counted(count())
    key = _key(name, pk)
    kept: Counted = cache.get(key) or Counted(None)
    if holds is not None and kept.figures is not None:
        if holds(kept.figures):
            return kept
        kept = Counted(None)
    if (kept.at is None or kept.at < timezone.now() - FRESH) and cache.add(f"{key}:asked", 1, ASKED):
        ask()
    return kept


def keep_counted(name: str, pk: int, figures: dict[str, Any]) -> None:
    """What a job has found, in the community in scope."""
    cache.set(_key(name, pk), Counted(figures, timezone.now()), KEPT)


def _key(name: str, pk: int) -> str:
    return f"counted:{active_community_id()}:{name}:{pk}"
