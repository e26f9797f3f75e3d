from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from functools import partial

from celery import shared_task
from django.utils import timezone

from analytics.capture.rollups import kept_since
from analytics.roi.articles import forget_old_pages
from analytics.roi.exceptions import FileRefused
from analytics.roi.models import Delivery, ImportRun, Offer
from analytics.roi.order_files import Mapping
from analytics.roi.services import (
    forget_old_contacts,
    post_costs,
    record_click,
    revalue,
    take_delivery,
    take_waiting,
)
from analytics.roi.services.importing import KEPT as FILES_KEPT
from analytics.roi.services.importing import check_file, forget_old_files, load_file, refuse
from analytics.roi.services.offers import KEPT as CONTACTS_KEPT
from analytics.roi.services.valuing import COUNTED_BY_DAY
from communities.calendar import today
from communities.models import Community
from communities.queries import communities_by_question
from communities.tasks import CommunityTask, each_apart, inside_each
from members.rounds import Periodic

# How far back this valuing looks: counts of a day may come late.
LATE_DAYS = 40


@shared_task(base=CommunityTask)
def count_click(offer_id: int, at: str, number: str = "", membership_id: int | None = None) -> None:
    """Store a click-out after its visitor has been redirected."""
    if Offer.objects.filter(pk=offer_id).exists():
        record_click(
            offer_id,
            at=datetime.datetime.fromisoformat(at),
            number=uuid.UUID(number) if number else None,
            membership_id=membership_id,
        )


@shared_task(base=CommunityTask)
def read_orders_file(run_id: int, keep: bool) -> None:
    """Check or load one large file of orders."""
    run = ImportRun.objects.select_related("source", "community").filter(pk=run_id).first()
    if run is None or run.state != ImportRun.State.RUNNING:
        return
    mapping = Mapping(**run.mapping)
    try:
        (load_file if keep else check_file)(run, community=run.community, mapping=mapping)
    except FileRefused as refused:
        refuse(run, mapping, refused)


@shared_task(base=CommunityTask)
def take_message(delivery_id: int) -> None:
    """Store the orders of one signed message. Repeated, it changes nothing."""
    delivery = Delivery.objects.select_related("community").filter(pk=delivery_id).first()
    if delivery is not None:
        take_delivery(delivery, community=delivery.community)


@shared_task(base=Periodic)
def keep_ledgers() -> int:
    """Several times a day: messages that still wait, repeating costs that fell due, the counts of the last days valued
    again, contacts whose year is over, pages of visits that are gone and files that nobody loaded forgotten."""
    now = timezone.now()
    first = now.date() - datetime.timedelta(days=LATE_DAYS + 1)
    ids = communities_by_question(
        "select communities_with_ledgers_to_keep(%s, %s, %s, %s, %s)",
        [now.date(), first, now - FILES_KEPT, now - CONTACTS_KEPT, kept_since(now)],
    )
    return inside_each(ids, _keep_ledger)


def _keep_ledger(community: Community) -> int:
    """Each part by itself: a message that cannot be read is no reason to value nothing."""
    first = today(community) - datetime.timedelta(days=LATE_DAYS)
    steps: list[Callable[[], int]] = [
        forget_old_files,
        lambda: take_waiting(community),
        lambda: post_costs(community),
        forget_old_contacts,
        forget_old_pages,
        *(partial(revalue, community, measure, first) for measure in COUNTED_BY_DAY),
    ]
    return each_apart("step", range(len(steps)), lambda number: steps[number]())
