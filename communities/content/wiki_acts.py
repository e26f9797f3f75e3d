"""What the journal knows of letting members edit somebody’s text, and how that is undone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_lazy

from communities.content.models import Post
from communities.content.services.wikis import ACT, set_wiki
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("Who edits a text"),
            {"wiki": gettext_lazy("Members may edit it")},
            present=lambda change: {"wiki": _post(change).wiki_from is not None},
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
    set_wiki(_post(change), is_wiki=change.before["wiki"], by=by)


def _shown(_key: str, value: Any) -> str | None:
    return gettext("yes") if value else gettext("no")
