"""Deleting the file of an export, and whatever was written of one that is not whole."""

from __future__ import annotations

import shutil
from functools import partial

from django.db import transaction

from communities.archive.going.working import folder_of
from communities.archive.models import Export
from communities.files import forget


def take_away(export: Export) -> bool:
    """The row says that the file is gone, and then it is; False where it was before."""
    left = Export.objects.filter(pk=export.pk).exclude(state=Export.State.GONE)
    if not left.update(state=Export.State.GONE, path=""):
        return False
    transaction.on_commit(partial(_remove, export))
    return True


def _remove(export: Export) -> None:
    if export.path:
        forget(export.path)
    folder = folder_of(export)
    for ending in (".zip", ".part", ".lock"):
        folder.with_suffix(ending).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
