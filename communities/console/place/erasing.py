"""Removing a community whose thirty days are over: its files, then its rows, a bounded piece at a time.

Run inside the community's own walls, so that nothing of another one can be met. Tables are found in the database and
emptied children first: a table that comes later is removed with the rest, without a line here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from communities.content.images import delete_stored_picture
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from communities.stored import Stored, stored
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
LATER = "select exists (select from {table} where community_id = %s and {column} > {key})"
FREE = "update {table} set {column} = null where community_id = %s and {column} > {key}"


def erase_due(*, budget: int = BUDGET) -> int:
    """Go on removing the communities whose time is over; how many are gone for good. A killed run loses nothing."""
    due = Community.objects.filter(deletes_at__lte=timezone.now()).order_by("deletes_at", "pk")
    communities = {community.pk: community for community in due}
    left = budget

    def erase(pk: int) -> int:
        nonlocal left
        if left <= 0:
            return 0
        done, finished = erase_community(communities[pk], budget=left)
        left -= done
        return finished

    return go_on("community", communities, erase)


def erase_community(community: Community, *, budget: int = BUDGET) -> tuple[int, bool]:
    """Remove files and rows of one community, `budget` of them at most; how many went, and whether all are gone."""
    done = _erase_files(community, budget)
    for table in _children_first():
        if done < budget:
            _free_of_later_rows(community, table)
        while done < budget:
            went = _erase_piece(community, table, min(PIECE, budget - done))
            done += went
            if not went:
                break
        if done >= budget:
            return done, False
    with transaction.atomic():
        Community.objects.filter(pk=community.pk, deletes_at__lte=timezone.now()).delete()
    forget_all()
    logger.info("community deleted", extra={"community": community.pk, "slug": community.slug})
    return done, True


def _erase_piece(community: Community, table: str, most: int) -> int:
    with community_scope(community), connection.cursor() as cursor:
        # Rows that refer to rows of their own table: the later ones first.
        key = _key_that_its_rows_refer_to(table)
        order = f"order by {key} desc" if key else ""
        cursor.execute(PIECE_OF.format(table=table, order=order), {"community": community.pk, "most": most})
        return int(cursor.rowcount)


def _free_of_later_rows(community: Community, table: str) -> None:
    """Let go of rows of the same table that came later, as of a space that another one was put into: they go first."""
    key = _key_that_its_rows_refer_to(table)
    for column in _columns_of_its_own(table) if key else ():
        named = {"table": table, "column": column, "key": key}
        with community_scope(community), connection.cursor() as cursor:
            # What is only ever added to refuses any change, even of nothing, and refers to what came before.
            cursor.execute(LATER.format(**named), [community.pk])
            if cursor.fetchone()[0]:
                cursor.execute(FREE.format(**named), [community.pk])


def _columns_of_its_own(table: str) -> list[str]:
    """The columns by which rows of a table refer to rows of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct quote_ident(a.attname) from pg_constraint own join pg_attribute a"
            " on a.attrelid = own.conrelid and a.attnum = any(own.conkey) where own.contype = 'f'"
            " and own.conrelid = %s::regclass and own.confrelid = own.conrelid and a.attname <> 'community_id'",
            [table],
        )
        return [row[0] for row in cursor.fetchall()]


def _key_that_its_rows_refer_to(table: str) -> str:
    """The primary key of a table whose rows refer to rows of it; empty for all others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select quote_ident(a.attname) from pg_constraint own join pg_attribute a on a.attrelid = own.conrelid"
            " and a.attnum = own.conkey[1] where own.contype = 'p' and own.conrelid = %s::regclass and exists ("
            "select 1 from pg_constraint where contype = 'f' and conrelid = own.conrelid and confrelid = conrelid)",
            [table],
        )
        found = cursor.fetchone()
        return str(found[0]) if found else ""


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
