"""Everything that a community keeps, table by table, so that two moments can be compared."""

from __future__ import annotations

import json
from collections import Counter
from itertools import zip_longest
from typing import Any

from django.apps import apps
from django.db import connection

from communities.content.models import Tag
from communities.models import Community
from communities.scoping import CommunityOwned

# What an act and its undoing both leave behind, each with the reason.
LEFT_BEHIND = {
    "journal_change": "a line for each: the journal is never rewritten",
    "members_outgoingmail": "a mail that has been written is not written back",
    "operator_operatoract": "what the operator did, with the reason: never rewritten",
    "recipe_appliedpart": "says itself that it was undone",
    "capture_dirtyhour": "hours to be counted",
}
# What only says when, or gives a number that a row made again cannot have.
NUMBERS = frozenset(
    {"id", "updated_at", "version", "created_at", "closed_at", "made_at", "due_at", "looking_since"}
)

Snapshot = dict[str, Counter[str]]


def snapshot(community: Community) -> Snapshot:
    """The rows of every table of a community, in its scope, as the database writes them."""
    taken = {
        "communities_community": _rows("communities_community", "id", community.pk),
        "communities_domain": _rows("communities_domain", "community_id", community.pk),
    }
    for model in apps.get_models():
        table = model._meta.db_table
        if issubclass(model, CommunityOwned) and table not in LEFT_BEHIND:
            taken[table] = _rows(table, "community_id", community.pk)
    return taken


def _rows(table: str, column: str, community_id: int) -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'select row_to_json(one)::text from "{table}" one where {column} = %s',  # noqa: S608
            [community_id],
        )
        return Counter(_plain(json.loads(row[0])) for row in cursor.fetchall())


def _plain(row: dict[str, Any]) -> str:
    kept = {name: value for name, value in row.items() if name not in NUMBERS}
    kept["closed"] = row.get("closed_at") is not None
    for name in ("settings", "texts"):
        if isinstance(row.get(name), dict):
            kept[name] = {key: value for key, value in row[name].items() if _says_something(value)}
    if kept.get("tag_id"):
        # A tag that was made again has another number.
        kept["tag_id"] = Tag.objects.values_list("slug", flat=True).get(pk=kept["tag_id"])
    return json.dumps(kept, sort_keys=True, ensure_ascii=False)


def _says_something(value: Any) -> bool:
    """A key that was never set means the same as one that is set to nothing."""
    if isinstance(value, dict):
        return any(_says_something(one) for one in value.values())
    return bool(value)


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """What is in one and not in the other, a line each; of a row that changed, what changed in it."""
    found = []
    for table in before:
        gone, new = list(before[table] - after[table]), list(after[table] - before[table])
        for one, other in zip_longest(gone, new):
            found.append(f"{table}: {_difference(one, other)}")
    return found


def _difference(one: str | None, other: str | None) -> str:
    if one is None or other is None:
        return f"new {other}" if one is None else f"gone {one}"
    was, now = json.loads(one), json.loads(other)
    return ", ".join(f"{name}: {was[name]} → {now[name]}" for name in was if was[name] != now[name])
