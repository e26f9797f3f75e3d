"""Every key that a row is found or deleted by has an index, and the hot queries use theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

KEYS = """
select c.conrelid::regclass::text, c.confrelid::regclass::text, array(
  select a.attname::text from unnest(c.conkey) with ordinality k(n, place)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by place)
from pg_constraint c join pg_class t on t.oid = c.conrelid
where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not t.relispartition
"""
INDEXES = """
select i.indrelid::regclass::text, coalesce(pg_get_expr(i.indpred, i.indrelid), ''), array(
  select coalesce(a.attname::text, '') from unnest(i.indkey::int[]) with ordinality k(n, place)
  left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n order by place)
from pg_index i join pg_class t on t.oid = i.indrelid
where t.relnamespace = 'public'::regnamespace
"""
HANDFUL = "A community has a handful of them."
# What is asked for by the child alone, or rarely enough: each with its reason.
WITHOUT = {
    ("blogs_article", "cover_id"): "Asked of one article; pictures in use are not deleted.",
    (
        "content_thread",
        "space_id",
    ): "A space is deleted only when it is empty: the list of its threads says so.",
    ("launch_stageopening", "stage_id"): HANDFUL,
    ("launch_wave", "stage_id"): HANDFUL,
    ("moderation_case", "space_id"): "A space is deleted only when it is empty.",
    ("notifications_notification", "actor_id"): "Memberships are emptied, and hardly ever deleted.",
    ("roi_importrun", "source_id"): HANDFUL,
    ("roi_ledgerentry", "rate_id"): "Rates are replaced by later ones, and not deleted.",
}


@dataclass(frozen=True)
class Key:
    table: str
    parent: str
    columns: tuple[str, ...]

    @property
    def column(self) -> str:
        return self.columns[-1]


@dataclass(frozen=True)
class Index:
    table: str
    condition: str
    columns: tuple[str, ...]

    def serves(self, key: Key) -> bool:
        """Whether rows are found in it by this key: it begins with the column, or with the community and it."""
        if self.table != key.table:
            return False
        if self.condition and not re.fullmatch(rf"\({key.column} IS NOT NULL\)", self.condition):
            return False
        return self.columns[0] == key.column or set(self.columns[: len(key.columns)]) == set(key.columns)


def read() -> tuple[list[Key], list[Index]]:
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = [Key(table, parent, tuple(columns)) for table, parent, columns in cursor.fetchall()]
        cursor.execute(INDEXES)
        return keys, [
            Index(table, condition, tuple(columns)) for table, condition, columns in cursor.fetchall()
        ]


def test_every_key_to_a_parent_that_may_go_has_an_index() -> None:
    keys, indexes = read()
    by_community = {one.table for one in indexes if one.columns[0] == "community_id" and not one.condition}
    missing = {
        (key.table, key.column)
        for key in keys
        if not any(index.serves(key) for index in indexes)
        # A community goes piece by piece, at night, once (`place/erasing.py`).
        and key.column != "community_id"
        # Memberships are emptied, and hardly ever deleted: then the rows of one community are looked through.
        and not (key.parent == "communities_membership" and key.table in by_community)
    }
    assert missing - set(WITHOUT) == set()
    assert set(WITHOUT) - missing == set(), "has an index now"
