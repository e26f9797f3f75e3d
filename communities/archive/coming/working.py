"""An uploaded export on its way in, worked on by one worker at a time: first a rehearsal, then for good."""

from __future__ import annotations

import datetime
import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db.models import F
from django.utils import translation

from communities.archive.coming.bringing import Arrival, import_archive
from communities.archive.coming.checking import opened
from communities.archive.coming.files import at_hand, file_of, forget_file
from communities.archive.exceptions import ArchiveRefused
from communities.archive.models import KEPT, Coming

logger = logging.getLogger(__name__)

MOST_TRIES = 3
State = Coming.State


def work_on_coming(coming_id: int) -> None:
    """Rehearse or bring in, whatever is next; a second worker does nothing."""
    with _alone(coming_id) as coming:
        if coming is None:
            return
        if coming.tries >= MOST_TRIES:
            _fail(
                coming, translation.gettext("It was begun three times and never finished; the log says why.")
            )
            return
        Coming.objects.filter(pk=coming.pk).update(tries=F("tries") + 1)
        with translation.override(coming.by.language if coming.by and coming.by.language else None):
            _work(coming)


def _work(coming: Coming) -> None:
    rehearses = coming.state == State.REHEARSING
    try:
        with at_hand(coming) as file:
            with opened(file) as archive:
                said = archive.community
            arrival = import_archive(
                file,
                # Which name it gets is chosen afterwards.
                slug=f"rehearsal-{coming.public_id.hex}" if rehearses else coming.slug,
                rehearse=rehearses,
                say=partial(_say, coming),
            )
    except ArchiveRefused as refusal:
        _fail(coming, str(refusal))
        return
    report = report_of(arrival, said)
    if rehearses:
        _note(coming, State.REHEARSED, report=report, slug=coming.slug or str(said["slug"])[:63], problem="")
        return
    _note(coming, State.DONE, report=report, community=arrival.community, problem="")
    forget_file(coming)


def report_of(arrival: Arrival, said: dict[str, Any]) -> dict[str, Any]:
    """What a page shows of it."""
    return {
        "name": str(said["name"]),
        "from": str(said.get("address", "")),
        "rows": {name: rows for name, rows in arrival.rows.items() if rows},
        "files": arrival.files,
        "accounts": {
            "made": arrival.accounts.made,
            "found": arrival.accounts.found,
            "waiting": arrival.accounts.waiting,
        },
        "renumbered": arrival.renumbered,
    }


def _say(coming: Coming, part: str, done: int, total: int) -> None:
    """How far it is; with the cache away it comes in untold."""
    try:
        cache.set(_key(coming), [part, done, total], 3600)
    except Exception:
        logger.exception("how far an import is was not told")


def progress_of(coming: Coming) -> tuple[int, int]:
    """How many tables are through, of how many; nothing is known where the cache is away."""
    try:
        _part, done, total = cache.get(_key(coming)) or ("", 0, 0)
    except Exception:
        logger.exception("how far an import is was not read")
        return 0, 0
    return done, total


def _key(coming: Coming) -> str:
    return f"archive:coming:{coming.pk}"


def _note(coming: Coming, state: str, **facts: Any) -> None:
    Coming.objects.filter(pk=coming.pk, state__in=Coming.AT_WORK).update(state=state, tries=0, **facts)


def _fail(coming: Coming, problem: str) -> None:
    _note(coming, State.FAILED, problem=problem[:500])


@contextmanager
def _alone(coming_id: int) -> Iterator[Coming | None]:
    coming = Coming.objects.filter(pk=coming_id, state__in=Coming.AT_WORK).select_related("by").first()
    if coming is None:
        yield None
        return
    lock = file_of(coming).with_suffix(".lock")
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        # What another worker has done meanwhile is not done again.
        coming.refresh_from_db()
        yield coming if coming.is_at_work else None
    lock.unlink(missing_ok=True)


def comings_to_resume(before: datetime.datetime) -> list[int]:
    """Those that nobody seems to work on; whoever does holds the lock."""
    stopped = Coming.objects.filter(state__in=Coming.AT_WORK, worked_at__lte=before)
    return list(stopped.order_by("pk").values_list("pk", flat=True)[:20])


def forget_old(now: datetime.datetime) -> int:
    """Delete files and rows of what came long ago; how many."""
    old = list(Coming.objects.filter(made_at__lte=now - KEPT).exclude(state__in=Coming.AT_WORK))
    for coming in old:
        forget_file(coming)
        coming.delete()
    return len(old)
