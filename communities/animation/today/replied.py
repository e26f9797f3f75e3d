"""What somebody wrote today on pages of its own: replies, each told by one source alone."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from communities.animation.today.matters import Scope
from communities.content.models import Post, State

# Of one person on one day.
MOST = 100
_REPLIES, _TOLD = "replies of the viewer", "replies that are told"


def replies_since(scope: Scope, since: datetime.datetime) -> Mapping[int, datetime.datetime]:
    """Replies of the viewer that others read since then, with their moments, less those that a source before has told
    of. One query for all sources; what is held is told once it has appeared."""
    if _REPLIES not in scope.memo:
        own = Post.objects.filter(author=scope.viewer, state=State.PUBLISHED, position__gt=1)
        recent = own.filter(published_at__gte=since).order_by("published_at", "pk")
        scope.memo[_REPLIES] = dict(recent.values_list("pk", "published_at")[:MOST])
    told: set[int] = scope.memo.get(_TOLD, set())
    replies: dict[int, datetime.datetime] = scope.memo[_REPLIES]
    return {pk: at for pk, at in replies.items() if pk not in told}


def mark_told(scope: Scope, replies: Collection[int]) -> None:
    """These are told of: whoever asks next leaves them out."""
    scope.memo.setdefault(_TOLD, set()).update(replies)
