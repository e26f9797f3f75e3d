"""Parts of a long form that are closed until wanted: what few people fill in stands behind one line that says what is
set. Drawn by `components/folds.html`; without scripts, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import pgettext

from communities.content.text.extracts import shorten

LONGEST = 40  # characters of what is set in one field


@dataclass(frozen=True)
class Part:
    """`rows`: the names of the fields, those that stand beside each other together. `otherwise`: what the part comes to
    while nothing is set. `always`: what is set in it by other means, said in any case."""

    label: str | Promise
    rows: Sequence[Sequence[str]]
    otherwise: str | Promise = ""
    always: str | Promise = ""


@dataclass(frozen=True)
class Fold:
    """A part of a form as it is to be drawn."""

    part: Part
    rows: list[list[forms.BoundField]]

    @property
    def label(self) -> str:
        return str(self.part.label)

    @property
    def fields(self) -> list[forms.BoundField]:
        return [field for row in self.rows for field in row]

    @property
    def is_open(self) -> bool:
        """What is wrong, or set otherwise than it is by itself, is in sight."""
        return any(field.errors or is_set(field) for field in self.fields)

    @property
    def said(self) -> str:
        """What is set in it, in a few words."""
        if self.part.always:
            return str(self.part.always)
        said = [_said(field, is_alone=len(self.fields) == 1) for field in self.fields if is_set(field)]
        return " · ".join(said) or str(self.part.otherwise)


def folds(form: forms.BaseForm, parts: Sequence[Part]) -> Iterator[Fold]:
    """Those parts of which the form has fields."""
    for part in parts:
        rows = [[form[name] for name in row if name in form.fields] for row in part.rows]
        if kept := [row for row in rows if row]:
            yield Fold(part, kept)


def is_set(field: forms.BoundField) -> bool:
    return _written(field, field.value()) != _written(field, _default(field))


def _default(field: forms.BoundField) -> Any:
    said = field.field.initial
    return said() if callable(said) else said


def _written(field: forms.BoundField, value: Any) -> str:
    """As its widget writes it; nothing, none and no number are the same."""
    if value in (None, "", [], 0, "0"):
        return ""
    said = field.field.widget.format_value(value) if not isinstance(value, str) else value
    return ", ".join(map(str, said)) if isinstance(said, list | tuple) else str(said).strip()


def _said(field: forms.BoundField, *, is_alone: bool) -> str:
    value = field.value()
    choices = dict(getattr(field.field, "choices", ()))
    words = str(choices.get(value, "")) or " ".join(_written(field, value).split())
    short = shorten(words, LONGEST)
    if is_alone or choices:
        return short
    after = pgettext("after a label", ": ")
    return f"{field.label}{after}{short}"
