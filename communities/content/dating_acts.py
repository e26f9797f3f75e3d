"""What the journal knows of dating a text back, and how that is undone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post, Thread
from communities.content.services.dating import date_thread, moments_of
from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership


def register() -> None:
    register_act(
        Act(
            "date_thread",
            _("Text dated"),
            {"published": _("Published")},
            url=_address,
            present=_present,
            undo=_undo,
            shown=_shown,
        )
    )


def _thread(change: Change) -> Thread:
    thread: Thread | None = Thread.objects.select_related("space").filter(pk=int(change.about or 0)).first()
    if thread is None:
        raise NothingToUndo
    return thread


def _address(change: Change) -> str:
    thread = Thread.objects.select_related("space").filter(pk=int(change.about or 0)).first()
    return thread.get_absolute_url() if thread is not None else ""


def _present(change: Change) -> Mapping[str, Any]:
    thread = _thread(change)
    text = Post.objects.filter(thread=thread, position=1).first()
    if text is None or thread.published_at is None:
        raise NothingToUndo
    return {name: value for name, value in moments_of(thread, text).items() if name in change.after}


def _undo(change: Change, by: Membership) -> None:
    at = datetime.datetime.fromisoformat(change.before["published"])
    written = {name: change.before[name] for name in ("begun", "written") if name in change.before}
    date_thread(_thread(change), by=by, at=at, written=written)


def _shown(name: str, value: Any) -> str | None:
    if name != "published":
        return None
    return date_format(timezone.localtime(datetime.datetime.fromisoformat(value)), "DATETIME_FORMAT")
