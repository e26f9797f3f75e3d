"""What of a profile somebody may read, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from communities.models import Community, Membership
from communities.people.fields.defined import (
    EVERYBODY,
    MEMBERS,
    SEEN_BY,
    Field,
    every_field,
    fields_here,
    fields_of,
)
from communities.people.fields.kinds import KINDS, FieldKind, is_web_address

Profile = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """One line of a profile. `url` is set for a link; `audience` is for its owner: who else sees it."""

    label: str
    parts: list[str]
    url: str = ""
    audience: str = ""

    @property
    def words(self) -> str:
        return ", ".join(self.parts)


def audiences_of(reader: Membership | None) -> tuple[str, ...]:
    """Which fields of others somebody reads: visitors those for everybody, members more, the team all."""
    if reader is None or not reader.is_active:
        return (EVERYBODY,)
    return SEEN_BY if reader.is_staff else (EVERYBODY, MEMBERS)


def may_see(field: Field, person: Membership, reader: Membership | None) -> bool:
    own = reader is not None and reader.pk == person.pk
    return own or field.seen_by in audiences_of(reader)


def answers_of(community: Community, person: Membership, reader: Membership | None) -> list[Answer]:
    """What `reader` may see of somebody’s answers, in the order of the fields. No query."""
    own = reader is not None and reader.pk == person.pk
    return [
        answer_to(field, person.profile, own=own)
        for field in fields_of(community)
        if field.key in person.profile and may_see(field, person, reader) and _words(field, person.profile)
    ]


def answer_to(field: Field, profile: Profile, *, own: bool = False) -> Answer:
    value = profile[field.key]
    url = value if field.kind == "link" and is_web_address(value) else ""
    parts = [_shortened(url)] if url else _kind(field).parts(field, value)
    return Answer(field.label, parts, url, audience_words(field) if own else "")


def audience_words(field: Field) -> str:
    """Who else sees an answer, for the person who gives it; empty where everybody does."""
    if field.kind == "file":
        return _("Only the team opens the file.")
    return {"members": _("Seen by members."), "team": _("Seen by the team only.")}.get(field.seen_by, "")


def words_of_profile(profile: Profile, community: Community | None = None) -> dict[str, str]:
    """Every answer by the name of its field, those of fields that were put away too: for the team and for exports.

    Without its community, that of the scope. What nobody asks any more stands under its key.
    """
    known = {field.key: field for field in every_field(community)} if community else fields_here()
    said: dict[str, str] = {}
    for key in [*(key for key in known if key in profile), *(key for key in profile if key not in known)]:
        field = known.get(key)
        words = _words(field, profile) if field else _plain(profile[key])
        if words:
            said[field.label if field else key] = words
    return said


def exported(field: Field, profile: Profile) -> str:
    """One cell of a table."""
    return _kind(field).exported(field, profile[field.key]) if field.key in profile else ""


def unanswered(community: Community, profile: Profile) -> list[str]:
    """The names of fields that ask for an answer which is not there; files are sent, not answered. No query."""
    asked = (field for field in fields_of(community) if field.required and field.kind != "file")
    return [field.label for field in asked if field.key not in profile]


def own_words(profile: Profile, fields: Iterable[Field]) -> list[str]:
    """What somebody wrote themselves, to be judged as names are."""
    return [
        part
        for field in fields
        if field.key in profile and _kind(field).has_words
        for part in _kind(field).parts(field, profile[field.key])
    ]


def _words(field: Field, profile: Profile) -> str:
    return _kind(field).words(field, profile[field.key])


def _kind(field: Field) -> FieldKind:
    return KINDS[field.kind]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _shortened(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
