"""Many communities made by SQL: copies of one that was made through the services, with rows of their own.

A copy of the whole installation would take hours through the services; this takes seconds, and is what jobs, pages and
plans are measured on. Works as either role of the database, and inside a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from communities.models import Community
from communities.scoping import CommunityOwned
from members.models import Member

# Numbers of copies begin far above those that rows get from their sequences; each copy has room for so many rows.
FIRST, ROOM = 1_000_000, 1_000


def copy_community(
    community: Community, copies: int, *, first: int = 1, using: str = DEFAULT_DB_ALIAS
) -> range:
    """Make so many copies of a community with all its rows; their numbers (every `ROOM`-th is one). `first` counts on
    from copies that were made before. Needs no scope, and leaves none.

    Using the `owner`, whom no wall stops, rows of all copies are written at once, table by table: that takes half.
    """
    with connections[using].cursor() as cursor:
        copied = [model for model in _in_order() if _keep_rows(cursor, model, community)]
        places = {model: _lowest(cursor, model) for model in copied}
        inserts = [_insert(model, places) for model in copied]
        if using == "owner":
            with transaction.atomic(using=using):
                for insert in inserts:
                    cursor.execute(f"{insert} cross join generate_series({first}, {first + copies - 1}) n")
        else:
            cursor.execute(_one_after_the_other(inserts, first, copies))
        for model in copied:
            cursor.execute(f"drop table copied_{model._meta.db_table}")
    return range(FIRST + first * ROOM, FIRST + (first + copies) * ROOM, ROOM)


def _one_after_the_other(inserts: Iterable[str], first: int, copies: int) -> str:
    """Each copy in its own scope, as the wall asks for."""
    return f"""
        do $$ begin
          for n in {first}..{first + copies - 1} loop
            perform set_config('app.community', ({FIRST} + n * {ROOM})::text, true);
            {" ".join(f"{insert};" for insert in inserts)}
          end loop;
          perform set_config('app.community', '', true);
        end $$
        """


def insert_like(
    cursor: Any,
    table: str,
    which: str,
    source: str,
    told: Mapping[str, Any],
    *,
    order_by: str = "",
    **said: str,
) -> None:
    """Insert a row for each of `source`, like the one row of the table that `which` says, with some columns said in
    SQL; numbers come from their sequences. `told`: values of what is said, as parameters."""
    cursor.execute(
        "select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns"
        " where table_schema = 'public' and table_name = %s and is_generated = 'NEVER' and column_name <> all(%s)",
        [table, [*said, "id"]],
    )
    same = cursor.fetchone()[0]
    alike = ", ".join(f"alike.{name}" for name in same.split(", "))
    last = f" order by {order_by}" if order_by else ""
    cursor.execute(
        f"insert into {table} ({same}, {', '.join(said)}) select {alike}, {', '.join(said.values())}"
        f" from (select * from {table} where {which}) alike cross join {source}{last}",
        told,
    )


def _in_order() -> Iterable[type[models.Model]]:
    """Community and accounts, then what belongs to a community, parents first."""
    owned = [
        model for model in apps.get_models() if issubclass(model, CommunityOwned) and model._meta.managed
    ]
    sorter: TopologicalSorter[type[models.Model]] = TopologicalSorter()
    for model in (Community, Member, *owned):
        sorter.add(model, *(parent for parent in _parents(model) if parent is not model))
    return list(sorter.static_order())


def _parents(model: type[models.Model]) -> Iterable[type[models.Model]]:
    for field in model._meta.concrete_fields:
        if field.remote_field is None or model is Member or (model is Community):
            continue
        if issubclass(field.remote_field.model, CommunityOwned) or field.remote_field.model in (
            Community,
            Member,
        ):
            yield field.remote_field.model


def _keep_rows(cursor: Any, model: type[models.Model], community: Community) -> bool:
    """Lay the rows of the one that is copied beside: in a copy’s scope they cannot be seen. Whether there are any."""
    table = model._meta.db_table
    # Names of tables come from our models, everywhere in this module.
    if model is Community:
        rows = "select * from communities_community where id = %(id)s"
    elif model is Member:
        rows = """select p.* from members_member p
          join communities_membership m on m.member_id = p.id and m.community_id = %(id)s"""
    else:
        rows = f"select * from {table} where community_id = %(id)s"
    cursor.execute("select set_config('app.community', %s, false)", [str(community.pk)])
    cursor.execute(f"create temporary table copied_{table} as {rows}", {"id": community.pk})
    cursor.execute("select set_config('app.community', '', false)")
    cursor.execute(f"select exists (select from copied_{table})")
    found: bool = cursor.fetchone()[0]
    if not found:
        cursor.execute(f"drop table copied_{table}")
    return found


def _lowest(cursor: Any, model: type[models.Model]) -> int:
    field = model._meta.pk
    if not isinstance(field, models.AutoField | models.BigAutoField):
        return 0
    cursor.execute(f"select min({field.column}) from copied_{model._meta.db_table}")
    return int(cursor.fetchone()[0])


def _numbered(model: type[models.Model]) -> type[models.Model]:
    """Whose numbers its rows have: those of another table where the key is one of that one’s rows."""
    key = model._meta.pk
    return _numbered(key.remote_field.model) if key.remote_field is not None else model


def _insert(model: type[models.Model], places: dict[type[models.Model], int]) -> str:
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    values = {field.column: _value(model, field, places) for field in fields}
    names, told = ", ".join(f'"{name}"' for name in values), ", ".join(values.values())
    return f"insert into {table} ({names}) select {told} from copied_{table} old"


def _value(
    model: type[models.Model], field: models.Field[Any, Any], places: dict[type[models.Model], int]
) -> str:
    """How a copy says it: its own numbers, and what must be once in the installation made so."""
    column = f'old."{field.column}"'
    whose = model if field.primary_key and field.remote_field is None else None
    if field.remote_field is not None and field.remote_field.model in places:
        whose = _numbered(field.remote_field.model)
    if whose is not None and whose in places and isinstance(field, models.AutoField | models.ForeignKey):
        return f"{column} - {places[whose]} + {FIRST} + n * {ROOM}"
    if isinstance(field, models.UUIDField) and not field.null:
        return "gen_random_uuid()"
    if (model, field.name) in ((Community, "slug"), (Member, "email")):
        return f"n || '-' || {column}"
    return column
