"""Backing up one community: its rows, the accounts of its people, its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from psycopg2 import sql

from communities.console.operator.backups import Backup, Manifest
from communities.files import in_store, names_below, names_in
from communities.models import Community
from config.backups import programs, sums
from config.backups.making import draft_folder, facts_of, publish
from config.backups.restoring import MEDIA, Say

# The operator’s own tables stay with the installation: journal, openings and figures are about it. And mails that
# waited have left since: brought back, they would leave again. What an account was founding is the account’s.
# Sums that a trigger keeps are made by it of the rows that come back.
NOT_OURS = ("operator_", "members_outgoingmail", "recipe_recipe", "calls_worth")
# Where pictures lie that a decision took away, under their own path.
WITHDRAWN = "withdrawn/"
# Tables of the platform that a community takes along, each with the query that finds its rows.
WHOLE = "communities_community"
ACCOUNTS = "members_member"
ADDRESSES = "account_emailaddress"
# Whatever looks like the path of a stored file.
PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)+")
UPLOADS = "uploads"

# Partitions are reached through their whole.
OWNED = """
select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'community_id' and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by c.relname
"""
COLUMNS = """
select a.attname from pg_attribute a
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum
"""
# Which table has to be there before which; what is checked at the end of the transaction does not matter.
KEYS = """
select t.relname, o.relname from pg_constraint c
join pg_class t on t.oid = c.conrelid join pg_class o on o.oid = c.confrelid
where c.contype = 'f' and not c.condeferrable and c.conrelid <> c.confrelid
"""


@dataclass(frozen=True)
class Part:
    """One table of a backup: its columns without what the database computes, and which rows are the community’s."""

    table: str
    columns: tuple[str, ...]
    where: sql.Composable

    @property
    def file(self) -> str:
        return f"{self.table}.copy"

    @property
    def rows(self) -> sql.Composable:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        table = sql.Identifier("public", self.table)
        found: sql.Composable = sql.SQL("select {} from {} where {}").format(columns, table, self.where)
        return found


def back_up_community(community: Community, *, say: Say = bool) -> Backup:
    """Keep one community as it is at one moment, with the accounts of its members. Raises OSError."""
    with draft_folder(community.slug) as (draft, name):
        with programs.as_owner() as cursor:
            found = parts_of(cursor, community.pk)
            say(f"Copying {len(found)} tables")
            tables = {}
            names: set[str] = set()
            for part in found:
                tables[part.table] = sums.sum_of(cursor, part.rows, part.columns)
                with (draft / part.file).open("wb") as file:
                    cursor.copy_expert(sql.SQL("copy ({}) to stdout").format(part.rows), file)
                names |= set(_paths_in(draft / part.file))
            facts = facts_of(cursor)
        say("Packing the pictures")
        packed = sums.pack(_pictures(names, community.pk), draft / MEDIA)
        files = [MEDIA, *(part.file for part in found)]
        manifest = Manifest(
            name=name,
            tables=tables,
            files=packed.files,
            bytes=packed.bytes,
            sums={"pictures": packed.digest} | {one: sums.sum_of_file(draft / one) for one in files},
            community_id=community.pk,
            slug=community.slug,
            community=community.name,
            **facts,
        )
        return publish(draft, manifest)


def parts_of(cursor: Any, community_id: int) -> list[Part]:
    """The tables of a community, each after those that it refers to."""
    cursor.execute(OWNED)
    owned = [table for (table,) in cursor.fetchall() if not table.startswith(NOT_OURS)]
    own = sql.SQL("community_id = {}").format(sql.Literal(community_id))
    people = sql.SQL("{} in (select member_id from public.communities_membership where community_id = {})")
    which = dict.fromkeys(owned, own) | {
        WHOLE: sql.SQL("id = {}").format(sql.Literal(community_id)),
        ACCOUNTS: people.format(sql.Identifier("id"), sql.Literal(community_id)),
        ADDRESSES: people.format(sql.Identifier("user_id"), sql.Literal(community_id)),
    }
    return [Part(table, columns_of(cursor, table), which[table]) for table in in_order(cursor, list(which))]


def columns_of(cursor: Any, table: str) -> tuple[str, ...]:
    cursor.execute(COLUMNS, [f"public.{table}"])
    return tuple(column for (column,) in cursor.fetchall())


def in_order(cursor: Any, tables: list[str]) -> list[str]:
    """Tables after those that they refer to. Raises ValueError where two refer to each other."""
    cursor.execute(KEYS)
    waits: dict[str, set[str]] = {table: set() for table in tables}
    for table, other in cursor.fetchall():
        if table in waits and other in waits:
            waits[table].add(other)
    try:
        return list(TopologicalSorter(waits).static_order())
    except CycleError as error:
        raise ValueError(f"tables refer to each other in a circle: {error.args[1]}") from error


def _paths_in(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield from PATH.findall(line)


def _pictures(names: set[str], community_id: int) -> list[str]:
    """The files that its rows name, and all uploads of its own. A text that names another community’s takes none."""
    named = {one for name in names for one in (name, WITHDRAWN + name)}
    found = _stored({name for name in named if not name.startswith(f"{UPLOADS}/")})
    beside = {one for folder in {name.rpartition("/")[0] for name in found} for one in _siblings(folder)}
    return sorted({*names_below(f"{UPLOADS}/{community_id}"), *found, *beside})


def _stored(named: set[str]) -> set[str]:
    """Which of them are files. Most only look like it: a bucket is gone through once, not asked for each."""
    if not in_store():
        root = Path(settings.MEDIA_ROOT)
        return {name for name in named if (root / name).is_file()}
    folders = [folder for folder in default_storage.listdir("")[0] if folder != UPLOADS and folder[0] != "."]
    return {name for folder in folders for name in names_below(folder) if name in named}


def _siblings(folder: str) -> list[str]:
    """A picture’s smaller forms lie beside it, in a folder of its own."""
    return names_in(folder) if folder.count("/") > 1 else []
