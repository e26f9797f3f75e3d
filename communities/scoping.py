"""The tenant wall in Python: every community-owned row is read and written inside one community's scope.

The scope fails closed: outside it any read or write raises, there is no "all communities" scope, and what is
written must belong to the scope's community. It also tells the database (row-level security), which is the
second wall; see docs/decisions/0003-scoping.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn, TypeVar, cast

from django.db import OperationalError, connection, models, transaction
from django.db.models.fields.related import ForeignKey

from communities.exceptions import NoScope, RowsHeld, WrongCommunity
from communities.fields import OwnedForeignKey, OwnedOneToOneField

_active: ContextVar[int | None] = ContextVar("community_id", default=None)


def active_community_id() -> int:
    """The id of the community in scope; raises NoScope outside one."""
    community_id = _active.get()
    if community_id is None:
        raise NoScope("a query on community rows needs `with community_scope(community):` around it")
    return community_id


def in_scope() -> bool:
    return _active.get() is not None


@contextmanager
def community_scope(community: models.Model | int, *, durable: bool = False) -> Iterator[None]:
    """Open one transaction in which only this community's rows exist.

    `durable`: what is written is there for good at its end; raises RuntimeError within another transaction.
    Raises NoScope for None: forgetting the community must never mean "all of them".
    """
    community_id = community if isinstance(community, int) else getattr(community, "pk", None)
    if community_id is None:
        raise NoScope("community_scope() needs a saved community")
    outer = _active.get()
    token = _active.set(community_id)
    begins = not connection.in_atomic_block
    try:
        with transaction.atomic(durable=durable):
            if begins:
                # Nothing is open yet that could read on without a statement, as a cursor does.
                cast("Any", connection).send_with_next(f"set local app.community = '{int(community_id)}'")
            else:
                _tell_database(community_id)
            yield
    finally:
        _active.reset(token)
        # A nested scope shares the transaction, so the setting must go back to what it was.
        if connection.in_atomic_block and not connection.needs_rollback:
            _tell_database(outer)


@contextmanager
def marked_scope(mark: int) -> Iterator[None]:
    """For `communities.reads`: query sets that are made, and never run, with a mark for the community in scope."""
    token = _active.set(mark)
    try:
        yield
    finally:
        _active.reset(token)


def _tell_database(community_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.community', %s, true)",
            ["" if community_id is None else str(community_id)],
        )


_Model = TypeVar("_Model", bound="CommunityOwned")
# What PostgreSQL calls it.
LOCK_NOT_AVAILABLE = "55P03"


class ScopedQuerySet(models.QuerySet[_Model]):
    """Refuses what would write another community's rows past `save()`."""

    def hold_now(self, *, whole: bool = False) -> None:
        """Lock these rows until the transaction ends, without waiting for whoever holds one of them; `whole` also
        against those who only refer to one.

        Raises RowsHeld; what the transaction did since its last savepoint is to be rolled back then.
        """
        rows = self.select_for_update(of=("self",), nowait=True, no_key=not whole).order_by()
        try:
            list(rows.values_list("community"))
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                raise
            raise RowsHeld from error

    def update(self, **changes: Any) -> int:
        _check_changes(self.model, changes)
        return super().update(**changes)

    def bulk_create(self, objs: Iterable[_Model], *args: Any, **options: Any) -> list[_Model]:
        rows = list(objs)
        for row in rows:
            row.check_community()
        return super().bulk_create(rows, *args, **options)

    def bulk_update(self, objs: Iterable[_Model], fields: Iterable[str], **options: Any) -> int:  # type: ignore[override]
        rows = list(objs)
        for row in rows:
            row.check_community()
        return super().bulk_update(rows, fields, **options)

    def raw(self, *args: Any, **options: Any) -> NoReturn:
        raise NoScope("raw SQL on community rows belongs in queries.py, with its community written out")


class ScopedManager(models.Manager[_Model]):
    """Only the rows of the community in scope; raises NoScope outside one."""

    _queryset_class = ScopedQuerySet

    def get_queryset(self) -> ScopedQuerySet[_Model]:
        queryset: ScopedQuerySet[_Model] = super().get_queryset()  # type: ignore[assignment]
        return queryset.filter(community_id=active_community_id())


class CommunityOwned(models.Model):
    """Base of every row that belongs to a community, also when its parent already says so."""

    community = models.ForeignKey("communities.Community", models.CASCADE, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        self.check_community()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        self.check_community()
        return super().delete(*args, **options)

    def check_community(self) -> None:
        """Take the scope's community where none is set; raise WrongCommunity where another one is."""
        community_id = active_community_id()
        own: int | None = self.community_id
        if own is None:
            self.community_id = community_id
        elif own != community_id:
            raise WrongCommunity(f"{type(self).__name__} of community {own} in {community_id}")
        for field in owned_foreign_keys(type(self)):
            # A bare id is checked by the composite key in the database; a loaded object here, sooner.
            if field.is_cached(self):
                _check_value(field, getattr(self, field.name), community_id)


def owned_foreign_keys(
    model: type[models.Model],
) -> Sequence[OwnedForeignKey[Any, Any] | OwnedOneToOneField[Any, Any]]:
    kinds = (OwnedForeignKey, OwnedOneToOneField)
    return [field for field in model._meta.concrete_fields if isinstance(field, kinds)]


def _check_changes(model: type[models.Model], changes: dict[str, Any]) -> None:
    community_id = active_community_id()
    for name, value in changes.items():
        field = model._meta.get_field("community" if name == "community_id" else name)
        if field.name == "community":
            raise WrongCommunity("a row does not change community")
        if isinstance(field, ForeignKey):
            _check_value(field, value, community_id)


def _check_value(field: ForeignKey[Any, Any], value: Any, community_id: int) -> None:
    if isinstance(value, CommunityOwned) and value.community_id != community_id:
        raise WrongCommunity(f"{field.name} belongs to community {value.community_id}, not {community_id}")
