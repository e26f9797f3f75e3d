"""What the pages of imports show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext

from communities.content.models import State
from communities.keysets import NUMBER, Keyset, Page
from communities.models import Community, Membership
from communities.setup import Setting
from communities.transfer.importers import ImportDoor, Importer, doors, importers
from communities.transfer.models import Import
from communities.transfer.report import ALARMS, LABELS, LOSSES

# On the page; the file of the report has them all.
EXAMPLES_SHOWN = 50
NEWEST = Keyset(("pk", NUMBER), size=20)


@dataclass(frozen=True)
class Counted:
    """One line of what is in a file: how many there are, come, and were here before."""

    label: str
    found: int
    made: int
    known: int


@dataclass(frozen=True)
class Lost:
    reason: str
    count: int
    examples: Sequence[str]
    # Something that may be read here and not there.
    is_alarm: bool = False

    @property
    def more(self) -> int:
        return max(self.count - len(self.examples), 0)


@dataclass(frozen=True)
class Report:
    """A report in words, for a page."""

    counts: Sequence[Counted]
    losses: Sequence[Lost]
    samples: Sequence[Mapping[str, Any]]

    @property
    def lost(self) -> int:
        return sum(loss.count for loss in self.losses)


@dataclass(frozen=True)
class Option:
    label: str
    value: str


def imports_page(after: str) -> Page[Import]:
    return NEWEST.page_after(Import.objects.newest().select_related("by"), after)


def importers_for(membership: Membership) -> list[Importer]:
    return [one for one in importers if one.may(membership)]


def doors_for(membership: Membership) -> list[ImportDoor]:
    return [one for one in doors if one.may(membership)]


def report_in_words(said: Mapping[str, Any]) -> Report | None:
    """None where nothing has been said yet."""
    if not said:
        return None
    counts = [
        Counted(
            str(label).strip(), *(int(said[column].get(name, 0)) for column in ("found", "made", "known"))
        )
        for name, label in LABELS.items()
    ]
    losses = [
        Lost(
            str(LOSSES.get(one["code"], one["code"])),
            one["count"],
            one["examples"][:EXAMPLES_SHOWN],
            one["code"] in ALARMS,
        )
        for one in said["losses"]
    ]
    return Report(
        [one for one in counts if one.found or one.made or one.known],
        sorted(losses, key=lambda loss: (not loss.is_alarm, -loss.count)),
        [_sample(one) for one in said.get("samples", ())],
    )


def options_in_words(job: Import, community: Community) -> list[Option]:
    """What was chosen beside the file, as its form words it."""
    importer = importers.get(job.kind)
    if importer is None:
        return []
    form = importer.form(community, initial=job.options)
    return [Option(str(field.label), _said(field)) for field in form]


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    latest: Import | None = Import.objects.newest().first()
    words = gettext("wordpress stack exchange upload move bring old site migrate")
    value = gettext("nothing brought in yet")
    if latest is not None:
        said = {"what": latest.file_name, "says": latest.get_state_display()}
        value = gettext("%(what)s: %(says)s") % said
    return [Setting(gettext("Import"), value, words=words)]


def _said(field: Any) -> str:
    value = "" if field.value() is None else field.value()
    choices = dict(getattr(field.field, "choices", None) or {})
    if value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value or gettext("none"))


def _sample(said: Mapping[str, Any]) -> dict[str, Any]:
    at = parse_datetime(said["at"])
    return {
        **said,
        "on": date_format(at, "DATE_FORMAT") if at else "",
        "is_public": said["state"] == State.PUBLISHED,
    }
