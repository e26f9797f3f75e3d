"""What the team does with an import: begin it, let it run, stop it, take it back. The worker does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.permissions import can_import_content
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.importers import Importer, importers
from communities.transfer.importing.exceptions import AlreadyAtWork, CannotNow, ImportRefused
from communities.transfer.importing.storing import forget_upload, plain_name, store_upload
from communities.transfer.importing.working import send_worker
from communities.transfer.models import Import
from communities.transfer.models.imports import KEPT

_State = Import.State


@transaction.atomic
def start_import(
    importer: Importer,
    uploaded: TemporaryUploadedFile,
    *,
    by: Membership,
    community: Community,
    options: Mapping[str, Any],
) -> Import:
    """Keep an uploaded file and have it rehearsed.

    Raises NotAllowed, ImportRefused with what is wrong with the file.
    """
    _check_may(importer, by)
    _check_can_write(community)
    if Import.objects.at_work().exists():
        raise AlreadyAtWork
    if not uploaded.size:
        raise ImportRefused(_("This file is empty. Choose another one."), field="file")
    try:
        check_upload(importer, uploaded)
    except UnreadableExport as refused:
        raise ImportRefused(str(refused), field="file") from refused
    path = store_upload(uploaded, community)
    try:
        with transaction.atomic():
            job: Import = Import.objects.create(
                kind=importer.name,
                by=by,
                file_name=plain_name(uploaded.name or ""),
                path=path,
                size=uploaded.size,
                options=dict(options),
                expires_at=timezone.now() + KEPT,
            )
    except IntegrityError as error:
        # Somebody began another one in the same moment.
        forget_upload(path)
        raise AlreadyAtWork from error
    send_worker(job)
    return job


@transaction.atomic
def rehearse_import(job: Import, *, by: Membership, community: Community, options: Mapping[str, Any]) -> None:
    """Rehearse it again, with other options or because something here has changed. Raises NotAllowed, ImportRefused."""
    job = _checked(job, by, community)
    if not job.can_rehearse:
        raise CannotNow
    job.options, job.rehearsal = dict(options), {}
    _set_to_work(job, _State.REHEARSING)


@transaction.atomic
def run_import(job: Import, *, by: Membership, community: Community) -> None:
    """Bring it in for good, or go on with it. Raises NotAllowed, ImportRefused."""
    job = _checked(job, by, community)
    if not job.can_run:
        raise CannotNow
    job.by = by
    job.began_at = job.began_at or timezone.now()
    job.finished_at = None
    _set_to_work(job, _State.RUNNING)
    record(by, "run_import", what=job.file_name, about=job.pk)


@transaction.atomic
def stop_import(job: Import, *, by: Membership) -> None:
    """Let it end at its next part; what came until then stays until it is taken back.

    Raises NotAllowed, ImportRefused.
    """
    job = _fresh(job)
    _check_may(importers.get(job.kind), by)
    if job.state not in (_State.REHEARSING, _State.RUNNING):
        raise CannotNow
    if job.stop_asked:
        return
    Import.objects.filter(pk=job.pk).update(stop_asked=True)
    if job.state == _State.RUNNING:
        record(by, "stop_import", what=job.file_name, about=job.pk)


@transaction.atomic
def undo_import(job: Import, *, by: Membership, community: Community) -> None:
    """Take back what it brought. What people have written under since, and what they have changed, stays.

    Raises NotAllowed, ImportRefused once seven days are over.
    """
    job = _checked(job, by, community)
    if not job.can_undo:
        raise ImportRefused(_("This import can no longer be taken back.")) if job.has_begun else CannotNow
    # How far it is counts from here: what was brought in is not gone on with any more.
    job.by, job.undone, job.done = by, {}, 0
    job.undo_began_at = job.undo_began_at or timezone.now()
    _set_to_work(job, _State.UNDOING)
    record(by, "undo_import", what=job.file_name, about=job.pk)


@transaction.atomic
def discard_import(job: Import, *, by: Membership) -> None:
    """Throw a file away of which nothing has been brought in. Raises NotAllowed, ImportRefused."""
    job = _fresh(job)
    _check_may(importers.get(job.kind), by)
    if job.is_at_work or job.began_at is not None:
        raise CannotNow
    path = job.path
    job.delete()
    transaction.on_commit(lambda: forget_upload(path))


def check_upload(importer: Importer, uploaded: TemporaryUploadedFile) -> None:
    """Look at it under the name that its sender knows. Raises UnreadableExport."""
    with TemporaryDirectory(prefix="parvis-import-") as folder:
        file = Path(folder) / plain_name(uploaded.name or "")
        file.symlink_to(uploaded.temporary_file_path())
        importer.check(file)


def _checked(job: Import, by: Membership, community: Community) -> Import:
    """The row as it is now, and nobody else's until the transaction ends."""
    job = _fresh(job)
    _check_may(importers.get(job.kind), by)
    _check_can_write(community)
    if Import.objects.at_work().exclude(pk=job.pk).exists():
        raise AlreadyAtWork
    if job.is_at_work:
        raise CannotNow
    return job


def _fresh(job: Import) -> Import:
    # Not its key: a rehearsal refers to it as long as it lasts, and is to be stopped.
    found: Import = Import.objects.select_for_update(of=("self",), no_key=True).get(pk=job.pk)
    return found


def _check_may(importer: Importer | None, by: Membership) -> None:
    if not can_import_content(by) or (importer is not None and not importer.may(by)):
        raise NotAllowed


def _check_can_write(community: Community) -> None:
    if not community.takes_texts:
        raise ImportRefused(_("This place is read-only. Open it again before you bring anything in."))


def _set_to_work(job: Import, state: str) -> None:
    job.state, job.stop_asked, job.worker, job.problem = state, False, "", ""
    job.losses, job.worked_at = 0, timezone.now()
    if state != _State.RUNNING:
        job.label, job.total = "", 0
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError as error:
        raise AlreadyAtWork from error
    send_worker(job)
