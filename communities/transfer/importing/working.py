"""What the worker does with an import that is at work, for some minutes at a time."""

from __future__ import annotations

import datetime
import logging
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.files import ask_store
from communities.journal.services import record
from communities.models import Community
from communities.scoping import active_community_id, community_scope
from communities.stored import is_full, no_room
from communities.transfer.exceptions import Paused, Stopped, TransferError
from communities.transfer.importers import importers
from communities.transfer.importing.courses import Kept, Rehearsal, TakingBack
from communities.transfer.importing.notices import tell_of
from communities.transfer.importing.pulse import heartbeat, is_alive
from communities.transfer.importing.storing import forget_upload, on_disk
from communities.transfer.importing.undoing import take_back
from communities.transfer.media import sweep_brought
from communities.transfer.models import Import
from communities.transfer.models.imports import KEPT
from communities.transfer.report import ImportReport
from communities.transfer.running import import_run, recount
from members.jobs import ask_for

logger = logging.getLogger(__name__)

TASK = "communities.transfer.tasks.work_on_import"
# Then the worker is free for others, and takes it up again behind them.
SLICE = 240.0  # seconds
# A worker that is lost again and again at the same place is not sent there for ever.
MOST_LOSSES = 3
STALLED_AFTER = datetime.timedelta(minutes=2)

_State = Import.State
# Where each work leads, if all goes well.
ENDS = {
    _State.REHEARSING: _State.REHEARSED,
    _State.RUNNING: _State.DONE,
    _State.UNDOING: _State.UNDONE,
}


def send_worker(job: Import) -> None:
    """Have it worked on once the transaction stands. By name: the task is above its services."""
    values = {"community_id": active_community_id(), "import_id": job.pk}
    ask_for(TASK, **values)


def work_on(community: Community, import_id: int) -> None:
    """Do a slice of what an import is at: safe to be sent twice, and to be killed at any place."""
    with community_scope(community):
        job = _take(import_id)
    if job is None:
        return
    with translation.override(community.language), heartbeat(job):
        end = _outcome(job, community)
    with community_scope(community):
        _settle(job, end)


class _End:
    """How a slice ended: the state it is in now (None: it goes on later), and why in a sentence."""

    def __init__(self, state: str | None, problem: str = "") -> None:
        self.state = state
        self.problem = problem


def _take(import_id: int) -> Import | None:
    """Make it this worker's; None where it is no longer at work, or another worker is on it."""
    # Not its key: another worker’s rehearsal may refer to it, and need not be waited for.
    rows = Import.objects.select_for_update(of=("self",), no_key=True).select_related("by")
    job: Import | None = rows.filter(pk=import_id).first()
    if job is None or not job.is_at_work or (job.worker and is_alive(job)):
        return None
    job.losses += bool(job.worker)
    job.worker, job.worked_at = uuid.uuid4().hex, timezone.now()
    job.save(update_fields=["worker", "worked_at", "losses"])
    return job


def _outcome(job: Import, community: Community) -> _End:
    if job.losses >= MOST_LOSSES:
        return _End(
            _State.FAILED, _("The server was interrupted three times at the same place. Nothing was lost.")
        )
    work: Callable[[Import, Community], None] = {
        _State.REHEARSING: _rehearse,
        _State.RUNNING: _run,
        _State.UNDOING: _undo,
    }[_State(job.state)]
    try:
        work(job, community)
    except Paused:
        return _End(None)
    except Stopped:
        return _End(_State.STOPPED)
    except TransferError as refused:
        return _End(_State.FAILED, str(refused))
    except NotAllowed:
        return _End(_State.FAILED, _("Whoever began it may no longer bring anything in here."))
    except FileNotFoundError:
        return _End(_State.FAILED, _("The uploaded file is no longer there. Upload it again."))
    except OSError as error:
        logger.exception("an import failed", extra={"import": job.pk})
        return _End(_State.FAILED, no_room() if is_full(error) else _unknown())
    except Exception:
        logger.exception("an import failed", extra={"import": job.pk})
        return _End(_State.FAILED, _unknown())
    return _End(ENDS[_State(job.state)])


def _rehearse(job: Import, community: Community) -> None:
    report = ImportReport(source=job.file_name, community=community.slug, dry_run=True)
    _bring(job, community, report, lambda folder: Rehearsal(job, community, report, folder))
    job.rehearsal = report.as_dict()


def _run(job: Import, community: Community) -> None:
    until = time.monotonic() + SLICE
    report = ImportReport(source=job.file_name, community=community.slug)
    _bring(job, community, report, lambda folder: Kept(job, community, report, folder, until=until))
    job.report = report.as_dict()


def _bring(
    job: Import, community: Community, report: ImportReport, course_in: Callable[[Path], Rehearsal | Kept]
) -> None:
    if job.by is None:
        raise NotAllowed
    importer = importers[job.kind]
    with on_disk(job.path, job.file_name) as (file, folder), import_run(community, report, by=job.by):
        importer.bring(file, job.options, course_in(folder))


def _undo(job: Import, community: Community) -> None:
    report = ImportReport(source=job.file_name, community=community.slug)
    with TemporaryDirectory(prefix="parvis-import-") as folder, translation.override(community.language):
        course = TakingBack(job, community, report, Path(folder), until=time.monotonic() + SLICE)
        course.resume()
        importers[job.kind].undo(course)
        take_back(course)
    recount(community)
    job.undone = report.as_dict()


def _settle(job: Import, end: _End) -> None:
    """Say in the row how it ended, unless it is another worker's by now."""
    now = timezone.now()
    fresh: Import | None = (
        Import.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=job.pk, worker=job.worker)
        .first()
    )
    if fresh is None:
        return
    fresh.worker, fresh.worked_at = "", now
    if end.state is None:
        fresh.save(update_fields=["worker", "worked_at"])
        send_worker(fresh)
        return
    was = fresh.state
    fresh.state, fresh.problem, fresh.stop_asked = end.state, end.problem[:500], False
    fresh.finished_at, fresh.expires_at = now, now + KEPT
    if end.state in (_State.REHEARSED, _State.DONE, _State.UNDONE):
        column = {_State.REHEARSED: "rehearsal", _State.DONE: "report", _State.UNDONE: "undone"}[
            _State(end.state)
        ]
        setattr(fresh, column, getattr(job, column))
    if end.state == _State.UNDONE:
        _forget_file(fresh)
    fresh.save()
    sweep_brought(active_community_id())
    if was != _State.REHEARSING:
        record(fresh.by, "import_ended", what=fresh.file_name, about=fresh.pk, after={"state": fresh.state})
    tell_of(fresh)


def _unknown() -> str:
    return _("Something went wrong that should not have. It was noted for whoever runs the platform.")


def imports_to_resume() -> list[int]:
    """The imports of the community in scope whose worker seems to be gone."""
    jobs = Import.objects.stalled(timezone.now() - STALLED_AFTER).order_by("worked_at")[:20]
    return [job.pk for job in jobs if not is_alive(job)]


def forget_due_files() -> int:
    """Delete the files of the community in scope whose seven days are over; how many. Raises StoreAway."""
    gone = 0
    for job in Import.objects.due(timezone.now()).select_for_update(of=("self",), skip_locked=True)[:50]:
        ask_store(job.path)
        _forget_file(job)
        job.save(update_fields=["path"])
        gone += 1
    if gone:
        sweep_brought(active_community_id())
    return gone


def _forget_file(job: Import) -> None:
    """Once this transaction stands; the row is to be saved."""
    path, job.path = job.path, ""
    transaction.on_commit(partial(forget_upload, path))
