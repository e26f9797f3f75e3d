"""Two memberships of one person become one: they have one vote, one seat on a jury, and the entries they may send."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from communities.challenges.models import Entry, Juror, Vote
from communities.challenges.models.challenges import MOST_EACH
from members.personal import register_merger


def move_votes(kept: int, gone: int) -> None:
    """Of two votes in one challenge that of the membership that stays counts."""
    _move_one_each(Vote.objects.all(), kept, gone)


def move_seats(kept: int, gone: int) -> None:
    """Of two seats on one jury the one of the membership that stays, with its marks."""
    _move_one_each(Juror.objects.all(), kept, gone)


def _move_one_each(rows: QuerySet[Vote] | QuerySet[Juror], kept: int, gone: int) -> None:
    twin = rows.filter(membership=kept, challenge=OuterRef("challenge"))
    theirs = rows.filter(membership=gone)
    theirs.filter(Exists(twin)).delete()
    theirs.update(membership=kept)


def move_entries(kept: int, gone: int) -> None:
    """Entries keep their places in the order; what each may send is not asked again."""
    for entry in Entry.objects.filter(membership=gone).order_by("pk"):
        taken = set(
            Entry.objects.filter(membership=kept, challenge=entry.challenge_id).values_list("slot", flat=True)
        )
        free = next((one for one in range(1, MOST_EACH + 1) if one not in taken), None)
        if free is None:
            entry.delete()
        else:
            Entry.objects.filter(pk=entry.pk).update(membership=kept, slot=free)


def register() -> None:
    register_merger("challenges.Entry.membership", move_entries)
    register_merger("challenges.Vote.membership", move_votes)
    register_merger("challenges.Juror.membership", move_seats)
