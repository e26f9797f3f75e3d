"""How votes came in, for those who run a challenge: sums of what is stored anyway, without a voter’s name.

Of more than a thousand votes a job adds them up (`communities/counted.py`).
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from communities.challenges.models import Challenge, Entry, Vote
from communities.counted import are_many, counted
from communities.launch.models import Invitation
from communities.launch.ways_in import LinkArrival
from communities.queries import communities_by_id
from communities.scoping import active_community_id
from members.jobs import ask_for

# As they are kept, and the job that counts them.
VOTES, COUNT = "votes", "communities.challenges.tasks.count_many_votes"

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
    """Of all votes that count, and of the entries with the most; `voters` are the members of the community."""

    rows: list[Told]
    votes: int
    new: int
    soon: int
    voters: int

    @property
    def share(self) -> int:
        """Of members, in percent."""
        return round(100 * self.votes / self.voters) if self.voters else 0


def known_figures(challenge: Challenge) -> tuple[Figures | None, datetime.datetime | None]:
    """Nine statements at most, however many vote: since when they stand where a job has counted (`counted`), and None
    where it is about to."""
    known = counted(
        VOTES,
        challenge.pk,
        many=are_many(Vote.objects.of(challenge)),
        count=lambda: count_votes(challenge),
        # By name, as services lie below the tasks.
        ask=lambda: ask_for(COUNT, community_id=challenge.community_id, challenge_id=challenge.pk),
    )
    return (_told(known.figures) if known.figures is not None else None), known.at


def figures_of(challenge: Challenge) -> Figures:
    """Counted now, as long as it takes."""
    return _told(count_votes(challenge))


def count_votes(challenge: Challenge) -> dict[str, Any]:
    """Sums alone, as they can be kept: of all votes, and of the entries with the most, each with its number."""
    votes = Vote.objects.of(challenge).counting()
    new = Q(membership__joined_at__gte=challenge.opens_at)
    soon = Q(cast_at__lt=F("membership__joined_at") + SOON)
    said: dict[str, Any] = {
        "votes": Count("pk"),
        "new": Count("pk", filter=new),
        "soon": Count("pk", filter=soon),
    }
    by_entry: Any = votes.order_by().values("entry").annotate(**said)
    rows = list(by_entry.order_by("-votes", "entry")[:MOST])
    one_way = _largest_groups(votes.filter(entry__in=[row["entry"] for row in rows]))
    return votes.aggregate(**said) | {
        "rows": [row | {"one_way": one_way.get(row["entry"], 0)} for row in rows]
    }


def _told(counted: dict[str, Any]) -> Figures:
    """With the entries that can be read now."""
    entries = Entry.objects.counting().filter(pk__in=[row["entry"] for row in counted["rows"]])
    found = entries.select_related("thread__space", "membership").in_bulk()
    rows = [Told(**row | {"entry": found[row["entry"]]}) for row in counted["rows"] if row["entry"] in found]
    community = communities_by_id.get(active_community_id())
    voters = community.member_count if community is not None else 0
    return Figures(rows, counted["votes"], counted["new"], counted["soon"], voters)


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
