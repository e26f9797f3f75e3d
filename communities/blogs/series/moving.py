"""What becomes of series when all that stands in their space goes to another one."""

from __future__ import annotations

from typing import Any

from communities.blogs.series.services import move_series
from communities.content.models import Space
from communities.signals import space_emptied


def follow_articles(sender: type[Space], source: Space, target: Space, **_extra: Any) -> None:
    """They go where their articles are."""
    if source.kind == target.kind:
        move_series(source, target)


def connect() -> None:
    space_emptied.connect(follow_articles, dispatch_uid="blogs.series.space_emptied")
