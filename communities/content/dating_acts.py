"""What the journal knows of dating a text back, and how that is undone."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from communities.content.models import Post
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


def _text(change: Change) -> Post:
    texts = Post.objects.filter(public_id=uuid.UUID(change.about), position=1)
    text: Post | None = texts.select_related("thread__space").first()
    if text is None:
        raise NothingToUndo
    return text


def _address(change: Change) -> str:
    """Asked for each line of the journal: without a query."""
    return reverse("content:show-post", args=[change.about])


def _present(change: Change) -> Mapping[str, Any]:
    text = _text(change)
    if text.thread.published_at is None:
        raise NothingToUndo
    return {name: value for name, value in moments_of(text.thread, text).items() if name in change.after}


def _undo(change: Change, by: Membership) -> None:
    at = datetime.datetime.fromisoformat(change.before["published"])
    written = {name: value for name, value in change.before.items() if name != "published"}
    date_thread(_text(change).thread, by=by, at=at, written=written)


def _shown(name: str, value: Any) -> str | None:
    if name != "published":
        return None
    return date_format(timezone.localtime(datetime.datetime.fromisoformat(value)), "DATETIME_FORMAT")
