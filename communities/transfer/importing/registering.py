"""What the settings and the journal say of imports."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.journal.acts import Act, register_act
from communities.journal.exceptions import NothingToUndo
from communities.journal.models import Change
from communities.models import Membership
from communities.permissions import can_import_content
from communities.setup import Group, SettingsPage, register_settings_page
from communities.transfer.importing import notices  # noqa: F401  declaring is its import
from communities.transfer.importing.queries import settings_of
from communities.transfer.importing.services import undo_import
from communities.transfer.models import Import


def register() -> None:
    register_settings_page(
        SettingsPage(
            _("Import"),
            "transfer:start-import",
            "upload",
            Group.DATA,
            10,
            can_import_content,
            settings_of,
        )
    )
    register_act(Act("run_import", _("Import begun"), url=_page, undo=_take_back))
    register_act(Act("stop_import", _("Import stopped"), url=_page))
    register_act(Act("undo_import", _("Import to be taken back"), url=_page))
    register_act(
        Act("import_ended", _("Import ended"), {"state": _("How it ended")}, url=_page, shown=_shown)
    )


def _page(change: Change) -> str:
    return reverse("transfer:show-import", args=[change.about])


def _take_back(change: Change, by: Membership) -> None:
    """Raises NothingToUndo, ImportRefused."""
    job = Import.objects.filter(pk=change.about).first()
    if job is None:
        raise NothingToUndo
    undo_import(job, by=by, community=by.community)


def _shown(name: str, value: Any) -> str:
    return str(Import.State(value).label) if value in Import.State.values else str(value)
