"""Two memberships of one person become one: what either of them has closed stays closed."""

from __future__ import annotations

from communities.animation.announcements.models import Reading
from members.personal import register_merger


def move_readings(kept: int, gone: int) -> None:
    """Of two rows of one announcement the kept one says what both said."""
    both = Reading.objects.filter(membership__in=[kept, gone])
    both.hold_now()
    mine = {row.announcement_id: row for row in both.filter(membership=kept)}
    for theirs in both.filter(membership=gone, announcement__in=mine.keys()):
        own = mine[theirs.announcement_id]
        own.closed, own.followed = own.closed or theirs.closed, own.followed or theirs.followed
        own.save(update_fields=["closed", "followed"])
        theirs.delete()
    Reading.objects.filter(membership=gone).update(membership=kept)


def register() -> None:
    register_merger("announcements.Reading.membership", move_readings)
