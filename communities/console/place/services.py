"""Changing what “Name and place” sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from communities.console.conflicts import Clash, merge, plain
from communities.console.place.exceptions import PlannedAhead
from communities.console.place.values import COLUMNS, HOUR, KEYS, PLANS, present_values
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_configure_community
from communities.planned import keep_hours_of_day, schedule
from communities.queries import locked_community
from communities.signals import clocks_moved

ACT = "change_place"


@transaction.atomic
def change_place(
    community: Community,
    *,
    by: Membership,
    changes: Mapping[str, Any],
    began: Mapping[str, Any] | None = None,
    planned: str = "",
) -> Community:
    """Set some of the values; pages show them within a second.

    `began` is what the form was filled with; what others changed since stays unless it was changed here too.
    `planned` says what becomes of hours to come when the time zone changes: HOUR or MOMENT.

    Raises NotAllowed, Clash, PlannedAhead where something is planned and `planned` says nothing,
    ValidationError for values that no form lets through.
    """
    if not can_configure_community(by):
        raise NotAllowed
    fresh = locked_community(community)
    before = plain(present_values(fresh))
    merged = merge(before if began is None else began, plain(changes), before)
    if merged.clashes:
        raise Clash(merged, before)
    values = merged.values
    zone = fresh.time_zone
    note = _move_clocks(fresh, str(values["time_zone"]), planned)
    _store(fresh, values)
    if fresh.time_zone != zone:
        clocks_moved.send(sender=Community, community=fresh)
    record(by, ACT, what=fresh.name, before=before, after=plain(present_values(fresh)) | note)
    transaction.on_commit(forget_all)
    return fresh


def _move_clocks(fresh: Community, zone: str, planned: str) -> dict[str, str]:
    """Before the zone changes: what is planned keeps its hour, or its moment; what the journal says of it."""
    if zone == fresh.time_zone:
        return {}
    ahead = schedule()
    if not ahead:
        return {}
    if planned not in dict(PLANS):
        raise PlannedAhead(ahead)
    if planned == HOUR:
        keep_hours_of_day(fresh, Community(time_zone=zone))
    return {"planned": planned}


def _store(fresh: Community, values: Mapping[str, Any]) -> None:
    for name in COLUMNS:
        setattr(fresh, name, values[name])
    fresh.languages = [code for code in values["languages"] if code != fresh.language]
    said = {key: values[key] for key in KEYS if values[key] != KEYS[key]}
    fresh.settings = {key: kept for key, kept in fresh.settings.items() if key not in KEYS} | said
    fresh.clean_fields(exclude={field.name for field in Community._meta.fields} - set(COLUMNS))
    fresh.save(update_fields=[*COLUMNS, "settings", "updated_at"])
    # It was read from the zone before.
    fresh.__dict__.pop("zone", None)


def values_there(change: Change) -> dict[str, Any]:
    """What stands now of all that a change set."""
    present = present_values(change.place_now())
    return {name: present.get(name, value) for name, value in change.after.items()}


def put_back(change: Change, by: Membership) -> None:
    """Undo a change; hours that were planned go back as they came."""
    community = change.place_now()
    # Nothing may have been planned then, and something be planned now: it keeps its hour, as is usual.
    planned = str(change.after.get("planned") or HOUR)
    change_place(community, by=by, changes=change.before, planned=planned)
