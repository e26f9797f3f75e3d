"""Lists across communities. Nothing here reads a community's rows except through the SQL function made for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from communities.keysets import NUMBER, Keyset
from communities.models import Community, Membership

BY_SIZE = Keyset(("member_count", NUMBER), ("pk", NUMBER), size=24)


@dataclass(frozen=True)
class CommunityPage:
    """One page of a list of communities; `after` leads to the next one, empty on the last."""

    communities: list[Community]
    after: str = ""


@dataclass(frozen=True)
class OwnCommunity:
    """A community and this person's membership in it."""

    community: Community
    role: str
    is_owner: bool = False


def public_directory(*, after: str = "") -> CommunityPage:
    """Communities that are open and want to be listed, the largest first."""
    listed = Community.objects.filter(listed=True, state=Community.State.OPEN).order_by(
        "-member_count", "-id"
    )
    place = BY_SIZE.place(after)
    if place:
        count, last_id = place
        smaller = Q(member_count__lt=count) | Q(id__lt=last_id)
        listed = listed.filter(member_count__lte=count).filter(smaller)
    page = BY_SIZE.page(listed)
    return CommunityPage(page.rows, page.older)


def memberships_of(person_id: int) -> list[OwnCommunity]:
    """The communities somebody is a member of: an SQL function answers this one question across communities."""
    with connection.cursor() as cursor:
        cursor.execute("select community_id, role from memberships_of(%s)", [person_id])
        roles = dict(cursor.fetchall())
    labels = dict(Membership.Role.choices)
    found = Community.objects.filter(pk__in=roles).order_by("name", "id")
    return [
        OwnCommunity(community, str(labels[role]), role == Membership.Role.OWNER)
        for community in found
        if (role := roles[community.pk])
    ]
