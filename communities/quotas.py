"""What a community may use at most: members, storage, mails a day. The operator sets it; each is asked in one place.

Members when somebody joins (`launch/services/joining.py`), storage when a picture is stored
(`content/storage.py`), mails when one is put into the outbox (`members/mails/outbox.py`, by `departure_of`). A quota
that is not set is no limit.
"""

from __future__ import annotations

import datetime
import enum
import logging

from django.core.cache import cache
from django.db import connection
from django.db.models import F, IntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.memory import Memory
from communities.models import Community
from members.mails.kinds import MailKind
from members.mails.outbox import Departure

logger = logging.getLogger(__name__)

# From this share on, owner and operator are told.
NEAR = 0.8
# Told again only after it was lower than this meanwhile.
FAR = 0.7
# What is more urgent leaves whatever the quota: codes, decisions, invitations by hand.
ORDINARY = 5
STORAGE_LOCK = "select pg_advisory_xact_lock(hashtext('quota of storage'), %s::int)"
COUNTER_LIFE = 60 * 60 * 48  # seconds


class Quota(enum.StrEnum):
    """What is limited. Storage is in bytes, mails are those of one day in the community’s time zone."""

    MEMBERS = "members"
    STORAGE = "storage"
    MAILS = "mails"

    @property
    def label(self) -> str:
        return str(LABELS[self])


LABELS = {
    Quota.MEMBERS: gettext_lazy("Members"),
    Quota.STORAGE: gettext_lazy("Storage"),
    Quota.MAILS: gettext_lazy("E-mails a day"),
}


def limit_of(community: Community, quota: Quota) -> int | None:
    """The limit, or None where there is none."""
    limit = community.quotas.get(quota.value)
    return int(limit) if limit else None


def is_reached(community: Community, quota: Quota, used: int) -> bool:
    limit = limit_of(community, quota)
    return limit is not None and used >= limit


def take_place(community_id: int) -> bool:
    """Count one more member; False where the community has as many as it may have. Asked and counted in one
    statement: of two who come at once for the last place, one is told that it is full."""
    limit = Cast(KeyTextTransform(Quota.MEMBERS.value, "quotas"), IntegerField())
    room = Q(**{f"quotas__{Quota.MEMBERS.value}__isnull": True}) | Q(member_count__lt=limit)
    return bool(Community.objects.filter(room, pk=community_id).update(member_count=F("member_count") + 1))


def lock_storage(community_id: int) -> None:
    """Until the end of the transaction, nobody else asks what room is left: of two who send a file at once, the second
    counts that of the first."""
    with connection.cursor() as cursor:
        cursor.execute(STORAGE_LOCK, [community_id])


def share_of(community: Community, quota: Quota, used: int) -> float:
    """How much of a quota is used, 1 for all; 0 without a limit."""
    limit = limit_of(community, quota)
    return used / limit if limit else 0.0


def mails_today(community: Community) -> int:
    """The ordinary mails that were put into the outbox today; 0 when Redis is away."""
    try:
        return int(cache.get(_counter(community, timezone.now())) or 0)
    except Exception:
        logger.exception("the mails of today were not counted")
        return 0


def departure_of(community_id: int, kind: MailKind) -> Departure | None:
    """When an ordinary mail may leave: tomorrow, once those of today are used up; None for at once.

    A counter in Redis: when it is away, mails leave.
    """
    if kind.urgency < ORDINARY:
        return None
    community = _communities.get(community_id)
    if community is None or limit_of(community, Quota.MAILS) is None:
        return None
    now = timezone.now()
    try:
        counter = _counter(community, now)
        cache.add(counter, 0, COUNTER_LIFE)
        used = cache.incr(counter)
    except Exception:
        logger.exception("a mail was not counted")
        return None
    if not is_reached(community, Quota.MAILS, used - 1):
        return None
    with translation.override(community.language):
        return Departure(_tomorrow(community, now), _("Today’s e-mails are used up: it is sent tomorrow."))


def _counter(community: Community, now: datetime.datetime) -> str:
    return f"quota:mails:{community.pk}:{now.astimezone(community.zone):%Y%m%d}"


def _tomorrow(community: Community, now: datetime.datetime) -> datetime.datetime:
    local = now.astimezone(community.zone)
    return datetime.datetime.combine(
        local.date() + datetime.timedelta(days=1), datetime.time(0, 1), tzinfo=community.zone
    )


def _load(community_id: int) -> Community | None:
    return Community.objects.filter(pk=community_id).first()


def remember(community: Community) -> None:
    """What a job has at hand need not be read for each of its mails."""
    _communities.put((community.pk,), community)


_communities: Memory[Community | None] = Memory(_load)
