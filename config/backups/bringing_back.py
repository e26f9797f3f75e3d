"""Bringing one community back, into an installation where it is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg2 import sql

from communities.console.operator.backups import Manifest, read_manifest
from communities.files import in_store
from config.backups import programs, sums
from config.backups.one_community import ACCOUNTS, ADDRESSES, WHOLE, columns_of, in_order
from config.backups.pictures import forget, store
from config.backups.restoring import MEDIA, RestoreRefused, Say, check_sums

COMING = ".coming-community"
EVENTS = "capture_event"
KEY = """
select a.attname from pg_index i
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
where i.indrelid = %s::regclass and i.indisprimary order by array_position(i.indkey::int[], a.attnum::int)
"""
# Columns that lead to an account.
TO_ACCOUNTS = """
select t.relname, a.attname from pg_constraint c join pg_class t on t.oid = c.conrelid
join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
where c.contype = 'f' and c.confrelid = 'public.members_member'::regclass and cardinality(c.conkey) = 1
"""


@dataclass
class _Return:
    """One community on its way back: its rows lie in temporary tables until all is known to fit."""

    cursor: Any
    folder: Path
    manifest: Manifest
    say: Callable[[str], object]
    accounts: dict[int, int] = field(default_factory=dict)

    def go(self) -> None:
        self._refuse_what_stands()
        for table in self.manifest.tables:
            self._load_aside(table)
        self._refuse_taken_numbers()
        self._settle_accounts()
        self.say("Writing the rows")
        self._make_months()
        for table in self._in_order():
            if table not in (ACCOUNTS, ADDRESSES):
                self._insert(table)
        self._raise_counters()
        self._compare()

    def _refuse_what_stands(self) -> None:
        told = self.manifest
        self.cursor.execute(
            "select name from public.communities_community where id = %s or slug = %s",
            [told.community_id, told.slug],
        )
        if found := self.cursor.fetchone():
            raise RestoreRefused(
                f"“{found[0]}” stands here, with the number or the address of {told.community}. A backup of one"
                " community comes back only where it is absent: delete it first, or restore elsewhere."
            )
        for table, one in told.tables.items():
            present = columns_of(self.cursor, table) if self._exists(table) else ()
            if missing := [column for column in one.columns if column not in present]:
                raise RestoreRefused(
                    f"{table} has no column {missing[0]} in this release. Restore with the release of the backup,"
                    " then upgrade."
                )

    def _load_aside(self, table: str) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.manifest.tables[table].columns))
        self.cursor.execute(
            sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
                _aside(table), columns, sql.Identifier("public", table)
            )
        )
        with (self.folder / f"{table}.copy").open("rb") as file:
            self.cursor.copy_expert(sql.SQL("copy {} from stdin").format(_aside(table)), file)

    def _refuse_taken_numbers(self) -> None:
        """Numbers are given once in an installation; another one may have given them to somebody else."""
        for table in self.manifest.tables:
            if table in (ACCOUNTS, ADDRESSES):
                continue
            self.cursor.execute(KEY, [f"public.{table}"])
            key = sql.SQL(", ").join(sql.Identifier(name) for (name,) in self.cursor.fetchall())
            self.cursor.execute(
                sql.SQL("select exists(select from {} join {} using ({}))").format(
                    _aside(table), sql.Identifier("public", table), key
                )
            )
            if self.cursor.fetchone()[0]:
                raise RestoreRefused(
                    f"Numbers of this backup belong to another community here (in {table}). It comes back into the"
                    " installation that it was made in, or into an empty one."
                )

    def _settle_accounts(self) -> None:
        """An account that is here, known by its address, stays as it is; others are made, operators no more."""
        # Numbers that are given out meanwhile are above all those that come back.
        self.cursor.execute(
            sql.SQL(
                "select setval(s, greatest((select last_value from {}), (select coalesce(max(id), 1) from {})))"
                " from pg_get_serial_sequence('public.members_member', 'id') s"
            ).format(sql.Identifier("public", "members_member_id_seq"), _aside(ACCOUNTS))
        )
        self.cursor.execute(
            sql.SQL(
                "select a.id, here.id, exists(select from public.members_member m where m.id = a.id)"
                " from {} a left join public.members_member here on lower(here.email) = lower(a.email)"
            ).format(_aside(ACCOUNTS))
        )
        for old, here, taken in self.cursor.fetchall():
            self.accounts[old] = here or (self._new_number() if taken else old)
            if not here:
                self._make_account(old)
        moved = {old: new for old, new in self.accounts.items() if old != new}
        self.cursor.execute(TO_ACCOUNTS)
        for table, column in self.cursor.fetchall():
            if table in self.manifest.tables and column in self.manifest.tables[table].columns:
                self._rename(table, column, moved)

    def _make_account(self, old: int) -> None:
        columns = [name for name in self.manifest.tables[ACCOUNTS].columns if name != "id"]
        told = [
            sql.SQL("false") if name in ("is_operator", "is_superuser") else sql.Identifier(name)
            for name in columns
        ]
        self.cursor.execute(
            sql.SQL("insert into public.members_member (id, {}) select {}, {} from {} where id = {}").format(
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.Literal(self.accounts[old]),
                sql.SQL(", ").join(told),
                _aside(ACCOUNTS),
                sql.Literal(old),
            )
        )
        self.cursor.execute(
            sql.SQL(
                'insert into public.account_emailaddress (user_id, email, verified, "primary")'
                ' select {}, email, verified, "primary" from {} one where user_id = {} and not exists'
                " (select from public.account_emailaddress e where lower(e.email) = lower(one.email) and e.verified)"
            ).format(sql.Literal(self.accounts[old]), _aside(ADDRESSES), sql.Literal(old))
        )

    def _rename(self, table: str, column: str, moved: dict[int, int]) -> None:
        if not moved:
            return
        self.cursor.execute(
            sql.SQL(
                "update {0} set {1} = new from unnest(%s::bigint[], %s::bigint[]) as of(old, new) where {1} = old"
            ).format(_aside(table), sql.Identifier(column)),
            [list(moved), list(moved.values())],
        )

    def _new_number(self) -> int:
        self.cursor.execute("select nextval(pg_get_serial_sequence('public.members_member', 'id'))")
        return int(self.cursor.fetchone()[0])

    def _make_months(self) -> None:
        """Events lie in a partition for each month, which must be there."""
        if EVENTS in self.manifest.tables:
            self.cursor.execute(
                sql.SQL(
                    "select public.make_event_month(m) from"
                    " (select distinct date_trunc('month', occurred_at at time zone 'UTC') at time zone 'UTC' m"
                    " from {}) months"
                ).format(_aside(EVENTS))
            )

    def _in_order(self) -> list[str]:
        """Each after those that it refers to; the manifest is sorted by name."""
        return in_order(self.cursor, list(self.manifest.tables))

    def _insert(self, table: str) -> None:
        columns = sql.SQL(", ").join(map(sql.Identifier, self.manifest.tables[table].columns))
        self.cursor.execute(
            sql.SQL("insert into {} ({}) overriding system value select {} from {}").format(
                sql.Identifier("public", table), columns, columns, _aside(table)
            )
        )

    def _raise_counters(self) -> None:
        """The next row gets a number that is free."""
        for table in self.manifest.tables:
            self.cursor.execute(
                "select attname, pg_get_serial_sequence(%s, attname) from pg_attribute"
                " where attrelid = %s::regclass and attnum > 0 and attidentity <> ''",
                [f"public.{table}"] * 2,
            )
            for column, sequence in self.cursor.fetchall():
                self.cursor.execute(
                    sql.SQL(
                        "select setval({0}, greatest((select last_value from {1}),"
                        " (select coalesce(max({2}), 1) from {3})))"
                    ).format(
                        sql.Literal(sequence),
                        sql.Identifier(*sequence.split(".")),
                        sql.Identifier(column),
                        sql.Identifier("public", table),
                    )
                )

    def _compare(self) -> None:
        """Every table of the community again, by count and by digest; accounts only moved are another matter."""
        own = sql.Literal(self.manifest.community_id)
        wrong = []
        for table, expected in self.manifest.tables.items():
            if table in (ACCOUNTS, ADDRESSES):
                continue
            key = sql.Identifier("id" if table == WHOLE else "community_id")
            columns = sql.SQL(", ").join(map(sql.Identifier, expected.columns))
            rows = sql.SQL("select {} from {} where {} = {}").format(
                columns, sql.Identifier("public", table), key, own
            )
            found = sums.sum_of(self.cursor, rows)
            moved = any(old != new for old, new in self.accounts.items())
            if found.rows != expected.rows or (found.digest != expected.digest and not moved):
                wrong.append(f"{table}: {found.rows} rows of {expected.rows}")
        if wrong:
            raise RestoreRefused(
                "It would not be as it was: " + "; ".join(wrong[:20]) + ". Nothing was changed."
            )

    def _exists(self, table: str) -> bool:
        self.cursor.execute("select to_regclass(%s) is not null", [f"public.{table}"])
        return bool(self.cursor.fetchone()[0])


def restore_community(folder: Path, *, say: Say = bool) -> Manifest:
    """Bring one community back with the accounts of its people, everything or nothing; others do not notice.

    Raises RestoreRefused where it stands, where its numbers are taken, or where the release knows other columns.
    """
    manifest = read_manifest(folder)
    if manifest.community_id is None:
        raise RestoreRefused(
            f"{folder} is a backup of the whole installation: restore it without --community"
        )
    check_sums(folder, manifest)
    root = Path(settings.MEDIA_ROOT)
    coming = root / COMING
    shutil.rmtree(coming, ignore_errors=True)
    coming.mkdir(parents=True)
    try:
        packed = sums.unpack(folder / MEDIA, into=coming)
        if packed.digest != manifest.sums["pictures"]:
            raise RestoreRefused("The pictures of this backup are damaged. Nothing was changed.")
        with programs.as_owner() as cursor:
            _Return(cursor, folder, manifest, say).go()
            # Within the transaction: a disk that is full leaves no rows without pictures.
            _move_pictures(coming, root)
    finally:
        shutil.rmtree(coming, ignore_errors=True)
    return manifest


def _move_pictures(coming: Path, root: Path) -> None:
    names = [str(one.relative_to(coming)) for one in sorted(coming.rglob("*")) if one.is_file()]
    if in_store():
        _store_pictures(coming, names)
        return
    for name in names:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (coming / name).replace(target)


def _store_pictures(coming: Path, names: list[str]) -> None:
    """Raises OSError where the store does not take them; then those that had come are gone again."""
    try:
        for name in names:
            with (coming / name).open("rb") as file:
                store(name, file)
    except BaseException:
        # The community was absent: nobody else has these.
        forget(names)
        raise


def _aside(table: str) -> sql.Composable:
    return sql.Identifier("pg_temp", table)
