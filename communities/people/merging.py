"""Making one membership of two that are the same person’s: everything moves, and what is counted is counted again.

Each model says in its `personal` answers which fields lead to people (`members/personal.py`); the rows of each move.
Where that is not all, its package has registered a merger, and counts follow at the signal `members_merged`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed, RowsHeld
from communities.journal.services import record as note
from communities.models import Community, Membership, give_up
from communities.people.permissions import can_merge_members
from communities.people.services import forget_person, lead_on
from communities.queries import locked_community
from communities.scoping import CommunityOwned
from communities.signals import members_merged, members_merging
from members.personal import Record, merger_of, records, stays

# So often a merging begins again while somebody writes, and so long it waits in between: seconds.
TRIES, PAUSE = 20, 0.05


def merge_memberships(kept: Membership, gone: Membership, *, by: Membership) -> Membership:
    """Move everything of `gone` to `kept`, whose name, role and account stay. The former handle leads to the other.

    Raises NotAllowed, RowsHeld where somebody did not stop writing with one of them.
    """
    for _again in range(TRIES - 1):
        with suppress(RowsHeld):
            return _merge(kept, gone, by=by)
        time.sleep(PAUSE)
    return _merge(kept, gone, by=by)


@transaction.atomic
def _merge(kept: Membership, gone: Membership, *, by: Membership) -> Membership:
    community = locked_community(kept.community_id)
    _hold_all(kept, gone)
    found = Membership.objects.in_bulk([kept.pk, gone.pk])
    kept, gone = found[kept.pk], found[gone.pk]
    if not can_merge_members(by, kept, gone):
        raise NotAllowed
    counted = gone.is_active and not gone.unclaimed
    for one in records_of_memberships():
        (merger_of(one.name) or _mover(one))(kept.pk, gone.pk)
    _take_over(kept, gone)
    former = gone.handle
    _empty(gone, kept, community)
    give_up([former], kept)
    lead_on(former, kept.handle)
    if counted:
        Community.objects.filter(pk=community.pk, member_count__gt=0).update(
            member_count=F("member_count") - 1
        )
    members_merged.send(sender=Membership, kept=kept, gone=gone)
    note(
        by,
        "members_merged",
        what=kept.display_name,
        about=str(kept.pk),
        after={"merged": _("Member no. %(n)s") % {"n": gone.pk}},
    )
    kept.refresh_from_db()
    return kept


def _hold_all(kept: Membership, gone: Membership) -> None:
    """Lock both memberships and all that will change with them, waiting for nobody: whoever writes locks a thread, a
    line of the bell or a case first and its people last, so that two who wait would wait for each other.
    """
    Membership.objects.filter(pk__in=[kept.pk, gone.pk]).hold_now(whole=True)
    for one in records_of_memberships():
        if merger_of(one.name) is not stays:
            cast("Any", one.model).objects.filter(**{one.personal.field: gone.pk}).hold_now()
    members_merging.send(sender=Membership, kept=kept, gone=gone)


def records_of_memberships() -> list[Record]:
    """The answers of fields that hold a membership, as a key or as a number; each field once."""
    found: dict[tuple[type[models.Model], str], Record] = {}
    for one in records():
        if not issubclass(one.model, CommunityOwned) or one.holds_addresses:
            continue
        if one.column.is_relation and one.column.related_model is not Membership:
            continue
        found.setdefault((one.model, one.personal.field), one)
    return list(found.values())


def _mover(record: Record) -> Any:
    """Moves the rows of one field; of two that would be doubles, the one that stays is kept’s."""

    def move(kept: int, gone: int) -> None:
        rows, field = cast("Any", record.model).objects, record.personal.field
        for others, condition in unique_with(record):
            twin = rows.filter(condition, **{field: kept}, **{other: OuterRef(other) for other in others})
            doubles = rows.filter(condition, Exists(twin), **{field: gone})
            doubles.delete()
        rows.filter(**{field: gone}).update(**{field: kept})

    return move


def unique_with(record: Record) -> Iterator[tuple[list[str], Q]]:
    """What a row of this field must be alone with: the other columns, and when the rule holds."""
    field = record.personal.field
    if getattr(record.column, "unique", False):
        yield [], Q()
    for rule in record.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and field in rule.fields:
            yield [name for name in rule.fields if name not in (field, "community")], rule.condition or Q()
    key = record.model._meta.pk
    if isinstance(key, models.CompositePrimaryKey):
        names = [one.name for one in key.fields]
        if field in names:
            yield [name for name in names if name not in (field, "community")], Q()


def _take_over(kept: Membership, gone: Membership) -> None:
    """What stands on the membership itself: the earlier day, the later visit, the higher level, what was left empty."""
    kept.joined_at = min(kept.joined_at, gone.joined_at)
    kept.seen_at = max(filter(None, (kept.seen_at, gone.seen_at)), default=None)
    kept.trust_level = max(kept.trust_level, gone.trust_level)
    kept.stage_ids = sorted({*kept.stage_ids, *gone.stage_ids})
    kept.profile = gone.profile | kept.profile
    for name in ("headline", "place", "bio"):
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.save(
        update_fields=[
            "joined_at", "seen_at", "trust_level", "stage_ids", "profile", "headline", "place", "bio"
        ]
    )  # fmt: skip


def _empty(gone: Membership, kept: Membership, community: Community) -> None:
    """The row stays for what cannot be changed, without a person; its account may join again as somebody new."""
    gone.member = None
    gone.merged_into = kept
    gone.post_count = gone.unread_count = 0
    gone.read_only_until = gone.suspended_until = None
    gone.stage_ids = []
    forget_person(gone, community)
