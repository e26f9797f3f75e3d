"""Whom a space means by an answer: those who chose one of some options, named a town, were verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from communities.content.circles import Circle, Said
from communities.letters import fold
from communities.models import JUDGING_ROLES, Membership
from communities.people.fields.defined import Field, fields_here
from communities.people.fields.kinds import KINDS, VERIFIED, holding, plain_words
from communities.terms import having_role

MOST_VALUES = 30
LONGEST_VALUE = 80


class WithValue(Circle):
    """Those whose profile has one of some values in a field, whoever sees it: no member learns who has which.

    A space keeps {"field": key, "options": [numbers]}, or {"field": key, "words": [texts]}, or {"field": key,
    "verified": true}: names can change, and nobody gets in or out by it.
    """

    name, label, icon, order = "field", _("A value of a profile field"), "user", 30
    keeps = "field"

    def holds(self, membership: Membership, said: Said) -> bool:
        if membership.can_judge:
            return True
        value = membership.profile.get(said.get("field", ""))
        return value is not None and not membership.is_suspended and _matches(value, said)

    def people(self, said: Said) -> Q:
        # Accents and case of texts are left to `holds`: a count that is a few short frightens nobody.
        key = said.get("field", "")
        found = having_role(JUDGING_ROLES) | holding(key, said.get("options", ()))
        for words in said.get("words", ()):
            found |= Q(profile__contains={key: words})
            found |= Q(profile__contains={key: {"words": plain_words(words)}})
        return found | Q(profile__contains={key: VERIFIED}) if said.get("verified") else found

    def words(self, said: Said) -> str:
        if not said.get("field"):
            return str(self.label)
        field = fields_here().get(said["field"])
        if field is None:
            return gettext("Nobody: the profile field is gone")
        return gettext("%(field)s: %(values)s") % {
            "field": field.label,
            "values": get_text_list(_values(field, said), gettext("or")),
        }

    def fields(self, said: Said) -> dict[str, forms.Field]:
        known = fields_here()
        present = known.get(said.get("field", ""))
        choices = [(one.key, one.label) for one in known.values() if _can_tell(one, present)]
        return {
            "field": forms.ChoiceField(
                label=_("Profile field"),
                choices=[("", _("Choose")), *choices],
                required=False,
                initial=present.key if present else "",
                help_text=""
                if choices
                else _("Your members are asked nothing yet: add a profile field first."),
            ),
            "values": forms.CharField(
                label=_("Values"),
                required=False,
                max_length=MOST_VALUES * LONGEST_VALUE,
                initial=", ".join(_values(present, said)) if present else "",
                help_text=_("Separated by commas; one of them is enough. For a file: “verified”."),
            ),
        }

    def said_by(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        field = fields_here().get(cleaned["field"])
        if field is None:
            raise forms.ValidationError({"field": gettext("Choose a profile field.")})
        if field.kind == "file":
            return {"field": field.key, "verified": True}
        values = [" ".join(value.split()) for value in str(cleaned["values"]).split(",")]
        values = [value[:LONGEST_VALUE] for value in dict.fromkeys(values) if value][:MOST_VALUES]
        if not values:
            raise forms.ValidationError({"values": gettext("Write at least one value.")})
        if KINDS[field.kind].has_options:
            return {"field": field.key, "options": _chosen(field, values)}
        return {"field": field.key, "words": values}


def _can_tell(field: Field, present: Field | None) -> bool:
    return field == present or (not field.retired and field.kind not in ("date", "link"))


def _matches(value: Any, said: Said) -> bool:
    if said.get("verified"):
        return bool(value == VERIFIED)
    options = said.get("options", ())
    if isinstance(value, list):
        return not set(options).isdisjoint(value)
    if isinstance(value, int):
        return value in options
    words = said.get("words", ())
    if isinstance(value, dict):
        return any(set(plain_words(one)) <= set(value.get("words", ())) for one in words if plain_words(one))
    return fold(str(value)) in {fold(one) for one in words}


def _values(field: Field, said: Said) -> list[str]:
    """What a space means, in the words of today."""
    if said.get("verified"):
        return [pgettext("answer", "verified")]
    chosen = [field.name_of(id) for id in said.get("options", ())]
    return [one for one in [*chosen, *map(str, said.get("words", ()))] if one]


def _chosen(field: Field, values: list[str]) -> list[int]:
    """The numbers of options by their names in any language; a name may have commas in it."""
    numbers = {fold(name): one.id for one in field.options for name in one.names.values()}
    found: list[int] = []
    start = 0
    while start < len(values):
        ends = range(len(values), start, -1)
        end = next((end for end in ends if fold(", ".join(values[start:end])) in numbers), None)
        if end is None:
            names = get_text_list([field.name_of(one.id) for one in field.options], gettext("or"))
            raise forms.ValidationError(
                {
                    "values": gettext("“%(value)s” is not an answer to this field. Write one of: %(names)s.")
                    % {"value": values[start], "names": names}
                }
            )
        found.append(numbers[fold(", ".join(values[start:end]))])
        start = end
    return sorted(set(found))
