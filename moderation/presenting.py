"""The words of acts: what a button says depends on what waits behind it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from communities.content.models import State
from moderation.models import Case


@dataclass(frozen=True)
class Act:
    name: str
    label: str
    key: str
    bad: bool = False


def act_labels(case: Case, acts: list[str]) -> list[Act]:
    """The acts possible now as buttons, each with its key."""
    hidden = case.post is not None and case.post.state == State.HIDDEN
    waits = case.kind in (Case.Kind.HELD, Case.Kind.EDIT)
    approve = _("Publish") if waits else _("Put back") if hidden else _("Leave up")
    known = {
        "approve": Act("approve", approve, "A"),
        "hide": Act("hide", _("Keep hidden") if hidden else _("Hide"), "H"),
        "remove": Act("remove", _("Remove"), "R", bad=True),
        "refuse": Act("refuse", _("Do not publish"), "R", bad=True),
        "restore": Act("restore", _("Put back"), "A"),
    }
    return [known[name] for name in acts]
