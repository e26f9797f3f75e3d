"""Counting communities: some hundred at once, the longest uncounted first, in a handful of statements."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from communities.console.operator.models import CommunityFigures, FleetSums
from communities.console.operator.notices import QuotaNear
from communities.console.operator.services import tell_of_quota
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.quotas import FAR, NEAR, Quota, mails_today, share_of
from communities.scoping import community_scope
from members.aside import go_on

logger = logging.getLogger(__name__)

BATCH = 500
# No community is counted again sooner; of thirty thousand, each is within some hours.
FRESH = datetime.timedelta(minutes=10)
DAYS = 30
FEWEST = 10
MAIL_DAYS = datetime.timedelta(days=7)


def _nothing(ids: list[int], first: datetime.date, last: datetime.date) -> dict[int, Any]:
    """Until a layer above has said how it counts."""
    return {}


# For these communities and days, the members of each day, and of the last seven days under None.
Activity = Callable[[list[int], datetime.date, datetime.date], dict[int, dict[datetime.date | None, int]]]
_activity: Activity = _nothing

# Benefit and cost of these communities between two days, in hundredths; those without a line are left out.
Results = Callable[[list[int], datetime.date, datetime.date], dict[int, tuple[int, int]]]
_results: Results = _nothing


def register_activity(count: Activity) -> None:
    """Engagement is counted in a layer above; it says here how."""
    global _activity
    _activity = count


def register_results(add_up: Results) -> None:
    """The ledger is in a layer above too."""
    global _results
    _results = add_up


def count_due(*, at_most: int = BATCH) -> int:
    """Count those that are due; how many. Owners hear when a quota comes near."""
    ids = _due(at_most)
    news = {community.pk: (community, near) for community, near in _count_apart(ids)} if ids else {}
    go_on("quota near", news, lambda pk: _tell(*news[pk]))
    _sum_up()
    return len(ids)


def _count_apart(ids: list[int]) -> list[tuple[Community, list[str]]]:
    """All in a handful of statements; where that fails, each by itself, without those that cannot be counted."""
    try:
        return _count(ids)
    except Exception:
        logger.exception("communities are counted one by one", extra={"communities": len(ids)})
    news: list[tuple[Community, list[str]]] = []
    go_on("community", ids, lambda pk: news.extend(_count([pk])))
    # Those that failed are not the longest uncounted any more, or the others would wait behind them.
    now = timezone.now()
    never = Community.objects.filter(pk__in=ids, figures=None)
    CommunityFigures.objects.bulk_create(
        [CommunityFigures(community=community, counted_at=now) for community in never], ignore_conflicts=True
    )
    CommunityFigures.objects.filter(pk__in=ids, counted_at__lt=now - FRESH).update(counted_at=now)
    return news


def count(community: Community) -> CommunityFigures:
    """Count one now."""
    for one, near in _count([community.pk]):
        _tell(one, near)
    return CommunityFigures.objects.get(pk=community.pk)


def _due(at_most: int) -> list[int]:
    never = Community.objects.filter(figures=None).order_by("id").values_list("id", flat=True)[:at_most]
    ids = list(never)
    if len(ids) < at_most:
        old = CommunityFigures.objects.filter(counted_at__lt=timezone.now() - FRESH).order_by("counted_at")
        ids += old.values_list("community_id", flat=True)[: at_most - len(ids)]
    return ids


@transaction.atomic
def _count(ids: list[int]) -> list[tuple[Community, list[str]]]:
    """Write the figures; the communities with the quotas that have come near since they were counted last."""
    now = timezone.now()
    communities = Community.objects.in_bulk(ids)
    before = dict(CommunityFigures.objects.filter(pk__in=ids).values_list("pk", "near"))
    last = now.date()
    first = last - datetime.timedelta(days=DAYS - 1)
    activity, results = _activity(ids, first, last), _results(ids, first, last)
    rows, news = [], []
    for told in _numbers(ids, now - MAIL_DAYS):
        community = communities.get(told["community_id"])
        if community is None:
            continue
        days = activity.get(community.pk, {})
        benefit, cost = results.get(community.pk, (None, None))
        near = _near(community, told, before.get(community.pk, []))
        rows.append(
            CommunityFigures(
                community=community,
                owner_id=told["owner"],
                members=told["members"],
                storage=told["storage"],
                mails_sent=told["mails_sent"],
                mails_failed=told["mails_failed"],
                mails_waiting=told["mails_waiting"],
                active_week=days.get(None, 0),
                days=[days.get(last - datetime.timedelta(days=back), 0) for back in range(DAYS - 1, -1, -1)],
                benefit=benefit,
                cost=cost,
                near=near,
                counted_at=now,
            )
        )
        if new := [name for name in near if name not in before.get(community.pk, [])]:
            news.append((community, new))
    changing = [field.name for field in CommunityFigures._meta.concrete_fields if not field.primary_key]
    CommunityFigures.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["community"], update_fields=changing
    )
    return news


def _numbers(ids: list[int], since: datetime.datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select * from fleet_numbers(%s, %s)", [ids, since])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _near(community: Community, told: dict[str, Any], before: list[str]) -> list[str]:
    """Quotas of which four fifths are used; one that was near stays so until it is clearly lower."""
    if not community.quotas:
        return []
    used = {
        Quota.MEMBERS: told["members"],
        Quota.STORAGE: told["storage"],
        Quota.MAILS: mails_today(community),
    }
    return [
        quota.value
        for quota, n in used.items()
        if share_of(community, quota, n) >= (FAR if quota.value in before else NEAR)
    ]


@transaction.atomic
def _tell(community: Community, near: list[str]) -> None:
    with community_scope(community):
        owners = Membership.objects.active().in_role(Membership.Role.OWNER)
        people = list(owners.values_list("pk", flat=True))
        day = f"{timezone.now():%Y%m%d} {' '.join(near)}"
        tell(QuotaNear, people, About(path="/manage/", occasion=day))
    tell_of_quota(community, near)


def _sum_up() -> None:
    figures: dict[str, Any] = CommunityFigures.objects.aggregate(
        members=Sum("members"),
        active_week=Sum("active_week"),
        storage=Sum("storage"),
        near=Count("pk", ~Q(near=[])),
    )
    states = (
        Community.objects.filter(suspended_at=None).values_list("state").annotate(n=Count("pk")).order_by()
    )
    numbers: dict[str, int] = {name: int(n or 0) for name, n in figures.items()} | dict(states)
    numbers["suspended"] = Community.objects.filter(suspended_at__isnull=False).count()
    numbers["leaving"] = Community.objects.filter(deletes_at__isnull=False).count()
    numbers["communities"] = Community.objects.count()
    FleetSums.objects.update_or_create(
        pk=1, defaults={"numbers": numbers, "results": _add_up(), "counted_at": timezone.now()}
    )


def _add_up() -> list[dict[str, Any]]:
    """Results by currency, over ten communities at least: of fewer, a sum would tell of single ones."""
    valued = CommunityFigures.objects.filter(benefit__isnull=False).values("community__currency")
    sums = valued.annotate(n=Count("pk"), benefit=Sum("benefit"), cost=Sum("cost")).filter(n__gte=FEWEST)
    return [
        {
            "currency": one["community__currency"],
            "communities": one["n"],
            "benefit": int(one["benefit"]),
            "cost": int(one["cost"]),
        }
        for one in sums.order_by("-n", "community__currency")
    ]
