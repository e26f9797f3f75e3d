"""A read compiled once: the SQL of a query set is taken from it the first time, and run with other values afterwards.

Building a query set and its text costs Python many times what the statement costs the database. The query set stays
the one place that says what is read: visibility is `visible_to` and `reachable_by`, the community is the scope's. Its
text is kept for each shape of the values (how many spaces, a member or a visitor); rows become instances directly.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, ValuesListIterable

from communities.drawing import Drawing, current
from communities.found import Found, Told
from communities.read_json import other_converters
from communities.read_uuids import leave_uuids, uuid_converters
from communities.scoping import active_community_id, marked_scope

logger = logging.getLogger(__name__)

Row = TypeVar("Row")
Make = Callable[[Sequence[Any]], Any]

_VALUES = frozenset({int, str, datetime.datetime, uuid.UUID})
# Values that no row has stand for the values of a read while its text is made. Sums with them are recognised: a page
# ends so many places after its first.
_INTEGER, _STEP = 1_500_000_000, 10_000
_DAY = datetime.datetime(1950, 1, 1, tzinfo=datetime.UTC)
# Shapes kept of one read. Communities differ in how many spaces they have, and people in how many they read.
MOST_SHAPES = 512


class NotOneText(Exception):
    """The text of a read depends on more than the shape of its values, so it cannot be compiled once."""


class _Slot(NamedTuple):
    """A parameter that is filled at each run: the number of a value, and what is added to it."""

    value: int
    plus: int


class _Compiled(NamedTuple):
    """One text with its parameters, and how a row of its answer becomes an instance."""

    text: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...]
    make: Make
    columns: dict[str, int]
    lists: tuple[int, ...]


class CompiledRead(Generic[Row]):
    """`CompiledRead(build)(*values)` is `list(build(*values))`, at a fraction of its cost.

    `build` makes a query set of instances, or of tuples, from whole numbers, texts, moments, UUIDs, None, and tuples or
    frozen dataclasses of them (a `Viewer`); true and false may choose between forms of it. It must not look at a value
    otherwise than to pass it on, or to ask whether it is None or empty. One that does, as far as it shows, is logged
    and stays a query set. Tuples hold nothing twice: a query set says it once.
    """

    # Whether a read that is more than one text raises, as it does in tests; otherwise it is logged.
    is_strict = False

    def __init__(self, build: Callable[..., QuerySet[Any]], *, noted: bool = True) -> None:
        # Not noted: what pages that are kept know as a fact (`communities.memory`, told).
        self.build, self.noted = build, noted
        self._shapes: dict[Any, _Compiled | None] = {}

    def __call__(self, *values: Any) -> list[Row]:
        try:
            compiled, flat = self._for(values)
        except NotOneText as refusal:
            return list(self._itself(values, refusal))
        return [] if compiled is None else list(map(compiled.make, _rows(compiled, flat, self.noted)))

    def found(self, *values: Any) -> Sequence[Row]:
        """The same, as `Found`, whose instances are made when they are asked for; a list where it stays a query set."""
        try:
            compiled, flat = self._for(values)
        except NotOneText as refusal:
            return list(self._itself(values, refusal))
        if compiled is None:
            return Found(())

        def make(row: Sequence[Any]) -> Row:
            made: Row = compiled.make(_converted(row, compiled, connection))
            return made

        return Found([Told(row, compiled.columns, compiled.lists, make) for row in _read(compiled, flat)])

    def first(self, *values: Any) -> Row | None:
        """The first row of a read that asks for one."""
        return next(iter(self(*values)), None)

    def count(self, *values: Any) -> int:
        """How many rows there are, counted by the database."""
        try:
            compiled, flat = self._for(values)
        except NotOneText as refusal:
            return self._itself(values, refusal).count()
        if compiled is None:
            return 0
        text = f"select count(*) from ({compiled.text}) counted"  # noqa: S608 - our own text
        [[count]] = _rows(compiled._replace(text=text, converters=()), flat)
        return int(count)

    def _itself(self, values: Sequence[Any], refusal: NotOneText) -> QuerySet[Any]:
        """The query set, for values whose text is another one: right, and slower."""
        if self.is_strict:
            raise refusal
        logger.error("%s is not one text", self.build.__qualname__, exc_info=refusal)
        return self.build(*values)

    def _for(self, values: Sequence[Any]) -> tuple[_Compiled | None, list[Any]]:
        flat: list[Any] = [active_community_id()]
        shape = tuple([_flatten(value, flat) for value in values])
        try:
            return self._shapes[shape], flat
        except KeyError:
            return self._compile(shape, values, flat), flat

    def _compile(self, shape: Any, values: Sequence[Any], flat: Sequence[Any]) -> _Compiled | None:
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.clear()
        count = iter(range(1, len(flat)))
        marked = [_marked(value, count) for value in values]
        with marked_scope(_mark_of(0, 0)):
            compiled = _text_of(self.build(*marked), _slot_of)
        # The same made from the values themselves must be what the text says with them filled in.
        direct = _text_of(self.build(*values), _as_it_is)
        if compiled is None or direct is None:
            if compiled is not direct:
                raise NotOneText(self.build.__qualname__)
        elif not _is_filled_to(direct, compiled, flat):
            raise NotOneText(self.build.__qualname__)
        self._shapes[shape] = compiled
        return compiled


def _flatten(value: Any, into: list[Any]) -> Any:
    """Put what can be a parameter on the list, and return the shape that it leaves."""
    kind = type(value)
    if kind in _VALUES:
        into.append(value)
        return kind
    if value is None or kind is bool:
        return value
    if kind is tuple:
        return tuple([_flatten(one, into) for one in value])
    if is_dataclass(value):
        return kind, *[_flatten(one, into) for one in _parts(value)]
    raise TypeError(f"{kind.__name__} is no value of a compiled read")


def _parts(value: Any) -> list[Any]:
    return [getattr(value, name) for name in _names(type(value))]


_field_names: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    names = _field_names.get(kind)
    if names is None:
        names = _field_names[kind] = tuple(field.name for field in fields(kind))
    return names


def _marked(value: Any, count: Any) -> Any:
    """The value with a mark in the place of each that `_flatten` has put on its list, in the same order."""
    kind = type(value)
    if kind in _VALUES:
        return _mark_of(next(count), value)
    if kind is tuple:
        return tuple([_marked(one, count) for one in value])
    if value is None or kind is bool:
        return value
    return kind(*[_marked(one, count) for one in _parts(value)])


def _mark_of(number: int, value: Any) -> Any:
    if isinstance(value, int):
        return _INTEGER + number * _STEP
    if isinstance(value, str):
        return f"\ue001{number}\ue001"
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=number)
    return _DAY + datetime.timedelta(days=number)


def _slot_of(parameter: Any) -> Any:
    if isinstance(parameter, int) and parameter >= _INTEGER:
        return _Slot(*divmod(parameter - _INTEGER, _STEP))
    if isinstance(parameter, str) and parameter[:1] == parameter[-1:] == "\ue001":
        return _Slot(int(parameter[1:-1]), 0)
    if isinstance(parameter, uuid.UUID):
        return _Slot(parameter.int, 0)
    if isinstance(parameter, datetime.datetime) and parameter.year == _DAY.year:
        return _Slot((parameter - _DAY).days, 0)
    return parameter


def _is_filled_to(direct: _Compiled, compiled: _Compiled, flat: Sequence[Any]) -> bool:
    """Whether the text says the same once its values are in; what is fixed in it must be fit for a key."""
    is_fixed = all(isinstance(parameter, Hashable) for parameter in compiled.parameters)
    return is_fixed and direct.text == compiled.text and _filled(compiled, flat) == list(direct.parameters)


def _filled(compiled: _Compiled, flat: Sequence[Any]) -> list[Any]:
    return [
        (flat[one.value] + one.plus if one.plus else flat[one.value]) if type(one) is _Slot else one
        for one in compiled.parameters
    ]


def _rows(compiled: _Compiled, flat: Sequence[Any], noted: bool = True) -> Iterable[Sequence[Any]]:
    rows = _read(compiled, flat) if noted else _asked(compiled, flat)
    if not compiled.converters:
        return rows
    return [_converted(row, compiled, connection) for row in rows]


def _read(compiled: _Compiled, flat: Sequence[Any]) -> list[Any]:
    """The rows as the database gives them, noted for the page that is drawn from them."""
    drawing = current()
    if drawing is None:
        return _asked(compiled, flat)
    # Two reads may have one text, and differ by what never changes in each: a state, a kind.
    rows = drawing.at_hand.pop((compiled.text, compiled.parameters, tuple(flat)), None)
    if rows is None:
        drawing.is_reading = True
        try:
            rows = _asked(compiled, flat)
        finally:
            drawing.is_reading = False
    drawing.note(compiled, flat, rows)
    return rows


def _asked(compiled: _Compiled, flat: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        leave_uuids(cursor)
        cursor.execute(compiled.text, _filled(compiled, flat))
        return cursor.fetchall()  # type: ignore[no-any-return]


def reads_the_same(kept: Sequence[tuple[Any, tuple[Any, ...], list[Any]]], now: Drawing) -> bool:
    """Whether the reads of a page find what they found when it was drawn. What was read stays at hand for drawing it
    anew.
    """
    for compiled, flat, rows in kept:
        # In the scope that asks, whatever was noted.
        found = _asked(compiled, [active_community_id(), *flat[1:]])
        now.at_hand[compiled.text, compiled.parameters, flat] = found
        if found != rows:
            return False
    return True


def _converted(row: Sequence[Any], compiled: _Compiled, connection: Any) -> list[Any]:
    values = list(row)
    for place, converters, expression in compiled.converters:
        value = values[place]
        for convert in converters:
            value = convert(value, expression, connection)
        values[place] = value
    return values


def _as_it_is(parameter: Any) -> Any:
    return parameter


def _text_of(rows: QuerySet[Any], see: Callable[[Any], Any]) -> _Compiled | None:
    """What the query set would send; None where it knows that nothing can be found."""
    kind, beside = rows._iterable_class, rows._prefetch_related_lookups  # type: ignore[attr-defined]
    if kind not in (ModelIterable, ValuesListIterable) or beside or rows._known_related_objects:  # type: ignore[attr-defined]
        raise TypeError("a compiled read makes instances or tuples, with nothing fetched beside them")
    compiler = rows.query.get_compiler(using="default")
    try:
        text, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    converters = uuid_converters(compiler.select) | other_converters(compiler)
    columns = _columns_of(compiler) if kind is ModelIterable else {}
    return _Compiled(
        text,
        tuple(see(parameter) for parameter in parameters),
        tuple((place, *found) for place, found in converters.items()),
        _maker_of(compiler) if kind is ModelIterable else tuple,
        columns,
        tuple([p for p in columns.values() if isinstance(compiler.select[p][0].output_field, ArrayField)]),
    )


def _columns_of(compiler: Any) -> dict[str, int]:
    """Where each column is in a row, by its name; those of what was read beside it by `author.handle`."""

    def named(info: dict[str, Any], before: str) -> Iterator[tuple[str, int]]:
        for place in info["select_fields"]:
            yield f"{before}{compiler.select[place][0].target.attname}", place
        for one in info.get("related_klass_infos") or ():
            yield from named(one, f"{before}{one['field'].name}.")

    return dict(named(compiler.klass_info, "")) | (compiler.annotation_col_map or {})


def _maker_of(compiler: Any) -> Make:
    """From a row of the answer to an instance with what was read beside it."""
    make = _instances(compiler.klass_info, compiler.select)
    beside = tuple((compiler.annotation_col_map or {}).items())
    if not beside:
        return make

    def make_with_more(row: Sequence[Any]) -> Any:
        instance = make(row)
        values = instance.__dict__
        for name, place in beside:
            values[name] = row[place]
        return instance

    return make_with_more


def _instances(info: dict[str, Any], select: Sequence[Any]) -> Make:
    model = info["model"]
    places = info["select_fields"]
    plain = _plain_instances(model, [(select[place][0].target.attname, place) for place in places])
    related = [_related(one, select) for one in info.get("related_klass_infos") or ()]
    if not related:
        return plain

    def make(row: Sequence[Any]) -> Any:
        instance = plain(row)
        for attach in related:
            attach(instance, row)
        return instance

    return make


def _related(info: dict[str, Any], select: Sequence[Any]) -> Callable[[Any, Sequence[Any]], None]:
    make = _instances(info, select)
    number = info["model"]._meta.pk.attname
    key = next(place for place in info["select_fields"] if select[place][0].target.attname == number)
    here, there = info["local_setter"], info["remote_setter"]

    def attach(instance: Any, row: Sequence[Any]) -> None:
        if row[key] is None:
            here(instance, None)
            return
        other = make(row)
        here(instance, other)
        there(other, instance)

    return attach


def _plain_instances(model: type[models.Model], columns: list[tuple[str, int]]) -> Make:
    """As `Model.from_db` makes them. A model that reads its rows in a way of its own says so by `columns_read` and
    `settle_read` (see communities.terms).
    """
    settle = getattr(model, "settle_read", None)
    if settle is not None:
        kept = model.columns_read([name for name, _place in columns])  # type: ignore[attr-defined]
        columns = [column for column in columns if column[0] in kept]
        settle = settle if model.settles(kept) else None  # type: ignore[attr-defined]
    elif "from_db" in {
        name for kind in model.__mro__[:-2] for name in vars(kind) if kind is not models.Model
    }:
        raise TypeError(f"{model.__name__} reads its rows in a way of its own")
    new, names, places = model.__new__, [name for name, _ in columns], [place for _, place in columns]
    first, last = places[0], places[-1] + 1
    in_one = places == list(range(first, last))

    def make(row: Sequence[Any]) -> Any:
        instance = new(model)
        state = ModelState()
        state.db, state.adding = "default", False
        values = row[first:last] if in_one else [row[place] for place in places]
        instance.__dict__ = dict(zip(names, values, strict=True), _state=state)
        if settle is not None:
            settle(instance)
        return instance

    return make
