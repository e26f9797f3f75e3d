"""What the journal knows of moving one thread, and how that is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from communities.content.models import Space, Thread
from communities.content.services.moving_one import ACT, move_thread
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("Space of a text"),
            {"space": gettext_lazy("Space")},
            present=_present,
            undo=_undo,
        )
    )


def _thread(change: Change) -> Thread:
    found: Thread | None = Thread.objects.select_related("space").filter(pk=int(change.about)).first()
    if found is None:
        raise NothingToUndo
    return found


def _present(change: Change) -> Mapping[str, Any]:
    space = _thread(change).space
    # Its name may have changed since; where it stands has not.
    name = change.after["space"] if space.pk == change.after["id"] else space.name
    return {"space": name, "id": space.pk}


def _undo(change: Change, by: Membership) -> None:
    former = Space.objects.filter(pk=change.before["id"], archived=False).first()
    if former is None:
        raise NothingToUndo
    move_thread(_thread(change), target=former, by=by)
