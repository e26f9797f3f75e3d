"""Two people save one page of settings: what each changed is kept, and only what both changed differently is asked.

A form carries what it was filled with (`Began`); the service compares that with what is sent and with what stands now,
under the lock of the row. A form that carries a version instead shows, beside each field, what is kept there now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.utils.translation import gettext as _

from communities.exceptions import ChangedMeanwhile
from communities.theming.forms import Field


@dataclass(frozen=True)
class Merged:
    """What should stand now, and which names two people have set differently."""

    values: dict[str, Any]
    clashes: list[str]


def merge(began: Mapping[str, Any], mine: Mapping[str, Any], now: Mapping[str, Any]) -> Merged:
    """Of three states of a page, all plain JSON: as the form began, as it was sent, as it stands.

    What the form did not know of counts as unchanged by others. In a clash the value sent stands in `values`.
    """
    values, clashes = dict(now), []
    for name, value in mine.items():
        was = began.get(name, now.get(name))
        if value == was:
            continue
        values[name] = value
        if now.get(name) not in (was, value):
            clashes.append(name)
    return Merged(values, clashes)


class Clash(ChangedMeanwhile):
    """Somebody else set the same value to something else; carries both, so that nothing is lost."""

    def __init__(self, merged: Merged, now: Mapping[str, Any]) -> None:
        super().__init__()
        self.merged, self.now = merged, dict(now)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON gives them back, so that the three states can be compared."""
    kept: dict[str, Any] = json.loads(json.dumps(dict(values), cls=DjangoJSONEncoder))
    return kept


class BeganField(forms.CharField):
    """What a form was filled with, hidden in it; a value that nobody wrote here counts as nothing."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=20_000)

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(plain(value)) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            began = json.loads(super().clean(value) or "{}")
        except ValueError:
            return {}
        return began if isinstance(began, dict) else {}


def rebase(form: forms.Form, why: object, **now: object) -> None:
    """Show the same words over what is kept now: saving again is then a choice."""
    form.add_error(None, str(why))
    data = cast("QueryDict", form.data).copy()
    for name, value in now.items():
        data[name] = str(value)
    form.data = data


def show_kept(form: forms.Form, kept: Mapping[str, Any], fields: Iterable[forms.BoundField] = ()) -> None:
    """Beside each field (or each of these) in which somebody else has kept another value than was typed: that value."""
    for field in fields or form.visible_fields():
        if isinstance(field.field, forms.FileField):
            continue
        typed, now = said_in(field, field.value()), said_in(field, kept.get(field.name))
        if typed.split() != now.split():
            show_beside(field, now)


def show_beside(field: forms.BoundField, now: str) -> None:
    cast("Field", field).kept_now = now or _("not set")


def said_in(field: forms.BoundField, value: Any) -> str:
    """A value of a field as its page says it."""
    if isinstance(field.field, forms.BooleanField):
        return _("yes") if value else _("no")
    chosen = value if isinstance(value, list | tuple | set) else [value]
    labels = {str(key): label for key, label in _choices(field)}
    return ", ".join(str(labels.get(str(one), one)) for one in chosen if one not in (None, ""))


def _choices(field: forms.BoundField) -> Iterable[tuple[Any, Any]]:
    for key, label in getattr(field.field, "choices", ()):
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label
