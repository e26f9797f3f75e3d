"""The form of the reactions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from communities.content.models import Reaction
from communities.content.reactions import LONGEST_NAME, MOST, chosen_reactions, own_names
from communities.models import Community


def _usual_word(kind: Reaction.Kind, code: str) -> str:
    """What a reaction is called in a language where nobody has named it."""
    with translation.override(code):
        return str(kind.label)


class ReactionsForm(forms.Form):
    """A box for each kind, and its name in each language of the community."""

    offered = forms.MultipleChoiceField(
        label=_("Under every text"),
        choices=Reaction.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Four at most. None ticked: two that suit each text, “Same here” under questions."),
    )

    def __init__(self, data: Any = None, *, community: Community) -> None:
        names = own_names(community)
        initial: dict[str, Any] = {"offered": chosen_reactions(community)}
        for kind in Reaction.Kind.values:
            for code in community.all_languages:
                initial[f"{kind}-{code}"] = names.get(kind, {}).get(code, "")
        super().__init__(data, initial=initial)
        languages = dict(settings.LANGUAGES)
        self.codes = community.all_languages
        for kind in Reaction.Kind:
            for code in self.codes:
                self.fields[f"{kind.value}-{code}"] = forms.CharField(
                    label=f"{kind.label} ({languages.get(code, code)})",
                    max_length=LONGEST_NAME,
                    required=False,
                    widget=forms.TextInput(
                        attrs={"placeholder": _usual_word(kind, code), "lang": code, "autocomplete": "off"}
                    ),
                )

    def clean_offered(self) -> list[str]:
        offered: list[str] = self.cleaned_data["offered"]
        if len(offered) > MOST:
            raise forms.ValidationError(_("Four reactions at most: more are not read."), code="many")
        return offered

    @property
    def name_rows(self) -> list[list[forms.BoundField]]:
        """A row for each reaction: its name in each language."""
        return [[self[f"{kind}-{code}"] for code in self.codes] for kind in Reaction.Kind.values]

    def acts(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = self.cleaned_data
        names = {kind: {code: data[f"{kind}-{code}"] for code in self.codes} for kind in Reaction.Kind.values}
        return {"offered": data["offered"], "names": names}
