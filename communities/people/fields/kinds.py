"""The kinds of profile fields: how each is asked, kept, shown, filtered and exported.

A value is kept in `Membership.profile` under the key of its field, as JSON: a text, a date, a link as they read; a
choice as the number of its option, several as a list of them; a place with its plain words, by which it is found.
Another kind is a class here and `KINDS.register(…)`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from communities.dates import DayField
from communities.fields import one_line
from communities.letters import fold
from communities.people.fields.defined import Field
from communities.registries import Registry

LONGEST = 300
LONGEST_PLACE = 80
# Up to so many options, all of them stand on the page.
FEW = 5
VERIFIED = "verified"
FILE_TYPES = "application/pdf,image/jpeg,image/png,image/webp"


class FieldKind:
    """One kind. `value` is what is kept, never None."""

    name: ClassVar[str]
    label: ClassVar[Promise]
    about: ClassVar[Promise]
    order: ClassVar[int]
    has_options: ClassVar[bool] = False
    can_filter: ClassVar[bool] = False
    can_ask_at_joining: ClassVar[bool] = True
    # Whether the members’ own words are in it: these are judged as names are.
    has_words: ClassVar[bool] = False

    def control(self, field: Field, value: Any = None) -> forms.Field:
        """The field of a form, filled with `value`."""
        raise NotImplementedError

    def kept(self, said: Any) -> Any:
        """What is kept of a cleaned answer; None where nothing is."""
        return said or None

    def parts(self, field: Field, value: Any) -> list[str]:
        """The value in words, one for each thing that it names; empty for what makes no sense any more."""
        return [value] if isinstance(value, str) else []

    def words(self, field: Field, value: Any) -> str:
        return ", ".join(self.parts(field, value))

    def exported(self, field: Field, value: Any) -> str:
        """As a table for machines has it."""
        return self.words(field, value)

    def found_by(self, field: Field, words: str) -> Q:
        """Memberships whose value holds the words, for the team’s list; as good as it can be without an index."""
        return Q(**{f"profile__{field.key}__icontains": words})

    def wanted(self, field: Field, typed: str) -> list[Any]:
        """For the filter of the member list: what a value must contain, one of them; empty for what cannot be."""
        return []


class Text(FieldKind):
    name, label, order = "text", gettext_lazy("Text"), 10
    about = gettext_lazy("A line in their own words.")
    has_words = True

    def control(self, field: Field, value: Any = None) -> forms.Field:
        return forms.CharField(max_length=LONGEST, initial=value)

    def kept(self, said: Any) -> Any:
        return one_line(str(said or "")) or None


class Choice(FieldKind):
    name, label, order = "choice", gettext_lazy("One choice"), 20
    about = gettext_lazy("One of your answers.")
    has_options = can_filter = True

    def control(self, field: Field, value: Any = None) -> forms.Field:
        choices = offered(field, [value])
        few = len(choices) <= FEW
        blank = [("", _("No answer"))] if few else [("", _("Choose"))]
        return forms.ChoiceField(
            choices=choices if few and field.required else blank + choices,
            initial="" if value is None else str(value),
            widget=forms.RadioSelect if few else forms.Select,
        )

    def kept(self, said: Any) -> Any:
        return int(said) if said else None

    def parts(self, field: Field, value: Any) -> list[str]:
        return list(filter(None, [field.name_of(value)]))

    def found_by(self, field: Field, words: str) -> Q:
        return holding(field.key, options_named(field, words))

    def wanted(self, field: Field, typed: str) -> list[Any]:
        return [option.id for option in field.options if str(option.id) == typed]


class AskedBoxes(forms.CheckboxSelectMultiple):
    """Boxes that ask a person something: whether they must answer is said."""

    says_optional = True


class Several(Choice):
    name, label, order = "several", gettext_lazy("Several choices"), 30
    about = gettext_lazy("As many of your answers as apply.")

    def control(self, field: Field, value: Any = None) -> forms.Field:
        had = value if isinstance(value, list) else []
        return forms.MultipleChoiceField(
            choices=offered(field, had),
            initial=[str(one) for one in had],
            widget=AskedBoxes,
        )

    def kept(self, said: Any) -> Any:
        return sorted(int(one) for one in said or ()) or None

    def parts(self, field: Field, value: Any) -> list[str]:
        had = value if isinstance(value, list) else []
        return [field.name_of(option.id) for option in field.options if option.id in had]

    def wanted(self, field: Field, typed: str) -> list[Any]:
        return [[id] for id in super().wanted(field, typed)]


class Date(FieldKind):
    name, label, order = "date", gettext_lazy("Date"), 40
    about = gettext_lazy("A day, shown as the language writes it.")

    def control(self, field: Field, value: Any = None) -> forms.Field:
        return DayField(initial=_day(value))

    def kept(self, said: Any) -> Any:
        return said.isoformat() if said else None

    def parts(self, field: Field, value: Any) -> list[str]:
        day = _day(value)
        return [date_format(day, "DATE_FORMAT")] if day else []

    def exported(self, field: Field, value: Any) -> str:
        return str(value)


class Place(FieldKind):
    name, label, order = "place", gettext_lazy("Place"), 50
    about = gettext_lazy("A town or region; the list of members can be narrowed down to one.")
    can_filter = has_words = True

    def control(self, field: Field, value: Any = None) -> forms.Field:
        return forms.CharField(max_length=LONGEST_PLACE, initial=(value or {}).get("said"))

    def kept(self, said: Any) -> Any:
        text = one_line(str(said or ""))
        return {"said": text, "words": plain_words(text)} if text else None

    def parts(self, field: Field, value: Any) -> list[str]:
        return [str(value["said"])] if isinstance(value, dict) and value.get("said") else []

    def found_by(self, field: Field, words: str) -> Q:
        return Q(**{f"profile__{field.key}__said__icontains": words})

    def wanted(self, field: Field, typed: str) -> list[Any]:
        words = plain_words(typed)
        return [{"words": words}] if words else []


class Link(FieldKind):
    name, label, order = "link", gettext_lazy("Link"), 60
    about = gettext_lazy("An address on the web; search engines are told not to follow it.")
    has_words = True

    def control(self, field: Field, value: Any = None) -> forms.Field:
        wrong = _("Write a web address, such as https://example.org.")
        control = forms.URLField(
            max_length=LONGEST, assume_scheme="https", initial=value, error_messages={"invalid": wrong}
        )
        others = [one for one in control.validators if not isinstance(one, URLValidator)]
        control.validators = [*others, URLValidator(schemes=["http", "https"], message=wrong)]
        control.widget.attrs["placeholder"] = "https://"
        return control

    def parts(self, field: Field, value: Any) -> list[str]:
        return [value] if is_web_address(value) else []


class VerifiedFile(FieldKind):
    """The file itself is the team’s alone, in `ProfileFile`; what is kept here is that the team has verified it."""

    name, label, order = "file", gettext_lazy("File for verification"), 70
    about = gettext_lazy(
        "A card or a certificate that only the team opens. What others see is that you have verified it."
    )
    can_ask_at_joining = False

    def control(self, field: Field, value: Any = None) -> forms.Field:
        return forms.FileField(widget=forms.FileInput({"accept": FILE_TYPES, "class": "input"}))

    def kept(self, said: Any) -> Any:
        return None

    def parts(self, field: Field, value: Any) -> list[str]:
        return [pgettext("answer", "verified")] if value == VERIFIED else []

    def found_by(self, field: Field, words: str) -> Q:
        return Q(profile__contains={field.key: VERIFIED})


KINDS: Registry[FieldKind] = Registry("kind of profile field")
for _kind in (Text(), Choice(), Several(), Date(), Place(), Link(), VerifiedFile()):
    KINDS.register(_kind)


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.name, kind.label) for kind in KINDS]


def offered(field: Field, had: Iterable[Any]) -> list[tuple[str, str]]:
    """The options that somebody can choose: those on offer, and what they have already."""
    had = list(had)
    return [(str(one.id), field.name_of(one.id)) for one in field.options if not one.off or one.id in had]


def options_named(field: Field, words: str) -> list[int]:
    """The options whose name, in any language, holds the words."""
    wanted = fold(words)
    return [one.id for one in field.options if any(wanted in fold(name) for name in one.names.values())]


def holding(key: str, options: Sequence[int]) -> Q:
    """Memberships with one of some options, chosen alone or among several; nobody for none."""
    found = Q(pk__in=[])
    for id in options:
        found |= Q(profile__contains={key: id}) | Q(profile__contains={key: [id]})
    return found


def plain_words(text: str) -> list[str]:
    """Without accents, case and signs: how places are compared."""
    return re.findall(r"\w+", fold(text))[:12]


def is_web_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None
