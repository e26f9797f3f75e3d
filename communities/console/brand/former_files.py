"""Files that the brand no longer shows, kept for as long as the change can be undone."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from communities.content.images import FULL_NAME, forget_stored_picture
from communities.files import forget
from communities.memory import forget_all
from communities.models import Community
from members.aside import go_on

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
    _drop_old(former)
    _put(community, kept, former)


def sweep_former() -> int:
    """Delete what no brand has shown for thirty days; of how many communities."""
    with_files = Community.objects.filter(settings__brand__has_key="former")
    return go_on("community", with_files.values_list("pk", flat=True), _sweep)


@transaction.atomic
def _sweep(pk: int) -> bool:
    community = Community.objects.select_for_update().filter(pk=pk).first()
    kept: dict[str, Any] = dict((community and community.settings.get("brand")) or {})
    former = dict(kept.get("former") or {})
    if community is None or not _drop_old(former):
        return False
    _put(community, kept, former)
    community.save(update_fields=["settings", "updated_at"])
    transaction.on_commit(forget_all)
    return True


def _drop_old(former: dict[str, str]) -> int:
    """Leave those out that have waited long enough, and delete their files after the commit; how many."""
    last = (timezone.now().date() - KEPT).isoformat()
    old = [path for path, day in former.items() if str(day) < last]
    for path in old:
        del former[path]
        transaction.on_commit(partial(delete_file, path))
    return len(old)


def _put(community: Community, kept: dict[str, Any], former: dict[str, str]) -> None:
    """An empty list is not kept: the daily job looks at those that have one."""
    if not former and "former" not in kept:
        return
    brand = {name: value for name, value in kept.items() if name != "former"}
    community.settings = {**community.settings, "brand": brand | ({"former": former} if former else {})}


def delete_file(path: str) -> None:
    """A picture with all its sizes, or one file. While the store does not answer, they are left for later."""
    if path.endswith(FULL_NAME):
        forget_stored_picture(path)
    else:
        forget(path)
