"""Forms of the settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from communities.theming import (
    CHROMAS,
    DARK_FILLS,
    LIGHT_FILLS,
    Theme,
    check_theme,
    from_hex,
    nearest_lightness,
    read_theme,
    theme_from_hex,
)

FACE_CHOICES = [
    ("humanist", _("Humanist, plain")),
    ("transitional", _("Transitional, settled")),
    ("oldstyle", _("Old style, warm")),
    ("geometric", _("Geometric, crisp")),
]
SHAPE_CHOICES = [("sharp", _("Sharp corners")), ("soft", _("Soft corners")), ("round", _("Round corners"))]


class RangeInput(forms.NumberInput):
    """A number set with a slider."""

    input_type = "range"


class BrandForm(forms.Form):
    """The look of a community: three numbers, two typefaces, a shape, its name and its logo."""

    name = forms.CharField(label=_("Name"), max_length=80)
    tagline = forms.CharField(
        label=_("Tagline"),
        max_length=160,
        required=False,
        help_text=_("One sentence: what people find here."),
    )
    sender_name = forms.CharField(
        label=_("Sender of e-mails"),
        max_length=80,
        required=False,
        help_text=_("Where it is empty, the name is used."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A picture of 10 MB at most. Without one, the drawn mark is shown."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the present logo"), required=False)
    colour = forms.CharField(
        label=_("Your colour, if you know it"),
        max_length=7,
        required=False,
        help_text=_("Such as #0b4f78. It sets the three numbers below to the nearest that can be read."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    hue = forms.FloatField(
        label=_("Hue"),
        min_value=0,
        max_value=359.9,
        widget=RangeInput(attrs={"class": "range range-hue", "step": "any"}),
    )
    chroma = forms.FloatField(
        label=_("Vividness"),
        min_value=CHROMAS[0],
        max_value=CHROMAS[1],
        help_text=_("From sober to vivid."),
        widget=RangeInput(attrs={"class": "range", "step": "any"}),
    )
    lightness = forms.FloatField(
        label=_("Lightness of buttons"),
        min_value=DARK_FILLS[0],
        max_value=LIGHT_FILLS[1],
        help_text=_(
            "0.30 to 0.44 with light text, 0.78 to 0.90 with dark text. Between the two, no text can be read."
        ),
        widget=RangeInput(attrs={"class": "range range-light", "step": "any"}),
    )
    face = forms.ChoiceField(label=_("Typeface of headings"), choices=FACE_CHOICES, widget=forms.RadioSelect)
    reading = forms.ChoiceField(
        label=_("Typeface of articles"), choices=FACE_CHOICES, widget=forms.RadioSelect
    )
    shape = forms.ChoiceField(label=_("Shape"), choices=SHAPE_CHOICES, widget=forms.RadioSelect)

    @staticmethod
    def values_of(community: Community, asked: dict[str, str] | None = None) -> dict[str, Any]:
        """What the form shows first: the community's own values, or those of a preview in the query."""
        theme = read_theme({**(community.theme or {}), **(asked or {})})
        own = {"name": community.name, "tagline": community.tagline, "sender_name": community.sender_name}
        return {**own, **theme.as_json()}

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"]
        if colour:
            try:
                theme_from_hex(colour)
            except ValueError:
                raise forms.ValidationError(
                    _("Write a colour as # and six digits, such as #0b4f78.")
                ) from None
        return colour

    def clean_lightness(self) -> float:
        lightness: float = self.cleaned_data["lightness"]
        nearest = nearest_lightness(lightness)
        if nearest != round(lightness, 4) and not self.data.get("colour"):
            raise forms.ValidationError(
                gettext(
                    "Neither light nor dark text can be read at {asked}. Choose {dark} or {light}."
                ).format(
                    asked=number_format(lightness, 2),
                    dark=number_format(DARK_FILLS[1], 2),
                    light=number_format(LIGHT_FILLS[0], 2),
                )
            )
        return nearest

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in check_theme(self.theme.as_json()):
                self.add_error(None, problem)
        return cleaned

    @property
    def theme(self) -> Theme:
        """The theme that was asked for: the colour where one was typed, else the three numbers."""
        values = self.cleaned_data
        if values.get("colour"):
            return theme_from_hex(
                values["colour"], face=values["face"], reading=values["reading"], shape=values["shape"]
            )
        return read_theme(values)

    @property
    def moved(self) -> bool:
        """Whether the typed colour was moved to the nearest lightness at which text can be read."""
        colour: str = self.cleaned_data.get("colour") or ""
        return bool(colour) and abs(from_hex(colour).lightness - self.theme.lightness) > 0.005

    @property
    def preview_query(self) -> str:
        return urlencode(self.theme.as_json())
