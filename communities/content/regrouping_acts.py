"""What the journal of the team knows of threads that were merged and split, and how that is undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from communities.content.models import PostMove
from communities.content.services.joining import MERGE, unmerge_threads
from communities.content.services.splitting import SPLIT, unsplit_thread
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Membership


def register() -> None:
    for name, label, back in (
        (MERGE, _("Threads merged"), unmerge_threads),
        (SPLIT, _("Thread split"), unsplit_thread),
    ):
        register_act(
            Act(
                name,
                label,
                {"into": _("Thread")},
                present=_present,
                undo=_undoing(back),
                lasts=_lasts,
            )
        )


def undo_regrouping(move: PostMove, *, by: Membership) -> None:
    """Take back a merging or a splitting from where it is seen: whoever may do either need not read the journal, which
    knows it as undone. Raises NotAllowed, and NothingToUndo with the reason."""
    change = Change.objects.of(MERGE if move.whole else SPLIT, move.pk).newest().first()
    if change is None:
        raise NothingToUndo
    undo(change, by)


def _move(change: Change) -> PostMove:
    found = (
        PostMove.objects.select_related("source__space", "target__space").filter(pk=int(change.about)).first()
    )
    if found is None:
        raise NothingToUndo
    move: PostMove = found
    return move


def _present(change: Change) -> Mapping[str, Any]:
    # The title may have changed since; where the posts stand has not.
    _move(change)
    return {"into": change.after["into"]}


def _lasts(change: Change) -> bool:
    """What undoes one, and what was undone, is not undone again: it can be done anew."""
    return not change.after["into"]


def _undoing(back: Callable[..., None]) -> Callable[[Change, Membership], None]:
    def put_back(change: Change, by: Membership) -> None:
        back(_move(change), by=by)

    return put_back
