"""Two memberships of one person that become one are presented once."""

from __future__ import annotations

from communities.promotions.customers.models import CustomerStory
from members.personal import register_merger


def move_stories(kept: int, gone: int) -> None:
    """Of two answers a no counts, whichever of both gave it; else that of the membership that stays."""
    mine = CustomerStory.objects.filter(person=kept).first()
    theirs = CustomerStory.objects.filter(person=gone).first()
    if mine is None or theirs is None:
        CustomerStory.objects.filter(person=gone).update(person=kept)
        return
    loser = mine if theirs.declined_at is not None else theirs
    loser.delete()
    CustomerStory.objects.filter(person=gone).update(person=kept)


def register() -> None:
    register_merger("promotions.CustomerStory.person", move_stories)
