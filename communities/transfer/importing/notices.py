"""Whoever began an import is told how it ended. The occasion says of which, how, and how many losses there are."""

from __future__ import annotations

from typing import ClassVar

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.models import Membership
from communities.notices import About, Heading, Line, Notice, Reading, Words, declare
from communities.notifications.services import tell
from communities.permissions import can_import_content
from communities.queries import local_path
from communities.transfer.models import Import

_State = Import.State


def tell_of(job: Import) -> None:
    """One line and, where something came or failed, one mail. In the scope of the community."""
    notice = NOTICES.get(job.state)
    if notice is None or job.by_id is None or job.finished_at is None:
        return
    said = job.report if job.state == _State.DONE else job.rehearsal
    losses = sum(int(loss["count"]) for loss in said.get("losses", ()))
    occasion = f"{job.pk} {job.state} {losses} {job.finished_at:%Y%m%d%H%M%S} {job.file_name}"
    path = local_path(reverse("transfer:show-import", args=[job.pk]))
    tell(notice, [job.by_id], About(path=path, occasion=occasion))


class ImportNotice(Notice):
    heading = Heading.RUNNING
    icon = "download"
    mail_kind = "decision"
    lead_words: ClassVar[str | Promise]

    def is_asked(self, membership: Membership) -> bool:
        return can_import_content(membership)

    def is_still_true(self, line: Line, reading: Reading) -> bool:
        if "imports" not in reading.memo:
            keys = [_part(one, 0) for one in reading.lines if str(one.kind).startswith("import_")]
            rows = Import.objects.filter(pk__in=[key for key in keys if key.isdigit()])
            reading.memo["imports"] = dict(rows.values_list("pk", "state"))
        states: dict[int, str] = reading.memo["imports"]
        pk = int(_part(line, 0) or 0)
        return states.get(pk) == _part(line, 1) and can_import_content(reading.membership)

    def name_of(self, line: Line) -> str:
        return _part(line, 4)

    def words(self, line: Line) -> Words:
        return Words(str(self.lead_words), _("Read the report"), _("You began this import."))


@declare
class ImportRehearsed(ImportNotice):
    name = "import_rehearsed"
    label = gettext_lazy("Rehearsal of an import")
    order = 84
    by_mail = False
    lead_words = gettext_lazy("Nothing has been brought in yet.")

    def sentence(self, line: Line) -> str:
        return _("Rehearsed: %(file)s. Read what would be lost, then bring it in.") % {
            "file": self.name_of(line)
        }


@declare
class ImportDone(ImportNotice):
    name = "import_done"
    label = gettext_lazy("Import finished")
    order = 85
    question = gettext_lazy("An import of mine is finished")
    can_wait = False
    way_out = gettext_lazy("No more mails of this kind")
    mail_kind = "news"
    lead_words = gettext_lazy("It can be taken back for seven days.")

    def sentence(self, line: Line) -> str:
        losses = int(_part(line, 2) or 0)
        words = ngettext(
            "Import finished: %(losses)s loss to read (%(file)s)",
            "Import finished: %(losses)s losses to read (%(file)s)",
            losses,
        )
        return words % {"losses": losses, "file": self.name_of(line)}


@declare
class ImportFailed(ImportNotice):
    name = "import_failed"
    label = gettext_lazy("Import failed")
    icon = "alert"
    order = 86
    lead_words = gettext_lazy("Its page says why, what has been brought in, and what can be done now.")

    def sentence(self, line: Line) -> str:
        return _("The import of %(file)s has failed") % {"file": self.name_of(line)}


@declare
class ImportUndone(ImportNotice):
    name = "import_undone"
    label = gettext_lazy("Import taken back")
    icon = "undo"
    order = 87
    question = gettext_lazy("An import of mine is taken back")
    way_out = gettext_lazy("No more mails of this kind")
    mail_kind = "news"
    lead_words = gettext_lazy("Its page says what is gone and what stays.")

    def sentence(self, line: Line) -> str:
        return _("Taken back: %(file)s") % {"file": self.name_of(line)}


NOTICES: dict[str, type[Notice]] = {
    _State.REHEARSED: ImportRehearsed,
    _State.DONE: ImportDone,
    _State.FAILED: ImportFailed,
    _State.UNDONE: ImportUndone,
}


def _part(line: Line, number: int) -> str:
    parts = str(line.occasion).split(" ", 4)
    return parts[number] if number < len(parts) else ""
