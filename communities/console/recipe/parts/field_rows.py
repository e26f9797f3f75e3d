"""A profile field of a proposal, as it is edited: its words in each language, its answers one a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.console.fields.forms import LONGEST_HELP, LONGEST_NAME, LONGEST_OPTION
from communities.console.recipe.parts.forms import Row
from communities.fields import one_line
from communities.letters import fold
from communities.people.fields.defined import SEEN_BY
from communities.people.fields.kinds import KINDS, kind_choices
from communities.people.fields.services import MOST_OPTIONS

SEEN_BY_LABELS = dict(
    zip(SEEN_BY, (_("Everybody, visitors too"), _("Members"), _("The team only")), strict=True)
)
LONGEST = {"names": LONGEST_NAME, "helps": LONGEST_HELP}


class FieldRow(Row):
    kind = forms.ChoiceField(label=_("What they answer with"))
    seen_by = forms.ChoiceField(label=_("Who sees the answer"), choices=list(SEEN_BY_LABELS.items()))
    required = forms.BooleanField(label=_("An answer is needed"), required=False)
    at_joining = forms.BooleanField(label=_("Ask when somebody joins"), required=False)
    filters = forms.BooleanField(label=_("Filter of the member list"), required=False)

    def __init__(self, *args: Any, spoken: Sequence[str], **options: Any) -> None:
        self.spoken, self.had = spoken, options.get("initial") or {}
        self.title_field = f"names-{spoken[0]}"
        super().__init__(*args, **{**options, "initial": self.had | _flat(self.had)})
        cast("forms.ChoiceField", self.fields["kind"]).choices = kind_choices()
        own = {name: self.fields.pop(name) for name in list(self.fields)}
        for part, label in (("names", _("Name")), ("helps", _("Help under it")), ("options", _("Answers"))):
            for code in spoken:
                self._add_words(part, label, code)
        # Its words first, as on the page of the settings; its place last, as everywhere in a proposal.
        kind, place = own.pop("kind"), own.pop("place")
        self.fields = {"kind": kind, **self.fields, **own, "place": place}

    def _add_words(self, part: str, label: Any, code: str) -> None:
        language = dict(settings.LANGUAGES).get(code, code)
        words = f"{label} ({language})" if len(self.spoken) > 1 else label
        is_list = part == "options"
        size = {"rows": 4, "class": "input", "lang": code}
        self.fields[f"{part}-{code}"] = forms.CharField(
            label=words,
            required=part == "names" and code == self.spoken[0],
            max_length=MOST_OPTIONS * (LONGEST_OPTION + 2) if is_list else LONGEST[part],
            widget=forms.Textarea(size)
            if is_list
            else forms.TextInput({"lang": code, "autocomplete": "off"}),
            help_text=_("For choices: one per line, in the same order in each language.") if is_list else "",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (kind := KINDS.get(data.get("kind", ""))) is None:
            return data
        if data.get("at_joining") and not kind.can_ask_at_joining:
            self.add_error("at_joining", gettext("A file cannot be asked for at joining, only later."))
        if data.get("filters") and not kind.can_filter:
            self.add_error("filters", gettext("Only choices and places can be filters."))
        if kind.has_options:
            self._check_options()
        return data

    def _check_options(self) -> None:
        main, *others = self.spoken
        lines = self._lines(main)
        if not lines:
            self.add_error(f"options-{main}", gettext("Write at least one answer that can be chosen."))
        if len(lines) > MOST_OPTIONS:
            self.add_error(f"options-{main}", gettext("%(most)s answers at most.") % {"most": MOST_OPTIONS})
        for code in self.spoken:
            said = self._lines(code)
            if any(len(line) > LONGEST_OPTION for line in said):
                most = {"most": LONGEST_OPTION}
                self.add_error(
                    f"options-{code}", gettext("An answer has %(most)s characters at most.") % most
                )
            if len({fold(line) for line in said}) < len(said):
                self.add_error(f"options-{code}", gettext("One answer is there twice."))
        for code in others:
            if self._lines(code) and len(self._lines(code)) != len(lines):
                self.add_error(
                    f"options-{code}", gettext("Write the same number of answers in each language.")
                )

    def _lines(self, code: str) -> list[str]:
        said = str(self.cleaned_data.get(f"options-{code}", ""))
        return [line for line in map(one_line, said.splitlines()) if line]

    @property
    def value(self) -> dict[str, Any]:
        data = self.cleaned_data
        plain = {name: data[name] for name in ("kind", "seen_by", "required", "at_joining", "filters")}
        words = {part: self._words(part) for part in ("names", "helps")}
        return {**plain, **words, "options": self._options() if KINDS[data["kind"]].has_options else []}

    def _words(self, part: str) -> dict[str, str]:
        """With what the blueprint says in languages that are not spoken here."""
        said = {code: one_line(str(self.cleaned_data[f"{part}-{code}"])) for code in self.spoken}
        kept = {code: words for code, words in self.had.get(part, {}).items() if code not in self.spoken}
        return {code: words for code, words in {**kept, **said}.items() if words}

    def _options(self) -> list[dict[str, str]]:
        main, *others = self.spoken
        had = {option.get(main, ""): option for option in self.had.get("options", ())}
        found = []
        for place, line in enumerate(self._lines(main)):
            kept = {code: words for code, words in had.get(line, {}).items() if code not in self.spoken}
            said = {code: lines[place] for code in others if (lines := self._lines(code))}
            found.append({**kept, main: line, **said})
        return found


def two_of_a_name(values: list[dict[str, Any]]) -> str:
    names = [{fold(name) for name in one["names"].values()} for one in values]
    twice = any(one & other for place, one in enumerate(names) for other in names[:place])
    return gettext("Two fields have the same name.") if twice else ""


def _flat(one: Mapping[str, Any]) -> dict[str, str]:
    said = {f"{part}-{code}": words for part in LONGEST for code, words in one.get(part, {}).items()}
    codes = {code for option in one.get("options", ()) for code in option}
    lines = {code: "\n".join(option.get(code, "") for option in one["options"]) for code in codes}
    return said | {f"options-{code}": text for code, text in lines.items()}
