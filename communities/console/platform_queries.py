"""Lists across communities. Nothing here looks into one, except through the function made for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from communities.models import Community, Membership

PER_PAGE = 24


@dataclass(frozen=True)
class CommunityPage:
    """One page of a list of communities; `after` leads to the next one, empty on the last."""

    communities: list[Community]
    after: str = ""


@dataclass(frozen=True)
class OwnCommunity:
    """A community and what one is in it."""

    community: Community
    role: str


def public_directory(*, after: str = "") -> CommunityPage:
    """Communities that are open and want to be listed, the largest first."""
    listed = Community.objects.filter(listed=True, state=Community.State.OPEN).order_by(
        "-member_count", "-id"
    )
    count, _dash, last_id = after.partition("-")
    if count.isdecimal() and last_id.isdecimal() and len(after) < 28:
        smaller = Q(member_count__lt=int(count)) | Q(id__lt=int(last_id))
        listed = listed.filter(member_count__lte=int(count)).filter(smaller)
    return _page(listed, lambda last: f"{last.member_count}-{last.pk}")


def fleet(*, words: str = "", after: str = "") -> CommunityPage:
    """All communities, newest first, for the operator."""
    communities = Community.objects.order_by("-id").prefetch_related("domains")
    if words:
        communities = communities.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    if after.isdecimal() and len(after) < 19:
        communities = communities.filter(id__lt=int(after))
    return _page(communities, lambda last: str(last.pk))


def memberships_of(person_id: int) -> list[OwnCommunity]:
    """Where somebody is a member. The database’s own function answers this one question across the wall."""
    with connection.cursor() as cursor:
        cursor.execute("select community_id, role from memberships_of(%s)", [person_id])
        roles = dict(cursor.fetchall())
    labels = dict(Membership.Role.choices)
    found = Community.objects.filter(pk__in=roles).order_by("name", "id")
    return [OwnCommunity(community, str(labels[roles[community.pk]])) for community in found]


def _page(rows: QuerySet[Community], cursor: Callable[[Community], str]) -> CommunityPage:
    found = list(rows[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    after = cursor(shown[-1]) if len(found) > PER_PAGE else ""
    return CommunityPage(shown, after)
