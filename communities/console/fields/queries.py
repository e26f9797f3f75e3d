"""What the pages of profile fields show, and what the overview says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.content.models import Space
from communities.keysets import NUMBER, Keyset
from communities.models import Community, Membership
from communities.people.fields import services
from communities.people.fields.defined import Field, every_field, fields_here, fields_of
from communities.people.fields.kinds import KINDS
from communities.people.models import ProfileField, ProfileFile
from communities.setup import Setting

BY_NUMBER = Keyset(("pk", NUMBER), size=30)


@dataclass(frozen=True)
class FieldLine:
    """A field in the list of the settings: its row, and how pages read it."""

    row: ProfileField
    field: Field

    @property
    def kind(self) -> str:
        return str(KINDS[self.row.kind].label)


def fields_page(community: Community) -> dict[str, Any]:
    known = {field.key: field for field in every_field(community)}
    rows = ProfileField.objects.in_order()
    lines = [FieldLine(row, known[row.key]) for row in rows if row.key in known]
    return {
        "lines": [line for line in lines if not line.row.retired],
        "put_away": [line for line in lines if line.row.retired],
        "waiting": ProfileFile.objects.waiting().count(),
        "has_files": any(line.row.kind == "file" for line in lines),
        "robots": "noindex",
    }


@dataclass(frozen=True)
class Loss:
    """What goes with a field."""

    answers: int
    files: int
    spaces: list[Space]


def loss_of(field: ProfileField) -> Loss:
    return Loss(services.answers_to(field), field.files.count(), services.spaces_by(field.key))


def files_page(*, every: bool = False, after: str = "") -> dict[str, Any]:
    files = ProfileFile.objects.select_related("membership", "field", "decided_by").order_by("pk")
    rows = files if every else files.filter(state=ProfileFile.State.WAITING)
    place = BY_NUMBER.place(after)
    page = BY_NUMBER.page(rows.filter(pk__gt=place[0]) if place else rows)
    known = {field.key: field.label for field in fields_here().values()}
    for file in page.rows:
        file.label = known.get(file.field.key, "")
    return {"page": page, "every": every, "robots": "noindex"}


def settings_of(community: Community, reader: Membership) -> Sequence[Setting]:
    asked = len(fields_of(community))
    words = ngettext("%(n)s field", "%(n)s fields", asked) % {"n": number_format(asked)}
    said = [
        Setting(
            _("Profile fields"),
            words if asked else _("nothing besides name and picture"),
            words=_("profile questions form members choice date link place directory filter custom"),
        )
    ]
    waiting = ProfileFile.objects.waiting().count()
    if waiting:
        words = ngettext("%(n)s waits for you", "%(n)s wait for you", waiting) % {"n": number_format(waiting)}
        said.append(Setting(_("Files for verification"), words, words=_("verify proof card"), missing=True))
    return said
