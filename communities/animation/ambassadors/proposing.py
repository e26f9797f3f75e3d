"""Tasks for a month, proposed from what is due on Today: what others than the team can do, where something waits."""

from __future__ import annotations

from dataclasses import dataclass

from communities.animation.today.listing import gather
from communities.middleware import MemberRequest


@dataclass(frozen=True)
class Proposal:
    """What everybody in a programme could be asked to do, and how many such things wait just now."""

    title: str
    waiting: int


def proposed_tasks(request: MemberRequest) -> list[Proposal]:
    """In the order of Today; a constant number of queries for each of its sources."""
    counted: dict[str, int] = {}
    for one in gather(request.community, request.membership).ranked:
        if one.source.task:
            title = str(one.source.task)
            counted[title] = counted.get(title, 0) + 1
    return [Proposal(title, n) for title, n in counted.items()]
