"""How votes came in, for those who run a challenge: sums of what is stored anyway, without a voter’s name."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from communities.challenges.models import Challenge, Entry, Vote
from communities.launch.models import Invitation
from communities.launch.ways_in import LinkArrival
from communities.models import Membership

# A vote so soon after joining is counted as one for which somebody may have joined.
SOON = datetime.timedelta(minutes=60)
# Entries with the most votes; the others decide nothing.
MOST = 30
# So many votes tell nothing: a share of them would point at people.
FEW = 5


@dataclass
class Told:
    """How the votes for one entry came in; `one_way` are those of people who came by the invitations of one person, one
    wave or one link, where that is the largest such group."""

    entry: Entry
    votes: int
    new: int
    soon: int
    one_way: int

    @property
    def share_new(self) -> int:
        return round(100 * self.new / self.votes) if self.votes else 0

    @property
    def share_one_way(self) -> int:
        return round(100 * self.one_way / self.votes) if self.votes else 0

    @property
    def is_told(self) -> bool:
        return self.votes >= FEW

    @property
    def stands_out(self) -> bool:
        """More than half of at least `FEW` votes came in one of these ways."""
        return self.is_told and 2 * max(self.new, self.soon, self.one_way) > self.votes


@dataclass
class Figures:
    rows: list[Told]
    votes: int
    new: int
    soon: int
    voters: int

    @property
    def share(self) -> int:
        """Of active members, in percent."""
        return round(100 * self.votes / self.voters) if self.voters else 0


def figures_of(challenge: Challenge) -> Figures:
    """Seven statements, however many vote."""
    votes = Vote.objects.of(challenge).counting()
    new = Q(membership__joined_at__gte=challenge.opens_at)
    soon = Q(cast_at__lt=F("membership__joined_at") + SOON)
    said: dict[str, Any] = {
        "n": Count("pk"),
        "new": Count("pk", filter=new),
        "soon": Count("pk", filter=soon),
    }
    counted: Any = votes.order_by().values("entry").annotate(**said)
    rows: dict[int, Any] = {row["entry"]: row for row in counted.order_by("-n", "entry")[:MOST]}
    one_way = _largest_groups(votes.filter(entry__in=rows))
    entries = Entry.objects.filter(pk__in=rows).select_related("thread__space", "membership").in_bulk()
    told = [
        Told(entries[pk], row["n"], row["new"], row["soon"], one_way.get(pk, 0))
        for pk, row in rows.items()
        if pk in entries
    ]
    sums = votes.aggregate(**said)
    return Figures(told, sums["n"], sums["new"], sums["soon"], Membership.objects.active().count())


def _largest_groups(votes: QuerySet[Vote]) -> dict[int, int]:
    """Of each entry, how many of its voters came by the invitations of one person, by one wave or one link, at most."""
    invited = Invitation.objects.filter(
        state=Invitation.State.ACCEPTED, accepted_by__in=votes.order_by().values("membership")
    )
    came: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for voter, inviter, wave in invited.values_list("accepted_by", "inviter", "wave"):
        came[voter] |= {(name, pk) for name, pk in (("inviter", inviter), ("wave", wave)) if pk}
    arrivals = LinkArrival.objects.filter(membership__in=votes.order_by().values("membership"))
    for voter, link in arrivals.values_list("membership", "link"):
        came[voter].add(("link", link))
    groups: Counter[tuple[int, str, int]] = Counter()
    for entry, voter in votes.filter(membership__in=came).values_list("entry", "membership"):
        groups.update((entry, *way) for way in came[voter])
    found: dict[int, int] = {}
    for (entry, _column, _way), n in groups.items():
        found[entry] = max(found.get(entry, 0), n)
    return found
