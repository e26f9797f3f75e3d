"""Two memberships of one person become one: one welcome is left, and nobody is introduced to themselves."""

from __future__ import annotations

from functools import partial

from django.db.models import Exists, OuterRef

from communities.animation.models import Introduction, Welcome
from members.personal import register_merger

# What belongs together; the first of each says whether it is there.
_PARTS = (
    ("greeted_at", "greeted_by_id", "how", "post_id", "words"),
    ("looked_after_since", "looked_after_by_id"),
    ("nudged_at", "nudged_by_id", "nudge"),
)


def move_welcome(kept: int, gone: int) -> None:
    """Of two welcomes one stays, with what only the other knows: whoever was reminded once is never again."""
    both = Welcome.objects.of([kept, gone])
    # Whoever greets them just now holds the welcome first and the person last.
    both.hold_now()
    rows = {row.membership_id: row for row in both}
    mine, theirs = rows.get(kept), rows.get(gone)
    if mine is None or theirs is None:
        Welcome.objects.filter(membership=gone).update(membership=kept)
        return
    theirs.delete()
    for part in _PARTS:
        if getattr(mine, part[0]) is None:
            for name in part:
                setattr(mine, name, getattr(theirs, name))
    mine.save()


def move_introductions(field: str, other: str, kept: int, gone: int) -> None:
    """The pair of the two is of nobody any more; of two with the same person one stays."""
    rows = Introduction.objects
    rows.filter(**{field: gone, other: kept}).delete()
    twin = rows.filter(**{field: kept, other: OuterRef(other)})
    rows.filter(Exists(twin), **{field: gone}).delete()
    rows.filter(**{field: gone}).update(**{field: kept})


def register() -> None:
    register_merger("animation.Welcome.membership", move_welcome)
    for field, other in (("newcomer", "person"), ("person", "newcomer")):
        register_merger(f"animation.Introduction.{field}", partial(move_introductions, field, other))
