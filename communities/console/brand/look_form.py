"""The form of a look: colour, typefaces, shape, logo, mark, share picture, own fonts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.console.brand.own_fonts import ASKED
from communities.console.brand.services import Uploads
from communities.console.brand.state import look_of, version_of
from communities.models import Community
from communities.theming import FACES, from_hex
from communities.theming.notation import LONGEST, read_colour
from communities.theming.themes import OWN, WASHES, tuned

FACE_LABELS = {
    "humanist": _("Humanist, plain"),
    "transitional": _("Transitional, settled"),
    "oldstyle": _("Old style, warm"),
    "geometric": _("Geometric, crisp"),
}
SHAPE_LABELS = {"sharp": _("Sharp corners"), "soft": _("Soft corners"), "round": _("Round corners")}
PICTURES = "image/png,image/webp,image/jpeg,image/avif,image/heic"
FONT_FIELDS = ("face_font", "reading_font")


class RangeInput(forms.NumberInput):
    """A number set with a slider."""

    input_type = "range"


def _picture(label: Any, help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": PICTURES, "class": "input"}),
    )


def _font(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=_(
            "WOFF2, 2 MB at most. It is cut to the letters that pages need; the fonts of the device "
            "are used until it has loaded, and for all other letters."
        ),
        widget=forms.FileInput(attrs={"accept": ".woff2,font/woff2", "class": "input", "data-font": ""}),
    )


def _all_letters() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Keep all its letters"),
        required=False,
        help_text=_("For Greek, Cyrillic and other letters than Latin ones. 300 kB at most then."),
    )


def _slider(label: Any, low: float, high: float, css: str = "") -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        min_value=low,
        max_value=high,
        widget=RangeInput(attrs={"class": f"range {css}".strip(), "step": "any"}),
    )


class LookForm(forms.Form):
    """The colour is what the field says; the picker beside it and the sliders are other ways to set that field."""

    colour = forms.CharField(
        label=_("Brand colour"),
        max_length=LONGEST,
        help_text=_("As in your brand book: #00a3a1. RGB, HSL and OKLCH can be pasted, too."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    picker = forms.CharField(
        label=_("Pick the brand colour"), required=False, widget=forms.ColorInput(attrs={"class": "input"})
    )
    hue = _slider(_("Hue"), 0, 359.9, "range-hue")
    lightness = _slider(_("Lightness"), 0.05, 0.98, "range-light")
    wash = forms.IntegerField(
        label=_("Tint strength"),
        min_value=WASHES[0],
        max_value=WASHES[1],
        help_text=_("How much of your colour goes into backgrounds and grey text."),
        widget=RangeInput(attrs={"class": "range", "step": "1"}),
    )
    face = forms.ChoiceField(label=_("Typeface of headings"))
    reading = forms.ChoiceField(label=_("Typeface of articles"))
    shape = forms.ChoiceField(
        label=_("Corners"), choices=list(SHAPE_LABELS.items()), widget=forms.RadioSelect
    )
    logo = _picture(_("Logo"), _("PNG, WebP, JPEG, AVIF or HEIC, up to 16 million pixels."))
    mark = _picture(
        _("Square mark"), _("For the browser’s tab and a phone’s first screen, where the logo is not square.")
    )
    share = _picture(
        _("Share picture"), _("Shown where people share a link to this place; it is cut to 1200 × 630.")
    )
    face_font = _font(_("Own font of headings"))
    reading_font = _font(_("Own font of articles"))
    face_serif = forms.BooleanField(label=_("It has serifs"), required=False)
    reading_serif = forms.BooleanField(label=_("It has serifs"), required=False)
    face_all = _all_letters()
    reading_all = _all_letters()
    measured_face_font = forms.CharField(required=False, widget=forms.HiddenInput)
    measured_reading_font = forms.CharField(required=False, widget=forms.HiddenInput)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    remove_mark = forms.BooleanField(label=_("Remove the mark"), required=False)
    remove_share = forms.BooleanField(label=_("Remove the picture"), required=False)
    remove_face_font = forms.BooleanField(label=_("Remove the font"), required=False)
    remove_reading_font = forms.BooleanField(label=_("Remove the font"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, community: Community, **options: Any) -> None:
        self.look = look_of(community)
        super().__init__(*args, **{"initial": self._values() | options.pop("initial", {}), **options})
        for name in ("face", "reading"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = self._faces(name)

    def _values(self) -> dict[str, Any]:
        own = from_hex(self.look["colour"])
        plain = {name: self.look[name] for name in ("colour", "wash", "face", "reading", "shape")}
        fonts = {part: self.look[f"{part}_font"] or {} for part in ("face", "reading")}
        serifs = {f"{part}_serif": bool(font.get("serif")) for part, font in fonts.items()}
        whole = {f"{part}_all": font.get("left") == ASKED for part, font in fonts.items()}
        sliders = {
            "picker": self.look["colour"],
            "hue": round(own.hue, 1),
            "lightness": round(own.lightness, 3),
        }
        return {**plain, **serifs, **whole, **sliders, "seen": version_of(self.look)}

    def _faces(self, name: str) -> list[tuple[str, Any]]:
        known: list[tuple[str, Any]] = [(face, FACE_LABELS[face]) for face in FACES]
        kept = self.look[f"{name}_font"]
        # Chosen together with the file, so that one act does both.
        return [(OWN, kept["name"] if kept else _("Your own, uploaded below")), *known]

    def clean_colour(self) -> str:
        """The colour, exactly; where it was left as it is and the picker was moved, the picker’s."""
        typed = str(self.cleaned_data["colour"])
        picked = str(self.data.get("picker", ""))
        try:
            colour = read_colour(typed)
            if picked and colour == self.look["colour"] != read_colour(picked):
                colour = read_colour(picked)
        except ValueError:
            raise forms.ValidationError(
                _("This is not a colour. Write it as # and six digits, such as #0b4f78.")
            ) from None
        return colour

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for part in ("face", "reading"):
            if cleaned.get(part) == OWN and not (cleaned.get(f"{part}_font") or self.look[f"{part}_font"]):
                self.add_error(part, _("Choose one of the typefaces, or upload your own."))
            elif cleaned.get(f"{part}_font") and cleaned.get(part):
                # A font is uploaded to be seen.
                cleaned[part] = OWN
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, by the keys of the look."""
        return {name: self.cleaned_data[name] for name in ("colour", "wash", "face", "reading", "shape")}

    @property
    def uploads(self) -> Uploads:
        data = self.cleaned_data
        removable = ("logo", "mark", "share", *FONT_FIELDS)
        return Uploads(
            **{name: data[name] for name in removable},
            measured={name: self._measured(name) for name in FONT_FIELDS},
            all_letters={name: data[f"{name.removesuffix('_font')}_all"] for name in FONT_FIELDS},
            removed=frozenset(name for name in removable if data[f"remove_{name}"] and not data[name]),
        )

    def _measured(self, name: str) -> dict[str, Any]:
        """What the browser measured of a font (stretch, rise, fall, in percent), and whether it has serifs."""
        serif = {"serif": self.cleaned_data[f"{name.removesuffix('_font')}_serif"]}
        parts = str(self.cleaned_data[f"measured_{name}"]).split()
        try:
            numbers = [round(float(part), 2) for part in parts]
        except ValueError:
            return serif
        if len(numbers) != 3:
            return serif
        return serif | dict(zip(("stretch", "rise", "fall"), numbers, strict=True))


def taken(data: Mapping[str, Any], look: Mapping[str, Any]) -> str:
    """The colour that a button other than “Publish” takes: one found in the logo, or that of the sliders.

    Raises ValueError where it is none.
    """
    if data.get("take") != "sliders":
        return read_colour(str(data.get("take", "")))
    own = from_hex(look["colour"])
    hue, lightness = float(str(data.get("hue", own.hue))), float(str(data.get("lightness", own.lightness)))
    if not (0 <= hue <= 360 and 0 <= lightness <= 1):
        raise ValueError("out of bounds")
    return tuned(hue, lightness, own.chroma)
