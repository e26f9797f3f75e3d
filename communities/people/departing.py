"""Obeys what each model says of the people it leads to (`members/personal.py`), a part at a time.

Every step asks for the rows that are still to be changed, so that it may be repeated, and killed at any moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from communities.models import Membership
from communities.scoping import CommunityOwned
from members.personal import DELETE, KEEP, Departure, Leaver, Record, records

# The number of rows of one table per transaction: those of a statement, and those that a service takes one by one.
BATCH = 500
SERVED = 100


def leaver_of(membership: Membership, departure: Departure, *, handles: Iterable[str] = ()) -> Leaver:
    """The person leaving. `handles` are those by which others mentioned them: the membership has lost them already."""
    return Leaver(
        membership_id=membership.pk,
        departure=departure,
        account_id=membership.member_id,
        addresses=_proven_addresses(membership),
        handles=tuple(handles),
    )


def _proven_addresses(membership: Membership) -> tuple[str, ...]:
    """The account's verified addresses; an unverified one may be somebody else’s."""
    if membership.member is None:
        return ()
    known = dict(EmailAddress.objects.filter(user_id=membership.member_id).values_list("email", "verified"))
    proven = {address.lower() for address, verified in known.items() if verified}
    # An account made by an operator has its one address without a row.
    return tuple(sorted(proven if known else {membership.member.email.lower()}))


@transaction.atomic
def depart_at_once(leaver: Leaver) -> bool:
    """What needs no service of its own, the first rows of each table: rights, read marks … True when work is left."""
    finished = True
    for record in _changed_by(leaver):
        finished &= record.way is None and not _carry_out(record, leaver)
    return not finished


@transaction.atomic
def depart(leaver: Leaver) -> bool:
    """A part of the rest, table by table: figures follow once texts are gone. True when work is left."""
    return any(_carry_out(record, leaver) for record in _changed_by(leaver))


def _changed_by(leaver: Leaver) -> list[Record]:
    """Communities’ tables only: an account’s rows are those of all its communities, and go with the account."""
    return [
        record
        for record in records()
        if issubclass(record.model, CommunityOwned)
        and record.personal.on(leaver.departure) is not KEEP
        and not record.personal.together_with
    ]


def _carry_out(record: Record, leaver: Leaver) -> bool:
    """Change a part of the rows of one table; whether some may be left."""
    if record.way is not None:
        return record.way(leaver, SERVED) >= SERVED
    rows = cast("type[CommunityOwned]", record.model).objects
    found = list(rows.filter(record.of(leaver)).values_list("pk", flat=True)[:BATCH])
    if not found:
        return False
    part = rows.filter(pk__in=found)
    if record.personal.on(leaver.departure) is DELETE:
        part.delete()
    elif record.is_list:
        _take_out(part, record.personal.field, leaver)
    else:
        part.update(**{record.personal.field: None if record.column.null else ""})
    return len(found) == BATCH


def _take_out(rows: QuerySet[CommunityOwned], name: str, leaver: Leaver) -> None:
    for row in rows.select_for_update():
        kept = [one for one in getattr(row, name) if one.lower() not in leaver.addresses]
        rows.filter(pk=row.pk).update(**{name: kept})
