"""Two memberships of one person that become one are named once in a photograph."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from communities.albums.models import Likeness
from members.personal import register_merger


def move_likenesses(kept: int, gone: int) -> None:
    """Of two answers about one photograph a refusal counts, whichever of both gave it; else that of the membership that
    stays."""
    refused = Likeness.objects.filter(person=gone, state=Likeness.State.REFUSED)
    answers = dict(refused.values_list("photo_id", "answered_at"))
    for photo, answered_at in answers.items():
        Likeness.objects.filter(person=kept, photo=photo).update(
            state=Likeness.State.REFUSED, answered_at=answered_at
        )
    twin = Likeness.objects.filter(person=kept, photo=OuterRef("photo"))
    Likeness.objects.filter(Exists(twin), person=gone).delete()
    Likeness.objects.filter(person=gone).update(person=kept)


def register() -> None:
    register_merger("albums.Likeness.person", move_likenesses)
