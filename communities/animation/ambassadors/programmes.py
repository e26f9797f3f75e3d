"""Writing a programme: its call, what it promises, the versions of its charter."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from communities.animation.ambassadors.exceptions import KindTaken, ProgrammeChanged
from communities.animation.ambassadors.models import Charter, Programme
from communities.animation.ambassadors.permissions import can_run_programme
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Membership


@dataclass(frozen=True)
class ProgrammeWishes:
    """What a programme says, and whether people may apply. `months` is how long a term is."""

    name: str
    call: str
    charter: str
    is_open: bool = False
    rewarded: bool = False
    months: int = 6

    def put_into(self, programme: Programme) -> None:
        programme.name, programme.call = one_line(self.name), self.call.strip()
        programme.is_open, programme.rewarded, programme.months = self.is_open, self.rewarded, self.months


@transaction.atomic
def write_programme(kind: str, wishes: ProgrammeWishes, *, by: Membership) -> Programme:
    """A programme with the first version of its charter. Raises NotAllowed, KindTaken."""
    if not can_run_programme(by):
        raise NotAllowed
    programme = Programme(kind=kind)
    wishes.put_into(programme)
    try:
        with transaction.atomic():
            programme.save()
    except IntegrityError as taken:
        raise KindTaken from taken
    Charter.objects.create(programme=programme, number=1, text=_lines(wishes.charter))
    record(by, "programme_written", what=programme.name, about=programme.pk)
    return programme


@transaction.atomic
def edit_programme(
    programme: Programme, wishes: ProgrammeWishes, *, by: Membership, version: int | None = None
) -> Programme:
    """Change what it says; another charter is another version, and whoever accepted the former is asked again.

    `version` is the one that its form was opened with. Raises NotAllowed, ProgrammeChanged.
    """
    if not can_run_programme(by):
        raise NotAllowed
    row: Programme = Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if version is not None and version != row.version:
        raise ProgrammeChanged
    before = row.values()
    wishes.put_into(row)
    if _lines(wishes.charter) != _lines(charter_of(row).text):
        row.charter += 1
        Charter.objects.create(programme=row, number=row.charter, text=_lines(wishes.charter))
    row.version += 1
    row.save()
    record(by, "programme_edited", what=row.name, about=row.pk, before=before, after=row.values())
    return row


def _lines(text: str) -> str:
    """Browsers end lines otherwise than files do: that alone is no other charter."""
    return "\n".join(text.strip().splitlines())


def charter_of(programme: Programme, number: int | None = None) -> Charter:
    """The version in force, or another."""
    found: Charter = Charter.objects.of(programme.pk, number or programme.charter).get()
    return found
