"""The result: counted, marked or drawn, stored once. What comes and goes afterwards changes no place."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils import timezone

from communities.challenges.drawing import drawn, listed
from communities.challenges.models import Assessment, Challenge, Entry
from communities.challenges.phases import prize_of
from communities.challenges.queries import judged_entries, votes_by_entry
from communities.challenges.ranking import mean_of, places

Means = dict[int, tuple[Fraction, int]]


def decide(challenge: Challenge) -> list[Entry]:
    """Decide a challenge whose row is locked; the entries that win something, in order of their places."""
    challenge.decided_at = timezone.now()
    challenge.stage, challenge.next_at = Challenge.Stage.DECIDED, None
    entries = list(Entry.objects.of(challenge).counting().in_order())
    if challenge.has_vote:
        _count(challenge, entries)
    if challenge.has_jury:
        _judged(challenge, entries)
    elif challenge.is_drawn:
        _draw(challenge, entries)
    prizes = challenge.prize_list if challenge.way != Challenge.Way.NONE else []
    for entry in entries:
        entry.prize = prize_of(prizes, entry.place) if entry.place else 0
    Entry.objects.bulk_update(entries, ["place", "prize", "votes", "mean", "judged_by"], batch_size=500)
    challenge.save(
        update_fields=["decided_at", "stage", "next_at", "drawn_from", "votes_counted"],
    )
    return sorted((one for one in entries if one.prize), key=lambda one: (one.place or 0, one.number))


def _count(challenge: Challenge, entries: list[Entry]) -> None:
    """By votes; an entry without one wins nothing."""
    votes = votes_by_entry(challenge)
    challenge.votes_counted = sum(votes.values())
    ranks = places({one.pk: votes[one.pk] for one in entries if votes.get(one.pk)})
    for entry in entries:
        entry.votes = votes.get(entry.pk, 0)
        if not challenge.has_jury:
            entry.place = ranks.get(entry.pk)


def _judged(challenge: Challenge, entries: list[Entry]) -> None:
    """By the mean of what those gave who judged an entry; one that nobody judged has no place."""
    means = means_of(challenge)
    ranks = places({pk: mean for pk, (mean, _n) in means.items()})
    for entry in entries:
        if entry.pk in means:
            mean, entry.judged_by = means[entry.pk]
            entry.mean = shown(mean)
            entry.place = ranks[entry.pk]


def means_of(challenge: Challenge) -> Means:
    """The mean of each entry that is judged, and by how many; exact."""
    given: dict[int, list[list[int]]] = {}
    rows = Assessment.objects.counting(challenge).filter(entry__in=judged_entries(challenge))
    for entry, marks in rows.values_list("entry_id", "marks"):
        given.setdefault(entry, []).append(marks)
    found = {entry: mean_of(marks) for entry, marks in given.items()}
    return {entry: mean for entry, mean in found.items() if mean is not None}


def shown(mean: Fraction) -> Decimal:
    """To two places, as people read it."""
    exact = Decimal(mean.numerator) / Decimal(mean.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _draw(challenge: Challenge, entries: list[Entry]) -> None:
    challenge.drawn_from = listed((one.number, one.key) for one in entries)
    by_number = {one.number: one for one in entries}
    for place, number in enumerate(drawn(challenge.seed, challenge.drawn_from), 1):
        by_number[number].place = place
