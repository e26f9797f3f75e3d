"""What an owner does with exports: ask for one, fetch it, have it deleted before its time."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from communities.archive.exceptions import ExportGone, ExportUnderWay
from communities.archive.going.deleting import take_away
from communities.archive.going.working import parts
from communities.archive.models import Export
from communities.archive.permissions import can_export_community
from communities.archive.tasks import write_export
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Membership

ASKED, FETCHED, DELETED = "export_asked", "export_fetched", "export_deleted"


@transaction.atomic
def ask_export(*, by: Membership) -> Export:
    """Have the whole community exported; the worker writes it. Raises NotAllowed, ExportUnderWay."""
    if not can_export_community(by):
        raise NotAllowed
    try:
        with transaction.atomic():
            export: Export = Export.objects.create(by=by, total=len(parts()))
    except IntegrityError as error:
        raise ExportUnderWay from error
    record(by, ASKED)
    write_export.delay_on_commit(export.community_id, export.pk)
    return export


@transaction.atomic
def fetch_export(export: Export, *, by: Membership) -> str:
    """The path of the file, for somebody who may have it; that it was fetched stands in the journal. Raises NotAllowed,
    ExportGone."""
    if not can_export_community(by):
        raise NotAllowed
    if not export.is_there or not default_storage.exists(export.path):
        raise ExportGone
    record(by, FETCHED, what=f"{export.asked_at:%Y-%m-%d}")
    return str(export.path)


@transaction.atomic
def delete_export(export: Export, *, by: Membership) -> None:
    """Stop one that is under way, or delete the file before its seven days are over. Raises NotAllowed."""
    if not can_export_community(by):
        raise NotAllowed
    if take_away(export):
        record(by, DELETED, what=f"{export.asked_at:%Y-%m-%d}")
