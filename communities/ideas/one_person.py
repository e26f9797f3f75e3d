"""Two memberships of one person become one: of two votes for one idea one is left, and no budget is exceeded."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from communities.ideas.models import Idea, Vote
from members.personal import register_merger


def move_votes(kept: int, gone: int) -> None:
    """Votes for the same idea become one. The others keep the places that are free; one without a place stays counted
    and costs nothing, since it was given within the budget of who gave it."""
    both = Vote.objects.filter(voter__in=[kept, gone])
    both.hold_now()
    twin = Vote.objects.filter(voter=kept, idea=OuterRef("idea"))
    twice = Vote.objects.filter(Exists(twin), voter=gone)
    ideas = list(twice.values_list("idea_id", flat=True))
    Idea.objects.filter(pk__in=ideas).hold_now()
    twice.delete()
    Idea.objects.filter(pk__in=ideas).update(votes=F("votes") - 1)
    taken = Vote.objects.filter(voter=kept, box=OuterRef("box"), place=OuterRef("place"))
    Vote.objects.filter(Exists(taken), voter=gone).update(place=None)
    Vote.objects.filter(voter=gone).update(voter=kept)


def register() -> None:
    register_merger("ideas.Vote.voter", move_votes)
