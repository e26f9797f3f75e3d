"""The values of compiled reads: what of them is a parameter, and what changes the text."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

_VALUES = frozenset({int, str, datetime.datetime, uuid.UUID})
# Values that no row has stand for the values of a read while its text is made. Sums with them are recognised: a page
# ends so many places after its first.
_INTEGER, _STEP = 1_500_000_000, 10_000
_DAY = datetime.datetime(1950, 1, 1, tzinfo=datetime.UTC)


class Slot(NamedTuple):
    """A parameter that is filled at each run: the number of a value, and what is added to it."""

    value: int
    plus: int


def flatten(value: Any, into: list[Any]) -> Any:
    """Put what can be a parameter on the list, and return the shape that it leaves."""
    kind = type(value)
    if kind in _VALUES:
        into.append(value)
        return kind
    if value is None or kind is bool:
        return value
    if kind is tuple:
        return tuple([flatten(one, into) for one in value])
    if is_dataclass(value):
        return kind, *[flatten(one, into) for one in _parts(value)]
    raise TypeError(f"{kind.__name__} is no value of a compiled read")


def _parts(value: Any) -> list[Any]:
    return [getattr(value, name) for name in _names(type(value))]


_field_names: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    names = _field_names.get(kind)
    if names is None:
        names = _field_names[kind] = tuple(field.name for field in fields(kind))
    return names


def marked_as(value: Any, count: Any) -> Any:
    """The value with a mark in the place of each that `flatten` has put on its list, in the same order."""
    kind = type(value)
    if kind in _VALUES:
        return mark_of(next(count), value)
    if kind is tuple:
        return tuple([marked_as(one, count) for one in value])
    if value is None or kind is bool:
        return value
    return kind(*[marked_as(one, count) for one in _parts(value)])


def mark_of(number: int, value: Any) -> Any:
    if isinstance(value, int):
        return _INTEGER + number * _STEP
    if isinstance(value, str):
        return f"\ue001{number}\ue001"
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=number)
    return _DAY + datetime.timedelta(days=number)


def slot_of(parameter: Any) -> Any:
    if isinstance(parameter, int) and parameter >= _INTEGER:
        return Slot(*divmod(parameter - _INTEGER, _STEP))
    if isinstance(parameter, str) and parameter[:1] == parameter[-1:] == "\ue001":
        return Slot(int(parameter[1:-1]), 0)
    if isinstance(parameter, uuid.UUID):
        return Slot(parameter.int, 0)
    if isinstance(parameter, datetime.datetime) and parameter.year == _DAY.year:
        return Slot((parameter - _DAY).days, 0)
    return parameter
