"""What the journal knows of an answer that became a comment, or a comment an answer, and how that is undone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from communities.content.models import Post
from communities.content.services.commenting import ACT, set_comment
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("Answer or comment"),
            {"comment": gettext_lazy("It is a comment")},
            present=lambda change: {"comment": _post(change).is_comment},
            undo=_undo,
            shown=_shown,
        )
    )


def _post(change: Change) -> Post:
    found: Post | None = Post.objects.select_related("thread").filter(pk=int(change.about)).first()
    if found is None:
        raise NothingToUndo
    return found


def _undo(change: Change, by: Membership) -> None:
    set_comment(_post(change), is_comment=change.before["comment"], by=by)


def _shown(_key: str, value: Any) -> str | None:
    return gettext("yes") if value else gettext("no")
