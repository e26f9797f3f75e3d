"""What the journal of the team knows of checklists, and how a change of one is undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.blogs.review.checks import lines_of
from communities.blogs.review.services import CHECKLIST, edit_checklist
from communities.content.models import Space
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            CHECKLIST,
            _("Checklist of a blog"),
            {"lines": _("What authors confirm")},
            url=_address,
            present=_present,
            undo=_undo,
            shown=_shown,
        )
    )


def _shown(name: str, value: Any) -> str | None:
    return " · ".join(value) if value else None


def _space(change: Change) -> Space:
    found: Space | None = Space.objects.filter(pk=int(change.about), archived=False).first()
    if found is None:
        raise NothingToUndo
    return found


def _address(change: Change) -> str:
    return reverse("blogs:edit-checklist", args=[_space(change).slug])


def _present(change: Change) -> Mapping[str, Any]:
    return {"lines": lines_of(_space(change))}


def _undo(change: Change, by: Membership) -> None:
    edit_checklist(_space(change), by=by, lines=change.before["lines"])
