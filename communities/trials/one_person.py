"""Two memberships of one person become one: they have one place in a test, and say once that they have something."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from communities.trials.models import Also, Feedback, Participant
from members.personal import register_merger

# What has come further stays.
WEIGHTS = {"gone": 0, "removed": 1, "left": 1, "declined": 2, "applied": 3, "waiting": 4, "accepted": 5}


def move_places(kept: int, gone: int) -> None:
    """Of two rows in one test the one that has come further stays; the place of the other is free."""
    both = list(
        Participant.objects.filter(membership__in=[kept, gone]).order_by("pk").select_for_update(of=("self",))
    )
    mine = {one.trial_id: one for one in both if one.membership_id == kept}
    for theirs in (one for one in both if one.membership_id == gone):
        own = mine.get(theirs.trial_id)
        if own is not None:
            loser = own if WEIGHTS[theirs.state] > WEIGHTS[own.state] else theirs
            loser.delete()
            if loser is theirs:
                continue
        Participant.objects.filter(pk=theirs.pk).update(membership=kept)


def move_also(kept: int, gone: int) -> None:
    """What both said of one report counts once, and so does what its author says of it under the other name."""
    both = Also.objects.filter(person__in=[kept, gone])
    twin = Also.objects.filter(person=kept, feedback=OuterRef("feedback"))
    twice = Also.objects.filter(Exists(twin), person=gone)
    numbers = list(twice.values_list("feedback_id", flat=True))
    twice.delete()
    own = both.filter(feedback__thread__author__in=[kept, gone])
    numbers += list(own.values_list("feedback_id", flat=True))
    own.delete()
    Feedback.objects.filter(pk__in=numbers).update(people=F("people") - 1)
    Also.objects.filter(person=gone).update(person=kept)


def register() -> None:
    register_merger("trials.Participant.membership", move_places)
    register_merger("trials.Also.person", move_also)
