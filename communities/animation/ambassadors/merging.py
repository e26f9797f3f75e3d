"""Two memberships of one person become one: one term stays open, and what either has done is done."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from communities.animation.ambassadors.models import TaskDone, Term
from members.personal import register_merger

# What weighs more stays open.
WEIGHTS = {"applied": 0, "offered": 1, "running": 2}


def move_terms(kept: int, gone: int) -> None:
    """Of two open terms the one that has come further stays; the other ends. What was given with a role goes with its
    membership."""
    mine = Term.objects.open().filter(membership=kept).select_for_update(of=("self",)).first()
    theirs = Term.objects.open().filter(membership=gone).select_for_update(of=("self",)).first()
    if mine is not None and theirs is not None:
        loser = mine if WEIGHTS[theirs.state] > WEIGHTS[mine.state] else theirs
        loser.state = Term.State.ENDED if loser.state == Term.State.RUNNING else Term.State.WITHDRAWN
        loser.ended_at = timezone.now()
        loser.save(update_fields=["state", "ended_at"])
    Term.objects.filter(membership=gone).update(membership=kept)


def move_tasks(kept: int, gone: int) -> None:
    twin = TaskDone.objects.filter(membership=kept, task=OuterRef("task"))
    TaskDone.objects.filter(Exists(twin), membership=gone).delete()
    TaskDone.objects.filter(membership=gone).update(membership=kept)


def register() -> None:
    register_merger("ambassadors.Term.membership", move_terms)
    register_merger("ambassadors.TaskDone.membership", move_tasks)
