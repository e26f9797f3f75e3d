"""Newcomers who wait, as a limit in the first days of a stage."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from communities.animation.newcomers.queries import NEWCOMER, PROMISED, newcomers
from communities.content.models import Post, State
from communities.launch.limits import register_limit_measure


def register() -> None:
    register_limit_measure("newcomers", newcomers_waiting)


def newcomers_waiting(opening: Any, now: datetime.datetime) -> float:
    """Newcomers whose first text has waited for longer than was promised, without a word by anybody else.

    Those of the watch alone: what waited before is no fault of the stage.
    """
    reply = Post.objects.filter(
        thread=OuterRef("thread"), position__gt=OuterRef("position"), state=State.PUBLISHED
    ).exclude(author=OuterRef("author"))
    earlier = Post.objects.filter(author=OuterRef("author"), state=State.PUBLISHED, pk__lt=OuterRef("pk"))
    texts = Post.objects.filter(
        ~Exists(earlier),
        ~Exists(reply),
        author__in=newcomers(now - NEWCOMER).values("pk"),
        state=State.PUBLISHED,
        published_at__gte=opening.counts_from,
        published_at__lte=now - PROMISED,
        thread__state=State.PUBLISHED,
        thread__locked=False,
    )
    return float(texts.count())
