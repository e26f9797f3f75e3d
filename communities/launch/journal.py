"""The log of the launch as a part of the one journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.journal.sources import Line, Source, Wanted, register_source, role_words
from communities.launch.models import LaunchLogEntry
from communities.launch.permissions import can_see_log
from communities.models import Membership


class LaunchLog(Source):
    """Who moved the plan, and why."""

    name, label, order = "launch", _("Launch"), 20

    def may(self, reader: Membership) -> bool:
        return can_see_log(reader)

    def acts(self) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, label in LaunchLogEntry.Act.choices]

    def rows(self, reader: Membership, wanted: Wanted) -> Any:
        return LaunchLogEntry.objects.select_related("by")

    def lines(self, rows: Sequence[LaunchLogEntry], reader: Membership) -> list[Line]:
        return [
            Line(
                at=row.at,
                source=self.name,
                pk=row.pk,
                act=row.act,
                label=row.get_act_display(),
                what=_about(row),
                who=str(row.by) if row.by else "",
                who_id=row.by_id,
                role=role_words(row.role),
                reason=row.reason,
                url=reverse("launch:show-log"),
            )
            for row in rows
        ]


LAUNCH_LOG = LaunchLog()


def _about(row: LaunchLogEntry) -> str:
    """The stage, the wave, how many people."""
    parts = [row.stage_name, str(row.detail.get("wave") or ""), row.limit_words]
    people = row.detail.get("people")
    if people is not None:
        parts.append(ngettext("%(n)s person", "%(n)s people", people) % {"n": people})
    return ", ".join(part for part in parts if part)


def register() -> None:
    register_source(LAUNCH_LOG)
