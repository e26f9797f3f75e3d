"""Numbers of an export: each row that another one leads to gets its place among the rows of its table.

They tell nothing of the installation, and a place that was brought over and exported again has the same ones. In memory
they take eight bytes a row.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from django.db import models

from communities.portable import Portable, tables


def portable_tables() -> list[Portable]:
    """What travels, each after those that it refers to; the order follows from the models alone."""
    declared = {
        one.model: one for one in sorted(tables, key=lambda one: one.name) if isinstance(one, Portable)
    }
    waits: dict[Any, list[Any]] = {
        model: [to for to in _parents(model) if to in declared and to is not model] for model in declared
    }
    return [declared[model] for model in TopologicalSorter(waits).static_order()]


def _parents(model: type[models.Model]) -> Iterable[type[models.Model]]:
    return [
        parent_of(field)
        for field in model._meta.concrete_fields
        if field.is_relation and field.name != "community"
    ]


def parent_of(field: models.Field[Any, Any]) -> type[models.Model]:
    """The table that a key leads to."""
    parent: Any = field.related_model
    found: type[models.Model] = parent
    return found


def numbered(model: type[models.Model]) -> type[models.Model]:
    """The table whose numbers lead to a row: that of its key, where the key is another row’s."""
    key: Any = model._meta.pk
    while key is not None and key.is_relation:
        model = key.related_model
        key = model._meta.pk
    return model


def has_number(model: type[models.Model]) -> bool:
    return isinstance(numbered(model)._meta.pk, models.IntegerField)


def named_tables() -> list[type[models.Model]]:
    """Tables whose rows need numbers: others lead to them, by keys or otherwise."""
    declared = [one for one in tables if isinstance(one, Portable)]
    travels = {one.model for one in declared}
    led_to = {numbered(to) for one in declared for to in _parents(one.model) if to in travels}
    led_to |= {one.model for one in declared if one.named}
    return sorted(
        (one for one in led_to if has_number(one) and one in travels), key=lambda one: one._meta.label
    )


class Numbers:
    """The numbers of one export, kept in a folder so that another worker can go on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[type[models.Model], array[int]] = {}

    def give(self) -> dict[str, int]:
        """Number all rows that stand now, in the scope of the community; how many they are, by table."""
        given = {}
        for model in named_tables():
            rows: Any = model
            keys = array(
                "q", rows.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5000)
            )
            with self._file(model).open("wb") as file:
                keys.tofile(file)
            given[model._meta.label_lower] = len(keys)
        return given

    def moved(self, model: type[models.Model], key: Any) -> Any:
        """The number of a row; None for one that is not in this export. Keys of other kinds stay as they are."""
        model = numbered(model)
        if key is None or not has_number(model):
            return key
        keys = self._keys(model)
        place = bisect_left(keys, int(key))
        return place + 1 if place < len(keys) and keys[place] == int(key) else None

    def _keys(self, model: type[models.Model]) -> array[int]:
        if model not in self._known:
            keys = array("q")
            file = self._file(model)
            with file.open("rb") as kept:
                keys.fromfile(kept, file.stat().st_size // keys.itemsize)
            self._known[model] = keys
        return self._known[model]

    def _file(self, model: type[models.Model]) -> Path:
        return self._folder / f"{model._meta.label_lower}.numbers"
