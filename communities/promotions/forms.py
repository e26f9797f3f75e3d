"""The form of a banner, and the reading of what a page says it has shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.dates import MomentField
from communities.models import Community
from communities.promotions.models import Banner
from communities.promotions.showing import answering_banner

# Drawings of static/art.svg that work well beside a sentence.
DRAWINGS = (
    ("", _("No drawing")),
    ("sea-wide", _("Sea")),
    ("rope", _("Rope")),
    ("block", _("Block")),
    ("chart-sea", _("Chart")),
    ("plums", _("Plums")),
    ("pan", _("Pan")),
    ("knife", _("Knife")),
    ("bowls", _("Bowls")),
    ("arches", _("Arches")),
    ("balance", _("Scales")),
    ("columns", _("Columns")),
    ("pages", _("Pages")),
)
# Banners are named by id; no page has more of them than this.
MOST_ON_A_PAGE = 6
# What a preview carries in its address.
PREVIEWED = ("placement", "text", "button", "target", "drawing", "picture_alt")
PREVIEWED_MOMENTS = ("starts_at", "ends_at")


class BannerForm(forms.ModelForm):
    """What a banner says, where, until when; its picture comes as a file beside it."""

    placement = forms.ChoiceField(
        label=_("Where"), choices=Banner.Placement.choices, widget=forms.RadioSelect, initial="home"
    )
    drawing = forms.ChoiceField(label=_("Drawing"), choices=DRAWINGS, required=False)
    file = forms.FileField(
        label=_("Or your own picture"),
        required=False,
        help_text=_("10 MB at most. It is cropped to its place; what matters belongs in the middle."),
        widget=forms.FileInput({"accept": "image/png,image/webp,image/jpeg", "class": "input"}),
    )
    remove_picture = forms.BooleanField(label=_("Remove the current picture"), required=False)
    starts_at = MomentField(label=_("From"))
    ends_at = MomentField(
        label=_("Until"), required=False, help_text=_("Empty: until you pause or archive it.")
    )
    languages = forms.MultipleChoiceField(
        label=_("Shown to readers of"),
        required=False,
        help_text=_("Tick none to show it to everybody."),
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = (
        *("placement", "text", "button", "target", "drawing", "file", "remove_picture", "picture_alt"),
        *("starts_at", "ends_at", "languages"),
    )

    class Meta:
        model = Banner
        fields = (
            *("placement", "text", "button", "target", "drawing", "picture_alt", "starts_at", "ends_at"),
            "languages",
        )
        help_texts = {
            "text": _("One sentence, 140 characters at most."),
            "button": _("A verb: what happens next."),
            "target": _("An address of this community, such as /forums/, or one elsewhere with https://."),
            "picture_alt": _(
                "For people who cannot see it. Leave it empty if the picture is only decoration."
            ),
        }

    def __init__(
        self, *args: Any, community: Community, shown: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        """`shown`: values of a preview, from its address."""
        super().__init__(*args, **options)
        names = dict(settings.LANGUAGES)
        self.offered = [(code, names.get(code, code)) for code in community.all_languages]
        cast("forms.ChoiceField", self.fields["languages"]).choices = self.offered
        if len(self.offered) < 2:
            del self.fields["languages"]
        if not self.instance.picture:
            del self.fields["remove_picture"]
        if self.instance.pk is None:
            self.initial.update(starts_at=timezone.now(), placement=Banner.Placement.HOME.value)
        if shown and "preview" in shown:
            self._take(shown)

    def _take(self, shown: Mapping[str, Any]) -> None:
        for name in (*PREVIEWED, *PREVIEWED_MOMENTS):
            if name in shown:
                self.initial[name] = shown[name]
        if hasattr(shown, "getlist") and "languages" in self.fields:
            self.initial["languages"] = shown.getlist("languages")

    def clean_languages(self) -> list[str]:
        """All ticked means everybody, also those of a language that is added later."""
        chosen: list[str] = self.cleaned_data["languages"]
        return [] if len(chosen) == len(self.offered) else chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned.setdefault("remove_picture", False)
        starts, ends = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The end must be after the start."))
        return cleaned

    @property
    def preview(self) -> Banner:
        """The banner as the form shows it, not kept."""
        values = {name: self[name].value() or "" for name in PREVIEWED}
        kept = self.instance
        picture = {name: getattr(kept, name) for name in ("picture", "picture_width", "picture_height")}
        known = values["placement"] in Banner.Placement.values
        return Banner(**values | {"placement": values["placement"] if known else "home"}, **picture)

    @property
    def preview_query(self) -> str:
        """For the address of a preview: what was typed; a chosen file cannot travel in it."""
        values: list[tuple[str, str]] = [("preview", "1")]
        values += [(name, str(self.data.get(name, ""))) for name in (*PREVIEWED, *PREVIEWED_MOMENTS)]
        return urlencode(values + [("languages", code) for code in self.cleaned_data.get("languages", [])])


def seen_on_page(told: Mapping[str, str], community: Community) -> dict[str, Iterable[int]]:
    """What a page says of its banners, less what cannot be true: unknown ids, seen but never served."""
    served = _banner_ids(told.get("served", ""), community)
    viewable = _banner_ids(told.get("viewable", ""), community) & served
    measurable = _banner_ids(told.get("measurable", ""), community) & served
    return {"served": served, "measurable": measurable | viewable, "viewable": viewable}


def _banner_ids(text: str, community: Community) -> set[int]:
    ids = {int(part) for part in text.split(",")[:MOST_ON_A_PAGE] if part.isascii() and part.isdecimal()}
    return {one for one in ids if answering_banner(community, one) is not None}
