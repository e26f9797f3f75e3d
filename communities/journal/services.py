"""The only way to write to the journal, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction

from communities.journal.acts import acts
from communities.journal.exceptions import ChangedSince, NothingToUndo
from communities.journal.models import Change, came_along
from communities.models import Community, Membership

_by_platform: ContextVar[bool] = ContextVar("by_platform", default=False)
_undoing: ContextVar[Change | None] = ContextVar("undoing", default=None)


@contextmanager
def done_by_platform() -> Iterator[None]:
    """All that is recorded within was done from outside, in the name of somebody of the team who did nothing yet."""
    token = _by_platform.set(True)
    try:
        yield
    finally:
        _by_platform.reset(token)


def hand_of(by: Membership | None) -> Membership | None:
    """Who of the team did what is done now; nobody while the platform does it."""
    return None if _by_platform.get() else by


def record(
    by: Membership | None,
    act: str,
    *,
    what: str = "",
    about: object = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    by_platform: bool = False,
) -> Change | None:
    """Write one line, in the transaction of the change itself; None where nothing differs.

    Only the keys that differ are kept. An act without before and after (a mail was sent) is always written. What the
    operator did has no `by` and is `by_platform`; without both it happened by itself.

    Raises KeyError for an act that nobody has registered.
    """
    acts[act]
    old, new = _plain(before), _plain(after)
    differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    if (old or new) and not differing:
        return None
    hand = hand_of(by)
    change: Change = Change.objects.create(
        by=hand,
        role=hand.role if hand else "",
        by_platform=by_platform or _by_platform.get(),
        act=act,
        what=what[:200],
        about=str(about),
        before={key: old[key] for key in differing if key in old},
        after={key: new[key] for key in differing if key in new},
        undoes=_undoing.get(),
    )
    # What is undone is undone by one line; further ones of the same act are its consequences.
    _undoing.set(None)
    return change


def undo(change: Change, by: Membership) -> None:
    """Put back what stood before a change, through the service of its act, which writes its own line.

    Raises NothingToUndo where it cannot be or has been undone, ChangedSince where something else stands there by now,
    and whatever the service of the act refuses.
    """
    act = acts.get(change.act)
    if came_along(change, Community.objects.only("settings").get(pk=change.community_id)):
        raise NothingToUndo
    if act is None or act.undo is None or Change.objects.filter(undoes=change).exists():
        raise NothingToUndo
    if act.lasts is not None and act.lasts(change):
        raise NothingToUndo
    try:
        with transaction.atomic(), _as_undoing(change):
            if act.present is not None and _plain(act.present(change)) != change.after:
                raise ChangedSince
            act.undo(change, by)
    except IntegrityError as error:
        if "change_undone_once" in str(error):
            raise NothingToUndo from error
        raise


@contextmanager
def _as_undoing(change: Change) -> Iterator[None]:
    token = _undoing.set(change)
    try:
        yield
    finally:
        _undoing.reset(token)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """As JSON gives it back, so that what was kept can be compared with what is there."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(values or {}), cls=DjangoJSONEncoder))
    return plain
