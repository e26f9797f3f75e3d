"""The journal of moderation as a part of the one journal of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.journal.sources import Line as JournalLine
from communities.journal.sources import Source, Wanted, register_source
from communities.models import Membership
from moderation.models import AuditEvent
from moderation.permissions import can_read_journal, can_see_reporter
from moderation.presenting import Line

ACTS = (
    ("decide_case", _("Decided")),
    ("sanction_member", _("Sanction")),
    ("lift_sanction", _("Sanction lifted")),
    ("take_over_case", _("Taken over")),
    ("set_mode", _("Mode changed")),
    ("add_watch_word", _("Word added")),
    ("delete_watch_word", _("Word removed")),
)


class ModerationJournal(Source):
    """Who judged what. What moderation hides from a reader there, it hides here."""

    name, label, order = "moderation", _("Moderation"), 30
    at, by, role = "created_at", "actor_id", "actor_role"

    def may(self, reader: Membership) -> bool:
        return can_read_journal(reader)

    def acts(self) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, label in ACTS]

    def rows(self, reader: Membership, wanted: Wanted) -> Any:
        rows = AuditEvent.objects.select_related("actor", "case", "case__author")
        if wanted.person is not None or wanted.role:
            # Or a filter by person or role would tell who reported the reader.
            rows = rows.exclude(act__startswith="report_", case__author_id=reader.pk)
        return rows

    def lines(self, rows: Sequence[AuditEvent], reader: Membership) -> list[JournalLine]:
        return [self._line(row, reader) for row in rows]

    def _line(self, row: AuditEvent, reader: Membership) -> JournalLine:
        said = Line.of(row, sees_reporters=can_see_reporter(reader, row.case))
        return JournalLine(
            at=row.created_at,
            source=self.name,
            pk=row.pk,
            act=row.act,
            label=said.what,
            what=" ".join(part for part in (said.ref, said.detail) if part),
            who=said.who,
            who_id=row.actor_id if said.who and row.actor_id else None,
            role=said.role,
            url=reverse("moderation:show-case", args=[said.ref]) if said.ref else "",
        )


MODERATION = ModerationJournal()


def register() -> None:
    register_source(MODERATION)
