"""Profile fields: what members are asked of themselves. What they answered belongs to them, and goes nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.console.fields.forms import LONGEST_HELP, LONGEST_NAME, LONGEST_OPTION
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.parts.field_rows import SEEN_BY_LABELS, FieldRow, two_of_a_name
from communities.console.recipe.parts.forms import Rows
from communities.console.recipe.schema import At, Texts, choice, flag, in_language, mapping, rows, texts
from communities.letters import fold
from communities.models import Community, Membership
from communities.people.fields.defined import EVERYBODY, SEEN_BY, said_in
from communities.people.fields.kinds import KINDS
from communities.people.fields.services import (
    MOST_FIELDS,
    MOST_OPTIONS,
    FieldWishes,
    add_field,
    answers_to,
    delete_field,
    spaces_by,
)
from communities.people.models import ProfileField
from communities.people.permissions import can_edit_profile_fields

FLAGS = ("required", "at_joining", "filters")


class FieldsPart(Part):
    name = "fields"
    label = _("Profile fields")
    says = _("What members may say about themselves. Every question at joining puts some people off.")
    order = 62
    template = "recipe/part_fields.html"
    short_in_its_words = True
    needed = False

    def may(self, membership: Membership) -> bool:
        return can_edit_profile_fields(membership)

    def read(self, said: Any, at: At) -> list[dict[str, Any]]:
        return rows(said, at, _read_field, most=MOST_FIELDS)

    def propose(self, wish: Wish) -> list[dict[str, Any]]:
        """In all languages that the blueprint knows: one that the community learns later is there already."""
        return [dict(one) for one in wish.blueprint.parts.get(self.name, ())]

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return Rows(
            FieldRow, values, data, most=MOST_FIELDS, check=two_of_a_name, options={"spoken": wish.spoken}
        )

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        return {"lines": [_line(one, wish) for one in values if one["kind"] in KINDS]}

    def short(self, values: Any, wish: Wish) -> str:
        return ", ".join(wish.words(one["names"]) for one in values)

    def missing(self, community: Community, values: Any) -> Any:
        """Known by their names, in any language; one that was put away is there as well."""
        known = {
            fold(name)
            for names in ProfileField.objects.values_list("names", flat=True)
            for name in names.values()
        }
        return [one for one in values if not known & {fold(name) for name in one["names"].values()}]

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        made = [add_field(one["kind"], _wishes(one), by=by, community=community) for one in new]
        words = ngettext("%(n)s profile field: %(names)s", "%(n)s profile fields: %(names)s", len(new)) % {
            "n": len(new),
            "names": ", ".join(said_in(field.names, community.language) for field in made),
        }
        return Made(words, {"fields": [field.pk for field in made]})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        fields = list(ProfileField.objects.filter(pk__in=kept["fields"]))
        if any(_is_used(field) for field in fields):
            raise WrittenSince
        for field in fields:
            delete_field(field, by=by, community=community)

    def describe(self, community: Community) -> list[dict[str, Any]] | None:
        fields = ProfileField.objects.living().in_order()
        found = [_described(field, community.language) for field in fields if field.kind in KINDS]
        return [one for one in found if one["kind"] not in _with_options() or one["answers"]] or None


def _with_options() -> set[str]:
    return {kind.name for kind in KINDS if kind.has_options}


def _read_field(said: Any, at: At) -> dict[str, Any]:
    found = mapping(
        said,
        at,
        needed=["kind", "name"],
        optional=["help", "answers", "seen_by", "required", "at_joining", "filter"],
    )
    kind = KINDS[choice(found["kind"], at / "kind", [kind.name for kind in KINDS])]
    asked, filters = (flag(found.get(name, False), at / name) for name in ("at_joining", "filter"))
    if asked and not kind.can_ask_at_joining:
        raise (at / "at_joining").refuse(f"a {kind.name} is not asked at joining")
    if filters and not kind.can_filter:
        raise (at / "filter").refuse(f"a {kind.name} is no filter")
    if kind.has_options != bool(found.get("answers")):
        raise (at / "answers").refuse(
            "is missing" if kind.has_options else f"a {kind.name} has none to choose from"
        )
    return {
        "kind": kind.name,
        "names": _texts(found["name"], at / "name", LONGEST_NAME),
        "helps": _texts(found["help"], at / "help", LONGEST_HELP) if found.get("help") else {},
        "options": rows(
            found.get("answers", []),
            at / "answers",
            lambda one, here: _texts(one, here, LONGEST_OPTION),
            least=0,
            most=MOST_OPTIONS,
        ),
        "seen_by": choice(found.get("seen_by", EVERYBODY), at / "seen_by", SEEN_BY),
        "required": flag(found.get("required", False), at / "required"),
        "at_joining": asked,
        "filters": filters,
    }


def _texts(said: Any, at: At, most: int) -> Texts:
    """A community’s own may have words in a language that it speaks beside its first."""
    return texts(said, at, most=most, others=[code for code, _name in settings.LANGUAGES])


def _line(one: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
    return {
        "name": wish.words(one["names"]),
        "kind": KINDS[one["kind"]].label,
        "seen_by": SEEN_BY_LABELS[one["seen_by"]],
        "answers": [wish.words(option) for option in one["options"]],
    } | {name: one[name] for name in FLAGS}


def _wishes(one: Mapping[str, Any]) -> FieldWishes:
    options = [{"id": None, "names": names, "off": False} for names in one["options"]]
    return FieldWishes(
        names=one["names"],
        helps=one["helps"],
        options=options,
        seen_by=one["seen_by"],
        **{name: one[name] for name in FLAGS},
    )


def _is_used(field: ProfileField) -> bool:
    """Whether somebody has answered it, changed it, or lets people into a space by it."""
    return bool(
        field.version > 1
        or field.retired
        or answers_to(field)
        or field.files.exists()
        or spaces_by(field.key)
    )


def _described(field: ProfileField, language: str) -> dict[str, Any]:
    """Its words and its rules; nobody’s answers, and no key by which they could be found."""
    said: dict[str, Any] = {
        "kind": field.kind,
        "name": _said(field.names, language),
        "help": _said(field.helps, language) if field.helps else None,
        "answers": [_said(one["names"], language) for one in field.options if not one["off"]],
        "seen_by": field.seen_by,
    }
    return said | {"required": field.required, "at_joining": field.at_joining, "filter": field.filters}


def _said(words: Texts, language: str) -> Texts:
    return {**words, language: in_language(words, language)}
