"""What the demo’s members are asked of themselves, and their answers in the form that profiles keep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communities.demo.reading import Brand, Entry
from communities.models import Community
from communities.people.fields.kinds import KINDS, VERIFIED
from communities.people.fields.services import put_in_force
from communities.people.models import ProfileField


def settle_fields(brand: Brand, community: Community) -> None:
    """The community’s profile fields, created where missing. Needs the scope."""
    known = set(ProfileField.objects.values_list("key", flat=True))
    missing = [one for one in brand.fields if one["key"] not in known]
    ProfileField.objects.bulk_create(
        [_field(said, place) for place, said in enumerate(missing, start=len(known))]
    )
    if missing:
        put_in_force(community)


def _field(said: Entry, place: int) -> ProfileField:
    options = [
        {"id": number, "names": one["names"], "off": False}
        for number, one in enumerate(said.get("options", ()), start=1)
    ]
    plain = ("key", "kind", "names", "helps", "seen_by", "at_joining", "filters")
    field = ProfileField(**{name: said[name] for name in plain if name in said})
    field.options, field.options_made, field.place = options, len(options), place
    field.check_community()
    return field


def answers_of(brand: Brand, said: Mapping[str, Any]) -> dict[str, Any]:
    """The profile of one member of the files."""
    told = {**said["fields"], "interests": ", ".join(said["interests"])}
    profile: dict[str, Any] = {}
    for field in brand.fields:
        words = next((told[name] for name in field["from"] if told.get(name)), None)
        value = _value(field, str(words)) if words else None
        if value is not None:
            profile[field["key"]] = value
    return profile


def _value(field: Entry, words: str) -> Any:
    if field["kind"] == "file":
        return VERIFIED if words == "oui" else None
    if field["kind"] == "choice":
        return _option(field, words)
    if field["kind"] == "several":
        numbers = (_option(field, one.strip()) for one in words.split(","))
        return sorted(filter(None, numbers)) or None
    return KINDS[field["kind"]].kept(words)


def _option(field: Entry, words: str) -> int | None:
    """The number of the option that some words mean; that of “another” where none does."""
    plain = words.replace("\u00a0", " ")
    for number, one in enumerate(field["options"], start=1):
        if plain in [*one.get("said", ()), *one["names"].values()]:
            return number
    last = field["options"][-1]
    has_said = any("said" in one for one in field["options"])
    return len(field["options"]) if has_said and "said" not in last else None
