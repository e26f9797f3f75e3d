"""What the journal knows of questions that were asked before, and how closing one is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.forums.models import SameQuestion
from communities.forums.same import ACT, close_as_same, open_again
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("Question asked before"),
            {"same": gettext_lazy("The same as"), "reason": gettext_lazy("Reason")},
            present=_present,
            undo=_undo,
        )
    )


def _thread(number: Any) -> Thread:
    found: Thread | None = Thread.objects.select_related("space").filter(pk=int(number)).first()
    if found is None:
        raise NothingToUndo
    return found


def _present(change: Change) -> Mapping[str, Any]:
    row = SameQuestion.objects.select_related("original").filter(thread=_thread(change.about)).first()
    now: dict[str, Any] = {"same": "", "id": 0, "reason": ""}
    if row is not None:
        now = {"same": row.original.title, "id": row.original_id, "reason": row.reason}
        if row.original_id == change.after["id"]:
            # Its title may have changed since; which one it is has not.
            now["same"] = change.after["same"]
    return {key: now[key] for key in change.after}


def _undo(change: Change, by: Membership) -> None:
    thread = _thread(change.about)
    if change.before["id"]:
        close_as_same(
            thread, original=_thread(change.before["id"]), by=by, reason=change.before.get("reason", "")
        )
    else:
        open_again(thread, by=by)
