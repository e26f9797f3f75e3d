"""Files that the brand no longer shows, kept for as long as the change can be undone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from communities.content.images import FULL_NAME, delete_stored_picture
from communities.models import Community

KEPT = datetime.timedelta(days=30)


def set_aside(community: Community, gone: Iterable[str], present: Iterable[str]) -> None:
    """Note what is shown no more, and delete what has waited long enough. The community is saved by the caller."""
    kept: dict[str, Any] = dict(community.settings.get("brand") or {})
    today = timezone.now().date()
    shown = set(present)
    former = {
        str(path): str(day) for path, day in dict(kept.get("former") or {}).items() if path not in shown
    }
    former |= {path: today.isoformat() for path in gone if path not in shown}
    last = (today - KEPT).isoformat()
    for path in [path for path, day in former.items() if day < last]:
        del former[path]
        transaction.on_commit(partial(delete_file, path))
    if former or "former" in kept:
        community.settings = {**community.settings, "brand": {**kept, "former": former}}


def delete_file(path: str) -> None:
    """A picture with all its sizes, or one file."""
    if path.endswith(FULL_NAME):
        delete_stored_picture(path)
    else:
        default_storage.delete(path)
