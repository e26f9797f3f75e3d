"""The rounds of a ranked poll: counted once for all its readers, or by a job where there is much to count.

Whoever ranks seven answers does so in one of 13,699 ways, and of twelve hardly two do it alike: of a hundred thousand
such ballots the orders are megabytes, and counting them takes a second. So pages neither read nor count them
(`communities/counted.py`). While a poll is open, what was counted last stands with its moment; once it has closed,
only what was counted since then.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from communities.counted import FEW, counted
from communities.drawing import lasts_until
from communities.memory import Memory
from communities.polls.counting import Ranking, Runoff, instant_runoff, read_rankings
from communities.polls.models import Poll, RankingBatch
from communities.reads import CompiledRead
from members.jobs import ask_for

# As they are kept, and the job that counts them.
ROUNDS, COUNT = "rounds", "communities.polls.tasks.count_many_rankings"
# Up to so many answers there are 1,956 orders of them at most, however many have voted.
FEW_ANSWERS = 6
# So many ballots are put aside together.
BATCH = 500
# A page that shows what a job counts is drawn anew after so long.
LOOKED_AFTER = datetime.timedelta(seconds=30)

# By the state of their poll.
_rounds: Memory[Runoff] = Memory(lambda: None, size=256, lifetime=600.0, told=True)  # type: ignore[arg-type, return-value]

_rankings: CompiledRead[tuple[int, dict[str, int]]] = CompiledRead(
    lambda polls: Poll.objects.filter(pk__in=polls).values_list("pk", "rankings")
)


@dataclass(frozen=True)
class Known:
    """`runoff` is None where a job is about to count it; `at` is when it was counted, None: now."""

    runoff: Runoff | None
    at: datetime.datetime | None = None


def known_rounds(poll: Poll) -> Known:
    """Costs no statement where they are known, one otherwise; those of a whole page are asked by `learn_rounds`."""
    if _is_small(poll):
        return Known(_rounds.keep(_key(poll), lambda: _runoff_of(poll)))
    known = counted(
        ROUNDS,
        poll.pk,
        many=True,
        count=lambda: count_rounds(poll),
        # By name, as services lie below the tasks.
        ask=lambda: ask_for(COUNT, community_id=poll.community_id, poll_id=poll.pk),
        holds=None if poll.is_open else lambda figures: bool(figures["version"] == poll.version),
    )
    if poll.is_open or known.figures is None:
        lasts_until(timezone.now() + LOOKED_AFTER)
    if known.figures is None:
        return Known(None)
    return Known(known.figures["runoff"], known.at if poll.is_open else None)


def learn_rounds(polls: Iterable[Poll]) -> None:
    """Those that pages count themselves, of all these polls whose result is about to be shown: one statement for what
    is not remembered."""
    unknown = {
        poll.pk: poll
        for poll in polls
        if poll.is_ranked and poll.ballots and _is_small(poll) and _rounds.peek(_key(poll)) is None
    }
    if not unknown:
        return
    for number, rankings in _rankings(tuple(unknown)):
        unknown[number].rankings = rankings
        known_rounds(unknown[number])


def _is_small(poll: Poll) -> bool:
    return poll.ballots <= FEW or len(poll.options) <= FEW_ANSWERS


def _key(poll: Poll) -> tuple[int, ...]:
    return (poll.community_id, poll.pk, poll.version, poll.ballots)


def is_full(poll: Poll) -> bool:
    """Whether the orders in the row of a poll are put aside, so that the next vote does not write all of them again: of
    one that can be changed by how often it was, else by the ballots, so that they are as many in each batch. Never of
    one that is small again after a few ballots less."""
    turns = poll.version if poll.changeable else poll.ballots
    return not _is_small(poll) and poll.ballots >= FEW + BATCH and turns % BATCH == 0


def set_aside(poll: Poll) -> None:
    """Its row is locked, as for the vote that filled it."""
    row = Poll.objects.filter(pk=poll.pk)
    RankingBatch.objects.create(poll=poll, rankings=row.values_list("rankings", flat=True).get())
    row.update(rankings={})


def count_rounds(poll: Poll) -> dict[str, Any]:
    """Counted now, as long as it takes, for the state in which the poll is found."""
    rankings, version = _all_rankings(poll)
    return {"runoff": instant_runoff(rankings, len(poll.options)), "version": version}


def _all_rankings(poll: Poll) -> tuple[dict[Ranking, int], int]:
    """With what was put aside, and the version of the poll that they are of."""
    batches = RankingBatch.objects.filter(poll=poll)
    while True:
        kept = dict(batches.values_list("pk", "rankings"))
        [(recent, version)] = Poll.objects.filter(pk=poll.pk).values_list("rankings", "version")
        # Nothing was put aside between the two.
        if set(batches.values_list("pk", flat=True)) == kept.keys():
            break
    counted: Counter[str] = Counter(recent)
    for one in kept.values():
        counted.update(one)
    return read_rankings({said: number for said, number in counted.items() if number > 0}), version


def _runoff_of(poll: Poll) -> Runoff:
    """Of one with few ballots: all its orders are in its row, unless it had many, and memberships became one."""
    is_whole = sum(poll.rankings.values()) == poll.ballots
    rankings = read_rankings(poll.rankings) if is_whole else _all_rankings(poll)[0]
    return instant_runoff(rankings, len(poll.options))
