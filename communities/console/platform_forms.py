"""Founding a community, in one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from communities.console.founding import CURRENCIES, KINDS, LONGEST_SLUG, RESERVED, free_slug
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


class FoundingForm(forms.Form):
    """What a community needs on its first day; everything can be changed later but address and currency."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_SLUG,
        required=False,
        help_text=_("Small letters, figures and hyphens. Leave it empty and we make one of the name."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    tagline = forms.CharField(
        label=_("Tagline"),
        max_length=160,
        required=False,
        help_text=_("One sentence: what people find here."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of brand"),
        choices=[(name, label) for name, (label, _places) in KINDS.items()],
        initial="serves",
        widget=forms.RadioSelect,
        help_text=_("It decides which places stand open on the first day."),
    )
    language = forms.ChoiceField(label=_("Main language"), choices=settings.LANGUAGES)
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
            "It stays exactly as it is; grounds and grey text follow from it, readable by day and by night."
        ),
        widget=forms.ColorInput(attrs={"class": "input swatch", "data-preview-colour": ""}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in ZONES]
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_("What its results are counted in; it stays as it is."),
    )
    owner_email = AddressField(
        label=_("Owner’s e-mail address"),
        help_text=_(
            "They come in with a code sent to this address. Not yourself: an operator stays outside."
        ),
    )
    owner_name = forms.CharField(label=_("Owner’s name, as others see it"), max_length=80)

    def __init__(self, *args: Any, for_operator: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not for_operator:
            del self.fields["owner_email"]
            self.fields["owner_name"].label = _("Your name, as others see it")

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
                _("Write the colour as # and six figures, such as #2a5d9f.")
            ) from error
        return colour

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        check_time_zone(zone)
        return zone
