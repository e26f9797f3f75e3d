"""The tenant wall in the database, as migration operations: row-level security and composite keys.

Two roles: the owner migrates and is exempt; web and worker own nothing, so the policies bind them. Foreign-key
checks bypass policies, hence the composite keys. See docs/decisions/0003-scoping.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL


def protect(table: str, references: Mapping[str, tuple[str, str]] | None = None) -> list[Operation]:
    """Operations that put one community-owned table behind the wall.

    `references` maps a column to (parent table, "cascade" | "set null" | "no action"): what happens to the row
    when the parent goes. The parent needs a unique constraint on (community_id, id); one whose key has another
    name says it: "blogs_article.thread_id".
    """
    operations: list[Operation] = [
        RunSQL(
            f"alter table {table} enable row level security;"
            f"create policy community on {table} using"
            " (community_id = nullif(current_setting('app.community', true), '')::bigint);",
            f"drop policy community on {table}; alter table {table} disable row level security;",
        )
    ]
    for column, (parent, on_delete) in (references or {}).items():
        name = f"{table}_{column}_owned"
        action = f"set null ({column})" if on_delete == "set null" else on_delete
        parent_table, _dot, key = parent.partition(".")
        operations.append(
            RunSQL(
                f"alter table {table} add constraint {name} foreign key (community_id, {column})"
                f" references {parent_table} (community_id, {key or 'id'}) on delete {action};",
                f"alter table {table} drop constraint {name};",
            )
        )
    return operations
