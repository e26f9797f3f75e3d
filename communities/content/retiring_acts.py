"""What the journal knows of taking a text back at a date, and how that is undone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.content.models import Thread
from communities.content.services.retiring import ACT, end_of, retire_thread
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            ACT,
            gettext_lazy("End of a text"),
            {"until": gettext_lazy("Public until")},
            present=_present,
            undo=_undo,
            shown=_shown,
        )
    )


def _thread(change: Change) -> Thread:
    found: Thread | None = Thread.objects.filter(pk=int(change.about)).first()
    if found is None:
        raise NothingToUndo
    return found


def _present(change: Change) -> Mapping[str, Any]:
    return end_of(_thread(change))


def _undo(change: Change, by: Membership) -> None:
    """An end that has passed meanwhile takes the text back again, as it did."""
    until = change.before["until"]
    retire_thread(_thread(change), by=by, at=datetime.datetime.fromisoformat(until) if until else None)


def _shown(_name: str, value: Any) -> str | None:
    if value is None:
        return _("for good")
    return date_format(timezone.localtime(datetime.datetime.fromisoformat(value)), "DATETIME_FORMAT")
