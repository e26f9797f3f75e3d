"""The forms of the wizard: one for each question, and one for the place itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.console.founding import CURRENCIES, LONGEST_SLUG, RESERVED, free_slug
from communities.console.recipe.answers import WORDS, Aim, Audience, Brand, Motive
from communities.console.recipe.schema import Blueprint, in_language
from communities.figures import WholeField
from communities.models import Community, check_time_zone, slug_rule
from communities.theming import from_hex
from members.addresses import AddressField

ZONES = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Madrid",
    "America/Montreal",
    "America/New_York",
    "Africa/Casablanca",
    "Africa/Dakar",
    "Indian/Reunion",
    "Pacific/Noumea",
    "UTC",
)
MOST_MONEY, MOST_HOURS, MOST_PEOPLE = 100_000_000, 10_000, 1_000_000_000


def _whole(label: Any, most: int, **options: Any) -> WholeField:
    widget = forms.TextInput({"inputmode": "numeric", "class": "input num-in", "autocomplete": "off"})
    return WholeField(label=label, min_value=0, max_value=most, widget=widget, **options)


class Question(forms.Form):
    """One step of the wizard. `chosen` are its fields that are a choice among few, each explained."""

    chosen: ClassVar[dict[str, type[TextChoices]]] = {}
    # Fields that are answered already, as they most likely are: folded until somebody wants to see them.
    settled_names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        options.pop("for_operator", None)
        super().__init__(*args, **options)
        for name, among in self.chosen.items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [*self._none_of(name), *_explained(among)]

    def _none_of(self, name: str) -> list[tuple[str, Any]]:
        return []

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in self.chosen]

    @property
    def others(self) -> list[forms.BoundField]:
        folded = {*self.chosen, *self.settled_names}
        return [self[name] for name in self.fields if name not in folded]

    @property
    def settled(self) -> list[forms.BoundField]:
        return [self[name] for name in self.settled_names]

    @property
    def unsettled(self) -> bool:
        """Whether one of them was refused, and has to be seen."""
        return any(field.errors for field in self.settled)


class BrandQuestion(Question):
    chosen = {"brand": Brand}
    brand = forms.ChoiceField(label=_("What kind of brand is it?"), widget=forms.RadioSelect)


class AudienceQuestion(Question):
    chosen = {"audience": Audience}
    audience = forms.ChoiceField(label=_("Who comes, and what do they lack?"), widget=forms.RadioSelect)
    lack = forms.CharField(
        label=_("In their words, what is missing today?"),
        max_length=200,
        required=False,
        help_text=_("Such as: nobody answers in the evening."),
    )
    reach = _whole(
        _("How many of them can you write to today?"),
        MOST_PEOPLE,
        required=False,
        help_text=_("Customers, subscribers, members. The forecast begins with it."),
    )


class AimQuestion(Question):
    chosen = {"aim": Aim, "second": Aim}
    aim = forms.ChoiceField(label=_("What is it for, first of all?"), widget=forms.RadioSelect)
    second = forms.ChoiceField(label=_("And then?"), widget=forms.RadioSelect, required=False)

    def _none_of(self, name: str) -> list[tuple[str, Any]]:
        return [("", _("Nothing else: one aim is enough to begin with"))] if name == "second" else []

    def clean_second(self) -> str:
        second: str = self.cleaned_data["second"]
        return "" if second == self.cleaned_data.get("aim") else second


class MotiveQuestion(Question):
    chosen = {"motives": Motive}
    motives = forms.MultipleChoiceField(
        label=_("Why would they take part?"), widget=forms.CheckboxSelectMultiple
    )


class MeansQuestion(Question):
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_("What its results are counted in. It cannot be changed later."),
    )
    launch_budget = _whole(
        _("Budget for the launch, once"),
        MOST_MONEY,
        required=False,
        help_text=_("Leave it empty if there is none, or none yet."),
    )
    budget = _whole(
        _("Budget a month"), MOST_MONEY, required=False, help_text=_("Tools, prizes, advertising, agencies.")
    )
    hours = _whole(
        _("Hours of the team a week"),
        MOST_HOURS,
        help_text=_(
            "All who welcome, answer and moderate. They count as a cost, and say how many people fit."
        ),
    )


class PlaceForm(Question):
    """What a community needs on its first day; everything can be changed later but address and currency."""

    settled_names = ("slug", "language", "languages", "time_zone")

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_SLUG,
        required=False,
        help_text=_("Lower-case letters, digits and hyphens. Leave it empty and we make one from the name."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(
        label=_("Main language"),
        choices=settings.LANGUAGES,
        help_text=_("What is proposed is written in it."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages of the pages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    colour = forms.CharField(
        label=_("Brand colour"),
        initial="#2a5d9f",
        help_text=_(
            "It is used exactly as it is; backgrounds and grey text follow from it, readable by day and by night."
        ),
        widget=forms.ColorInput(attrs={"class": "input swatch", "data-preview-colour": ""}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in ZONES]
    )
    owner_email = AddressField(
        label=_("Owner’s e-mail address"),
        help_text=_(
            "One mail goes there: its link signs in, without a code. Not yourself: an operator stays outside."
        ),
    )
    owner_name = forms.CharField(label=_("Owner’s name, as others see it"), max_length=80)

    def __init__(self, *args: Any, for_operator: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not for_operator:
            del self.fields["owner_email"]
            self.fields["owner_name"].label = _("Your name, as others see it")

    @property
    def settled_words(self) -> str:
        """What is folded, as it stands: “/sail-and-sew/, English, Europe/Paris”."""
        slug, language, zone = (str(self[name].value() or "") for name in ("slug", "language", "time_zone"))
        known = dict(settings.LANGUAGES)
        address = f"/{slug}/" if slug else gettext("address made from the name")
        return ", ".join([address, str(known.get(language, language)), zone.replace("_", " ")])

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        if not slug:
            return free_slug(str(self.cleaned_data.get("name", "")))
        slug_rule(slug)
        if slug in RESERVED or Community.objects.filter(slug=slug).exists():
            raise forms.ValidationError(
                _("This address is taken. Free: “%(free)s”."), params={"free": free_slug(slug)}, code="taken"
            )
        return slug

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"])
        try:
            from_hex(colour)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write the colour as # and six digits, such as #2a5d9f.")
            ) from error
        return colour

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        check_time_zone(zone)
        return zone


class BlueprintForm(forms.Form):
    """Which shape: those of the software, then one’s own."""

    blueprint = forms.ChoiceField(label=_("Recipe"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, known: Iterable[Blueprint], own: Iterable[Any] = (), language: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ChoiceField", self.fields["blueprint"])
        field.choices = [
            *((f"own-{one.pk}", one.name) for one in own),
            *(
                (one.name, _said(in_language(one.label, language), in_language(one.words, language)))
                for one in known
            ),
        ]


class SaveForm(forms.Form):
    name = forms.CharField(label=_("Name of the recipe"), max_length=60)


def _explained(among: type[TextChoices]) -> list[tuple[str, Any]]:
    return [(value, _said(label, WORDS[among][value])) for value, label in among.choices]


def _said(label: object, words: object) -> Any:
    return format_html("{} <small>{}</small>", label, words) if words else label
