"""Two memberships of one person become one: asked once is asked, and what either of them answered stays answered."""

from __future__ import annotations

from django.db.models import Exists

from communities.animation.surveys.models import Asked, Unasked
from members.personal import register_merger


def move_asked(kept: int, gone: int) -> None:
    """Of two rows of one survey the answered one stays, else the declined one, else the kept one’s."""
    both = Asked.objects.filter(membership__in=[kept, gone])
    both.hold_now()
    mine = {row.survey_id: row for row in both.filter(membership=kept)}
    for theirs in both.filter(membership=gone, survey__in=mine.keys()):
        own = mine[theirs.survey_id]
        loser = own if _weight(theirs) > _weight(own) else theirs
        loser.delete()
    Asked.objects.filter(membership=gone).update(membership=kept)


def _weight(asked: Asked) -> int:
    return 2 if asked.answered else int(asked.declined_at is not None)


def move_unasked(kept: int, gone: int) -> None:
    """Whoever did not want to be asked under one name does not under the other."""
    twin = Unasked.objects.filter(membership=kept)
    Unasked.objects.filter(Exists(twin), membership=gone).delete()
    Unasked.objects.filter(membership=gone).update(membership=kept)


def register() -> None:
    register_merger("surveys.Asked.membership", move_asked)
    register_merger("surveys.Unasked.membership", move_unasked)
