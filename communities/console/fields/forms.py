"""The forms of a profile field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from communities.fields import one_line
from communities.letters import fold
from communities.models import Community
from communities.people.fields.kinds import KINDS, FieldKind
from communities.people.fields.services import MOST_OPTIONS, FieldWishes
from communities.people.models import ProfileField

LONGEST_NAME = 60
LONGEST_HELP = 200
LONGEST_OPTION = 80
# So many empty rows stand under the answers; saving gives as many again.
FREE_ROWS = 3


class FieldKindForm(forms.Form):
    """What kind of answer a new field takes: it cannot be changed later, since the answers are of it."""

    kind = forms.ChoiceField(label=_("What they answer with"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        choice: Any = self.fields["kind"]
        colon = pgettext("after a label", ": ")
        choice.choices = [(kind.name, f"{kind.label}{colon}{kind.about}") for kind in KINDS]


@dataclass(frozen=True)
class OptionRow:
    """One answer that can be chosen: its number (0 for a new one), its names, whether it is offered."""

    id: int
    names: list[forms.BoundField]
    off: forms.BoundField


class ProfileFieldForm(forms.Form):
    """One field: its words in each language of the community, its answers, who sees it, when it is asked."""

    seen_by = forms.ChoiceField(
        label=_("Who sees the answer"),
        choices=[
            ("everybody", _("Everybody, visitors too")),
            ("members", _("Members")),
            ("team", _("The team only")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Members always see their own."),
    )
    required = forms.BooleanField(
        label=_("An answer is needed"),
        required=False,
        help_text=_("Members who are here already are asked when they next save their profile."),
    )
    at_joining = forms.BooleanField(
        label=_("Ask when somebody joins"),
        required=False,
        help_text=_("Every extra question puts some people off. All fields can be answered later."),
    )
    filters = forms.BooleanField(label=_("Filter of the member list"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, kind: FieldKind, community: Community, field: ProfileField | None = None
    ) -> None:
        self.kind, self.field, self.codes = kind, field, community.all_languages
        super().__init__(data, initial=_values(field))
        for code in self.codes:
            self._add_words(f"name-{code}", _("Name"), code, LONGEST_NAME, code == community.language)
        for code in self.codes:
            self._add_words(f"help-{code}", _("Help under it"), code, LONGEST_HELP, False)
        if not kind.can_ask_at_joining:
            del self.fields["at_joining"]
        if not kind.can_filter:
            del self.fields["filters"]
        self.option_ids = self._option_ids() if kind.has_options else []
        for number, id in enumerate(self.option_ids, start=1):
            self._add_option(id, _("Answer %(n)s") % {"n": number})

    def _add_words(self, name: str, label: Any, code: str, longest: int, required: bool) -> None:
        language = dict(settings.LANGUAGES).get(code, code)
        words = f"{label} ({language})" if len(self.codes) > 1 else label
        self.fields[name] = forms.CharField(
            label=words,
            max_length=longest,
            required=required,
            widget=forms.TextInput(attrs={"lang": code, "autocomplete": "off"}),
        )

    def _option_ids(self) -> list[str]:
        """The rows: as they were sent, or as they are stored with free ones under them."""
        if self.is_bound:
            sent = cast("QueryDict", self.data).getlist("option")[: MOST_OPTIONS + FREE_ROWS]
            typed = [one[:6] for one in sent if one[:6].isascii() and one[:6].isalnum()]
            # No page writes “01” for the answer 1: of two rows of one answer the first is meant.
            rows: dict[int | str, str] = {}
            for one in typed:
                rows.setdefault(_number(one) or one, one)
            return list(rows.values())
        stored = [str(one["id"]) for one in self.field.options] if self.field else []
        return [*stored, *(f"n{number}" for number in range(FREE_ROWS if stored else 2 * FREE_ROWS))]

    def _add_option(self, id: str, label: str) -> None:
        for code in self.codes:
            self._add_words(f"option-{id}-{code}", label, code, LONGEST_OPTION, False)
        self.fields[f"off-{id}"] = forms.BooleanField(label=_("No longer offered"), required=False)

    @property
    def name_fields(self) -> list[forms.BoundField]:
        return [self[f"name-{code}"] for code in self.codes]

    @property
    def help_fields(self) -> list[forms.BoundField]:
        return [self[f"help-{code}"] for code in self.codes]

    def option_rows(self) -> Iterator[OptionRow]:
        for id in self.option_ids:
            names = [self[f"option-{id}-{code}"] for code in self.codes]
            yield OptionRow(_number(id), names, self[f"off-{id}"])

    @property
    def rows(self) -> Sequence[tuple[str, OptionRow]]:
        return list(zip(self.option_ids, self.option_rows(), strict=True))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seen: dict[str, set[str]] = {code: set() for code in self.codes}
        for id in self.option_ids:
            for code in self.codes:
                name = fold(self._words(f"option-{id}-{code}"))
                if name and name in seen[code]:
                    self.add_error(f"option-{id}-{code}", _("This answer is there twice."))
                seen[code].add(name)
        return cleaned

    def wishes(self) -> FieldWishes:
        data = self.cleaned_data
        return FieldWishes(
            names={code: self._words(f"name-{code}") for code in self.codes} | self._others("names"),
            helps={code: self._words(f"help-{code}") for code in self.codes} | self._others("helps"),
            options=[one for one in map(self._option, self.option_ids) if any(one["names"].values())],
            seen_by=data["seen_by"],
            required=data["required"],
            at_joining=data.get("at_joining", False),
            filters=data.get("filters", False),
        )

    def _option(self, id: str) -> dict[str, Any]:
        names = {code: self._words(f"option-{id}-{code}") for code in self.codes}
        return {"id": _number(id) or None, "names": names, "off": self.cleaned_data[f"off-{id}"]}

    def _others(self, what: str) -> dict[str, str]:
        """Words in languages that the community does not speak now: it may again."""
        kept = getattr(self.field, what) if self.field else {}
        return {code: words for code, words in kept.items() if code not in self.codes}

    def _words(self, name: str) -> str:
        return one_line(str(self.cleaned_data.get(name, "")))


def _number(id: str) -> int:
    return int(id) if id.isdigit() else 0


def _values(field: ProfileField | None) -> dict[str, Any]:
    if field is None:
        return {"seen_by": "everybody"}
    said = {
        name: getattr(field, name) for name in ("seen_by", "required", "at_joining", "filters", "version")
    }
    said |= {f"name-{code}": words for code, words in field.names.items()}
    said |= {f"help-{code}": words for code, words in field.helps.items()}
    for option in field.options:
        said |= {f"option-{option['id']}-{code}": words for code, words in option["names"].items()}
        said[f"off-{option['id']}"] = option["off"]
    return said


class FileWordForm(forms.Form):
    word = forms.CharField(label=_("Message for them"), max_length=500, required=False)
