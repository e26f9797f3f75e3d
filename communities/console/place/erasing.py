"""Removing a community whose thirty days are over: its files, then its rows, a bounded piece at a time.

Run inside the community's own walls, so that nothing of another one can be met. Tables are found in the database and
emptied children first: a table that comes later is removed with the rest, without a line here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from communities.content.images import delete_stored_picture
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from communities.stored import Stored, stored
from config.database.prepared import Prepared
from members.aside import go_on

logger = logging.getLogger(__name__)

# Rows, or files, in one transaction: fractions of a second, so that nobody waits behind it.
PIECE = 2000
# What one run does at most for one community; the next goes on where it ended.
BUDGET = 200_000

TABLES = """
select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attname = 'community_id' and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
"""
REFERENCES = """
select distinct conrelid::regclass::text, confrelid::regclass::text from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid
"""
PIECE_OF = """
delete from {table} where community_id = %(community)s and (tableoid, ctid) in (
  select tableoid, ctid from {table} where community_id = %(community)s {order} limit %(most)s)
"""
# What a community has rows in is asked in one go: most have nothing in most tables.
IN_THIS = "select {number} where exists (select from {table} where community_id = %(community)s)"
# The primary keys of tables whose rows refer to rows of them, and the columns by which they do so.
OF_THEIR_OWN = """
select own.conrelid::regclass::text, quote_ident(key.attname), array_agg(distinct quote_ident(a.attname)) filter (
  where a.attname <> 'community_id')
from pg_constraint own
join pg_constraint first on first.conrelid = own.conrelid and first.contype = 'p'
join pg_attribute key on key.attrelid = own.conrelid and key.attnum = first.conkey[1]
join pg_attribute a on a.attrelid = own.conrelid and a.attnum = any(own.conkey)
where own.contype = 'f' and own.confrelid = own.conrelid and own.connamespace = 'public'::regnamespace
group by 1, 2
"""
# What names a community without belonging to it, as what it was made from.
NAMING = """
select con.conrelid::regclass::text, quote_ident(a.attname) from pg_constraint con
join pg_attribute a on a.attrelid = con.conrelid and a.attnum = any(con.conkey) and a.attname <> 'community_id'
where con.contype = 'f' and con.confrelid = 'communities_community'::regclass
  and con.conrelid <> con.confrelid and con.conparentid = 0
"""
FORGET = "update {table} set {column} = null where {column} = %s"
LATER = "select exists (select from {table} where community_id = %s and {column} > {key})"
GONE = "delete from communities_community where id = %s and deletes_at <= %s"
FREE = "update {table} set {column} = null where community_id = %s and {column} > {key}"


class Table(NamedTuple):
    """`key`: the primary key that rows of it refer to by `columns`; empty where they do not."""

    name: str
    key: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tables:
    """Those of communities, each before those that it refers to; looked up once for all that a run removes."""

    ordered: Sequence[Table]
    filled: Prepared
    forget: Sequence[str]

    def in_which(self, community: Community) -> list[Table]:
        """Those in which it has rows."""
        with community_scope(community), _by_indexes() as cursor:
            self.filled.run(cursor, {"community": community.pk})
            return [self.ordered[number] for (number,) in sorted(cursor.fetchall())]


def erase_due(*, budget: int = BUDGET) -> int:
    """Go on removing the communities whose time is over; how many are gone for good. A killed run loses nothing."""
    due = Community.objects.filter(deletes_at__lte=timezone.now()).order_by("deletes_at", "pk")
    communities = {community.pk: community for community in due}
    if not communities:
        return 0
    left, tables = budget, known_tables()

    def erase(pk: int) -> int:
        nonlocal left
        if left <= 0:
            return 0
        done, finished = erase_community(communities[pk], budget=left, tables=tables)
        left -= done
        return finished

    return go_on("community", communities, erase)


def erase_community(
    community: Community, *, budget: int = BUDGET, tables: Tables | None = None
) -> tuple[int, bool]:
    """Remove files and rows of one community, `budget` of them at most; how many went, and whether all are gone."""
    tables = tables or known_tables()
    done, refused = _erase_files(community, budget), False
    while done < budget:
        before = done
        try:
            for went in _erase_all_rows(community, tables, budget - done):
                done += went
            if done == before:
                _erase_itself(community, tables)
                return done, True
        except IntegrityError:
            # Something was written meanwhile where nothing was, by a trigger or by whoever was still at it: that has to
            # go before what it refers to. Twice in a row without anything going, and it does not go.
            if refused and done == before:
                raise
            refused = done == before
        else:
            refused = False
    return done, False


def _erase_itself(community: Community, tables: Tables) -> None:
    with transaction.atomic(), _by_indexes() as cursor:
        for statement in tables.forget:
            cursor.execute(statement, [community.pk])
        # Nothing refers to it any more, which the database sees to: Django would ask each table once more.
        cursor.execute(GONE, [community.pk, timezone.now()])
    forget_all()
    logger.info("community deleted", extra={"community": community.pk, "slug": community.slug})


@contextmanager
def _by_indexes() -> Iterator[CursorWrapper]:
    """A cursor in a transaction whose statements, and the checks of foreign keys, go by indexes. Where one community
    has most of a table the database expects to meet rows of any other at once, and reads all of it to find none."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        yield cursor


def known_tables() -> Tables:
    with connection.cursor() as cursor:
        cursor.execute(OF_THEIR_OWN)
        own = {name: (key, tuple(columns or ())) for name, key, columns in cursor.fetchall()}
        cursor.execute(NAMING)
        forget = [FORGET.format(table=table, column=column) for table, column in cursor.fetchall()]
    ordered = [Table(name, *own.get(name, ())) for name in _children_first()]
    asked = " union all ".join(
        IN_THIS.format(number=number, table=table.name) for number, table in enumerate(ordered)
    )
    return Tables(ordered, Prepared("tables_with_rows", asked), forget)


def _erase_all_rows(community: Community, tables: Tables, most: int) -> Iterator[int]:
    """`most` rows at most; how many went, after each piece, so that what has gone is known whatever refuses to."""
    for table in tables.in_which(community):
        if most <= 0:
            return
        _free_of_later_rows(community, table)
        for went in _erase_rows(community, table, most):
            most -= went
            yield went


def _erase_rows(community: Community, table: Table, most: int) -> Iterator[int]:
    """A piece in each transaction; how many went."""
    done = 0
    # Rows that refer to rows of their own table: the later ones first.
    order = f"order by {table.key} desc" if table.key else ""
    piece_of = PIECE_OF.format(table=table.name, order=order)
    while done < most:
        piece = min(PIECE, most - done)
        with community_scope(community), _by_indexes() as cursor:
            cursor.execute(piece_of, {"community": community.pk, "most": piece})
            went = int(cursor.rowcount)
        done += went
        yield went
        if went < piece:
            break


def _free_of_later_rows(community: Community, table: Table) -> None:
    """Let go of rows of the same table that came later, as of a space that another one was put into: they go first."""
    for column in table.columns:
        named = {"table": table.name, "column": column, "key": table.key}
        with community_scope(community), _by_indexes() as cursor:
            # What is only ever added to refuses any change, even of nothing, and refers to what came before.
            cursor.execute(LATER.format(**named), [community.pk])
            if cursor.fetchone()[0]:
                cursor.execute(FREE.format(**named), [community.pk])


def _children_first() -> list[str]:
    """The tables of communities, each before those that it refers to."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = {row[0] for row in cursor.fetchall()}
        cursor.execute(REFERENCES)
        references = [(child, parent) for child, parent in cursor.fetchall() if {child, parent} <= tables]
    # A parent comes after all that refer to it.
    before: dict[str, set[str]] = {table: set() for table in sorted(tables)}
    for child, parent in references:
        before[parent].add(child)
    while True:
        try:
            return list(TopologicalSorter(before).static_order())
        except CycleError as circle:
            # Tables that refer to each other: one of the two keys says what happens when its parent goes.
            first, second = circle.args[1][:2]
            before[second].discard(first)
            before[first].discard(second)


def _erase_files(community: Community, budget: int) -> int:
    done = 0
    for kind in stored:
        done += _each_piece(community, kind, budget - done)
        if done >= budget:
            return done
    return done + _erase_folder(f"uploads/{community.pk}")


def _each_piece(community: Community, kind: Stored, budget: int) -> int:
    done = 0
    while done < budget:
        with community_scope(community):
            paths = kind.take(community, min(PIECE, budget - done))
            # Before the commit: a run that is killed here finds the paths again.
            _delete_files(paths)
        done += len(paths)
        if not paths:
            break
    return done


def _delete_files(paths: Iterable[str]) -> None:
    for path in paths:
        delete_stored_picture(path)
        default_storage.delete(path)


def _erase_folder(folder: str) -> int:
    """Everything under a folder of the storage; how many files."""
    try:
        folders, files = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return 0
    done = sum(_erase_folder(f"{folder}/{name}") for name in folders)
    for name in files:
        default_storage.delete(f"{folder}/{name}")
    # A file storage keeps empty folders; others know none.
    default_storage.delete(folder)
    return done + len(files)
