"""Two people save one page of settings: what each changed is kept, and only what both changed differently is asked.

A form carries what it was filled with (`Began`); the service compares that with what is sent and with what stands now,
under the lock of the row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from communities.exceptions import ChangedMeanwhile


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
