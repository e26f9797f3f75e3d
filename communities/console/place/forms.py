"""Forms of name, place and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.animation.calendar.holidays import MOST as MOST_COUNTRIES
from communities.animation.calendar.holidays import SETTING as HOLIDAYS
from communities.animation.calendar.holidays import countries
from communities.calendar import time_zones
from communities.console.conflicts import BeganField
from communities.console.place.values import COUNTING, FEEDS, FORMS, KEYS, LABELS, PLANS, present_values
from communities.fields import one_line
from communities.figures import WholeField
from communities.models import Community

# The law of most countries asks for 13 to 16 years; more suits some brands.
AGES = (13, 99)
MOST_INVITATIONS = 500


def _zones() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """By continent, as people look for theirs."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for zone in time_zones():
        continent, _slash, city = zone.partition("/")
        if city and continent not in ("Etc", "SystemV", "US", "posix", "right"):
            groups.setdefault(continent, []).append((zone, city.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]


class PlaceForm(forms.Form):
    """What a place is called, where and how it speaks, and who finds it."""

    began = BeganField()
    name = forms.CharField(label=LABELS["name"], max_length=80)
    tagline = forms.CharField(
        label=LABELS["tagline"],
        max_length=160,
        required=False,
        help_text=_("One sentence: what people find here."),
    )
    language = forms.ChoiceField(label=LABELS["language"], choices=settings.LANGUAGES)
    languages = forms.MultipleChoiceField(
        label=LABELS["languages"],
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Readers choose among them. The main language is always one."),
    )
    address_form = forms.ChoiceField(
        label=LABELS["address_form"],
        choices=FORMS,
        widget=forms.RadioSelect,
        help_text=_("Legal texts and decisions always say “vous”. English makes no difference."),
    )
    time_zone = forms.ChoiceField(
        label=LABELS["time_zone"],
        choices=_zones,
        help_text=_("Every time on its pages is in this time zone. Figures of past days stay as they are."),
    )
    holidays = forms.MultipleChoiceField(
        label=LABELS[HOLIDAYS],
        choices=countries,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "in-columns"}),
        help_text=_(
            "National holidays appear in the team’s calendar of what goes out; regional ones do not."
        ),
    )
    planned = forms.ChoiceField(
        label=_("What is planned for a future time"),
        choices=PLANS,
        required=False,
        widget=forms.RadioSelect,
    )
    listed = forms.BooleanField(
        label=_("List it on the platform’s home page"),
        required=False,
        help_text=_("Only while it is open."),
    )
    search_engines = forms.BooleanField(
        label=_("Let search engines in"),
        required=False,
        help_text=_("To what visitors may read. Without it, pages ask them to stay out."),
    )
    directory_public = forms.BooleanField(
        label=_("Show the member list to visitors"),
        required=False,
        help_text=_("With what each member’s page says; members always see it."),
    )
    feed_texts = forms.ChoiceField(label=LABELS["feed_texts"], choices=FEEDS, widget=forms.RadioSelect)
    cards = forms.BooleanField(
        label=_("Show links as cards"),
        required=False,
        help_text=_(
            "An address alone in its paragraph gets the title and picture of its page, or the film it leads to. Without"
            " it, nothing is asked of other sites, and addresses stay links; cards that are there already go when their"
            " text is next changed."
        ),
    )
    formulas = forms.BooleanField(
        label=_("Show formulas"),
        required=False,
        help_text=_(
            "Whatever is between dollar signs, as in $a^2 + b^2$, or alone in its paragraph between "
            "two of them on each side, is read as LaTeX. Existing texts follow when they are next "
            "changed."
        ),
    )
    minimum_age = WholeField(
        label=LABELS["minimum_age"],
        required=False,
        min_value=AGES[0],
        max_value=AGES[1],
        help_text=_(
            "In years. Everyone who joins is asked for their date of birth, which is not kept. "
            "Leave it empty to ask nobody."
        ),
    )
    invitations = WholeField(label=LABELS["invitations"], min_value=0, max_value=MOST_INVITATIONS)
    invitations_of_ambassadors = WholeField(
        label=LABELS["invitations_of_ambassadors"],
        min_value=0,
        max_value=MOST_INVITATIONS,
        help_text=_("And of everybody in the team."),
    )
    audience = forms.ChoiceField(label=LABELS["audience"], choices=COUNTING, widget=forms.RadioSelect)

    @classmethod
    def filled(cls, values: dict[str, Any], *, began: dict[str, Any] | None = None) -> PlaceForm:
        """Unbound, showing values; `began` where they are not what stands."""
        shown = values | {"minimum_age": values["minimum_age"] or None}
        return cls(initial=shown | {"began": values if began is None else began})

    @classmethod
    def of(cls, community: Community) -> PlaceForm:
        return cls.filled(present_values(community))

    def clean_name(self) -> str:
        return one_line(str(self.cleaned_data["name"]))

    def clean_tagline(self) -> str:
        return one_line(str(self.cleaned_data["tagline"]))

    def clean_holidays(self) -> list[str]:
        said = sorted(self.cleaned_data["holidays"])
        if len(said) > MOST_COUNTRIES:
            raise forms.ValidationError(
                _("Choose at most %(most)s countries."), params={"most": MOST_COUNTRIES}, code="many"
            )
        return said

    def clean_minimum_age(self) -> int:
        return int(self.cleaned_data["minimum_age"] or KEYS["minimum_age"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        main = cleaned.get("language")
        if main:
            others = [code for code in cleaned.get("languages", []) if code != main]
            cleaned["languages"] = [main, *others]
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """What was sent, as the service takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("began", "planned")}


class DeletionForm(forms.Form):
    """Deleting a community is asked for by its name, typed."""

    name = forms.CharField(
        label=_("Its name, to confirm"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NeededAtTimes(forms.Textarea):
    """Its help says when an answer is needed: a label that calls it optional would deny it."""

    says_optional = False


class OpeningForm(forms.Form):
    """How far the plan opens with the place; and why, although a gauge is short, needed in that case only."""

    through = forms.TypedChoiceField(
        label=_("Who comes in first?"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why you are opening anyway"),
        max_length=500,
        required=False,
        widget=NeededAtTimes(attrs={"rows": 2}),
        help_text=_("Required if something is still missing. Recorded in the launch journal with your name."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        choices: Sequence[tuple[str, Any]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"through": choices[0][0] if choices else "", **(initial or {})})
        cast("forms.TypedChoiceField", self.fields["through"]).choices = list(choices)
