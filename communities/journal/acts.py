"""What the journal knows of an act: its words, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from communities.journal.models import Change
from communities.registries import Registry


@dataclass(frozen=True)
class Act:
    """One kind of change.

    `fields` names the keys of before and after in words; those without words are kept for undoing, and not shown.
    `undo` puts back `change.before` through the service of the act, which asks for the right again; without it the
    change can only be read.
    """

    name: str
    label: Promise
    fields: Mapping[str, Promise] = field(default_factory=dict)
    url: Callable[[Change], str] | None = None
    # What stands there now, by the keys of `after`: where it differs, somebody has changed it since.
    present: Callable[[Change], Mapping[str, Any]] | None = None
    undo: Callable[[Change, Any], None] | None = None
    # A value of a key as people read it; None, or without it, as it is kept.
    shown: Callable[[str, Any], str | None] | None = None
    # What it is about in the reader’s language; without it, as it was called in the language of who did it.
    named: Callable[[Change], str] | None = None
    # Whether this very change cannot be put back, although others of its kind can.
    lasts: Callable[[Change], bool] | None = None


acts: Registry[Act] = Registry("act of the journal")


def register_act(act: Act) -> None:
    acts.register(act)
