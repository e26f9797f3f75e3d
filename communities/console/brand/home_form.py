"""The form of the home page: its photograph, its layout, its blocks, and what the owner puts into them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.console.brand.look_form import PICTURES
from communities.console.brand.state import home_of_owner, version_of
from communities.console.links import leads_somewhere
from communities.content.models import Thread
from communities.content.viewers import public_viewer
from communities.front.own_sections import FEATURED
from communities.homepage import DRAWINGS, LAYOUTS, MOST_QUIET_DAYS, QUIET_DAYS, USUAL_DRAWING, Block
from communities.models import Community
from communities.theming.photos import LONGEST_WORDS

LINKS = 5
LONGEST_TEXT = 600
# Nine positions for whoever has no script and knows no percents.
POSITIONS = {
    "0 0": _("top left"), "50 0": _("top"), "100 0": _("top right"),
    "0 50": _("left"), "50 50": _("middle"), "100 50": _("right"),
    "0 100": _("bottom left"), "50 100": _("bottom"), "100 100": _("bottom right"),
}  # fmt: skip


class HomeForm(forms.Form):
    """Blocks are sent as they stand: `order` once for each, `on` for those that are shown."""

    layout = forms.ChoiceField(label=_("Layout"), choices=[(one.name, one.label) for one in LAYOUTS.values()])
    photo = forms.FileField(
        label=_("Photograph"),
        required=False,
        help_text=_("At least 1,600 pixels wide looks best; up to 40 million pixels."),
        widget=forms.FileInput(attrs={"accept": PICTURES, "class": "input"}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photograph"), required=False)
    drawing = forms.ChoiceField(
        label=_("Drawing"),
        choices=list(DRAWINGS.items()),
        required=False,
        help_text=_("In the brand’s colours, where there is no photograph."),
    )
    x = forms.IntegerField(label=_("From the left, %"), min_value=0, max_value=100, required=False)
    y = forms.IntegerField(label=_("From the top, %"), min_value=0, max_value=100, required=False)
    alt = forms.CharField(
        label=_("Description, for people who cannot see it"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("Leave it empty where the photograph is only decoration."),
    )
    quiet_days = forms.IntegerField(
        label=_("Days until a block is quiet"),
        min_value=0,
        max_value=MOST_QUIET_DAYS,
        required=False,
        help_text=_("With 0, no block ever goes quiet."),
    )
    featured = forms.CharField(
        label=_("Featured"),
        required=False,
        help_text=_("The address of one text per line, three at most."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    week = forms.CharField(
        label=_("Question of the week"),
        max_length=300,
        required=False,
        help_text=_("The address of a topic or question."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    text_title = forms.CharField(label=_("Heading of your text"), max_length=80, required=False)
    text_body = forms.CharField(
        label=_("Your text"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *args: Any, community: Community, **options: Any
    ) -> None:
        self.community = community
        self.home = home_of_owner(community)
        self.sent = _placed(data) or QueryDict()
        super().__init__(_placed(data), *args, **{"initial": self._values(), **options})
        for number in range(1, LINKS + 1):
            self.fields[f"label_{number}"] = forms.CharField(
                label=_("Words of link %(n)s") % {"n": number}, max_length=60, required=False
            )
            self.fields[f"url_{number}"] = forms.CharField(
                label=_("Address of link %(n)s") % {"n": number}, max_length=300, required=False
            )

    def _values(self) -> dict[str, Any]:
        photo, text = self.home["photo"] or {}, self.home["text"]
        ids = [*self.home["featured"], self.home["week"]]
        addresses = {
            thread.pk: thread.get_absolute_url()
            for thread in Thread.objects.filter(pk__in=[one for one in ids if one]).select_related("space")
        }
        links = {
            f"{part}_{number}": link[part]
            for number, link in enumerate(self.home["links"], 1)
            for part in ("label", "url")
        }
        return {
            "layout": self.home["layout"],
            "drawing": self.home["drawing"] or USUAL_DRAWING,
            "x": photo.get("x", 50),
            "y": photo.get("y", 50),
            "alt": photo.get("alt", ""),
            "featured": "\n".join(addresses[pk] for pk in self.home["featured"] if pk in addresses),
            "week": addresses.get(self.home["week"], ""),
            "text_title": text.get("title", ""),
            "text_body": text.get("body", ""),
            "quiet_days": self.home["quiet_days"],
            "seen": version_of(self.home),
            **links,
        }

    @property
    def rows(self) -> list[tuple[Block, bool]]:
        """The blocks in their order, as sent where the form was sent, and whether each is shown."""
        order, shown = self.sent_order(), self.sent_shown()
        return [(homepage.blocks[name], name in shown) for name in order]

    @property
    def link_rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"label_{number}"], self[f"url_{number}"]) for number in range(1, LINKS + 1)]

    def sent_order(self) -> list[str]:
        known = [block.name for block in homepage.blocks]
        sent = self.sent.getlist("order") if self.is_bound else self.home["order"]
        order = [name for name in dict.fromkeys(sent) if name in known]
        order += [name for name in known if name not in order]
        move, _colon, way = str(self.data.get("move", "")).partition(":") if self.is_bound else ("", "", "")
        if move in order:
            at = order.index(move)
            order.insert(max(at + (-1 if way == "up" else 1), 0), order.pop(at))
        return order

    def sent_shown(self) -> set[str]:
        known = {block.name for block in homepage.blocks}
        return known & set(self.sent.getlist("on")) if self.is_bound else known - set(self.home["off"])

    def clean_featured(self) -> list[int]:
        lines = [line for line in str(self.cleaned_data["featured"]).split() if line]
        if len(lines) > FEATURED:
            raise forms.ValidationError(_("Three texts at most: take one out."))
        return list(dict.fromkeys(self._thread(line) for line in lines))

    def clean_week(self) -> int | None:
        address = str(self.cleaned_data["week"]).strip()
        return self._thread(address) if address else None

    def _thread(self, address: str) -> int:
        """The thread at an address of this place. Raises ValidationError for what visitors cannot read."""
        try:
            slug = urlsplit(address).path.rstrip("/").rpartition("/")[2]
        except ValueError:
            slug = ""
        visible = Thread.objects.visible_to(public_viewer(self.community)).filter(slug=slug)
        found = visible.values_list("pk", flat=True).first() if slug else None
        if found is None:
            raise forms.ValidationError(
                _("“%(address)s” is not a text that visitors can read. Copy the address of its page."),
                params={"address": address[:120]},
            )
        return int(found)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, LINKS + 1):
            label, url = cleaned.get(f"label_{number}", ""), cleaned.get(f"url_{number}", "")
            if url and not leads_somewhere(url):
                self.add_error(f"url_{number}", _("Write the whole address, such as https://shop.example."))
            elif bool(label) != bool(url):
                self.add_error(
                    f"url_{number}" if label else f"label_{number}", _("A link needs words and an address.")
                )
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, by the keys of the home page’s state."""
        data = self.cleaned_data
        body = data["text_body"].strip()
        position = {
            "x": data["x"] if data["x"] is not None else 50,
            "y": data["y"] if data["y"] is not None else 50,
        }
        return {
            "layout": data["layout"],
            "order": self.sent_order(),
            "drawing": data["drawing"],
            "off": sorted({block.name for block in homepage.blocks} - self.sent_shown()),
            "featured": data["featured"],
            "week": data["week"],
            "text": {"title": data["text_title"].strip(), "body": body} if body else {},
            "links": self._links(),
            "quiet_days": QUIET_DAYS if data["quiet_days"] is None else data["quiet_days"],
            "photo": None if self._goes else {**position, "alt": data["alt"].strip()},
        }

    @property
    def _goes(self) -> bool:
        return bool(self.cleaned_data["remove_photo"] and not self.cleaned_data["photo"])

    def _links(self) -> list[dict[str, str]]:
        rows = [(self.cleaned_data[f"label_{n}"], self.cleaned_data[f"url_{n}"]) for n in range(1, LINKS + 1)]
        return [{"label": label, "url": url} for label, url in rows if label and url]


def _placed(data: QueryDict | None) -> QueryDict | None:
    """What was sent, with the point that one of the nine buttons stands for."""
    if data is None or data.get("place") not in POSITIONS:
        return data
    placed = data.copy()
    placed["x"], placed["y"] = str(data["place"]).split()
    return placed
