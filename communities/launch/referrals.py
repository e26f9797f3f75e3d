"""Who brought whom: members’ own invitations, and who came by them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from communities.launch.models import Invitation
from communities.launch.queries import BY_NUMBER
from communities.models import Membership

MOST_SHOWN = 10


@dataclass(frozen=True)
class Bringer:
    """A member with how many came by their invitations, and how many of these are still members."""

    member: Membership
    came: int
    here: int


@dataclass(frozen=True)
class BroughtPage:
    """A part of who brought whom, the latest first, with whoever brought most; `before` is the cursor of the rest."""

    lines: list[Invitation]
    bringers: list[Bringer]
    before: str


def page_of_brought(*, before: str = "") -> BroughtPage:
    """A constant number of queries. Whoever has left stands here as a former member."""
    lines = Invitation.objects.brought().select_related("inviter", "accepted_by")
    page = BY_NUMBER.newest_after(lines, before)
    return BroughtPage(page.rows, [] if before else _bringers(), page.older)


def _bringers() -> list[Bringer]:
    still = Q(accepted_by__status=Membership.Status.ACTIVE)
    counted = (
        Invitation.objects.brought()
        .order_by()
        .values("inviter")
        .annotate(came=Count("pk"), here=Count("pk", filter=still))
    )
    rows = list(counted.order_by("-came", "inviter")[:MOST_SHOWN])
    people = Membership.objects.in_bulk([row["inviter"] for row in rows])
    return [
        Bringer(people[row["inviter"]], row["came"], row["here"]) for row in rows if row["inviter"] in people
    ]
