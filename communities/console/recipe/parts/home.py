"""The home page: how it is laid out, which blocks it has and in which order, and its drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.schema import At, choice, choices, mapping
from communities.homepage import DRAWINGS, LAYOUTS, USUAL_DRAWING, arrangement_of, blocks
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community

# In Community.settings, where the page of the settings keeps it too.
KEY = "home"


class HomePartForm(forms.Form):
    layout = forms.ChoiceField(
        label=_("Layout"),
        choices=[(one.name, one.label) for one in LAYOUTS.values()],
        widget=forms.RadioSelect,
    )
    drawing = forms.ChoiceField(
        label=_("Drawing"),
        choices=list(DRAWINGS.items()),
        help_text=_("In the brand’s colours, where there is no photograph."),
    )

    @property
    def values(self) -> dict[str, Any]:
        # The order of blocks is changed on its own page, where it is seen; another layout has its own.
        kept = {} if "layout" in self.changed_data else self.initial
        own = {name: self.cleaned_data[name] for name in ("layout", "drawing")}
        return own | {name: list(kept.get(name, [])) for name in ("order", "off")}


class HomePart(Part):
    name = "home"
    label = _("Home page")
    says = _("What everybody sees first. Blocks and a photograph of yours come on its own page.")
    order = 65
    template = "recipe/part_home.html"

    def read(self, said: Any, at: At) -> dict[str, Any]:
        found = mapping(said, at, needed=["layout", "drawing"], optional=["order", "without"])
        known = [block.name for block in blocks]
        return {
            "layout": choice(found["layout"], at / "layout", LAYOUTS),
            "drawing": choice(found["drawing"], at / "drawing", DRAWINGS),
            "order": choices(found.get("order", []), at / "order", known, least=0),
            "off": choices(found.get("without", []), at / "without", known, least=0),
        }

    def propose(self, wish: Wish) -> dict[str, Any]:
        return dict(wish.blueprint.parts.get(self.name, {}))

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return HomePartForm(data, initial=values)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        layout = LAYOUTS[values["layout"]]
        return {"layout": layout, "drawing_label": DRAWINGS[values["drawing"]]}

    def short(self, values: Any, wish: Wish) -> str:
        return str(LAYOUTS[values["layout"]].label)

    def missing(self, community: Community, values: Any) -> Any:
        """A page that somebody has arranged stays as it is."""
        return {} if community.settings.get(KEY) else values

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        if not values or not self.missing(community, values):
            return None
        _put(community, dict(values))
        return Made(gettext("Home page"), {KEY: dict(values)})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        if community.settings.get(KEY) != kept[KEY]:
            raise WrittenSince
        _put(community, None)

    def describe(self, community: Community) -> dict[str, Any] | None:
        """Its arrangement; chosen texts, links and the photograph stay where they are."""
        arrangement = arrangement_of(community)
        return {
            "layout": arrangement.layout.name,
            "drawing": community.drawing if community.drawing in DRAWINGS else USUAL_DRAWING,
            "order": list(arrangement.order),
            "without": sorted(arrangement.off),
        }


def _put(community: Community, home: dict[str, Any] | None) -> None:
    fresh = locked_community(community)
    others = {key: value for key, value in fresh.settings.items() if key != KEY}
    fresh.settings = others if home is None else {**others, KEY: home}
    fresh.save(update_fields=["settings", "updated_at"])
    community.settings = fresh.settings
    transaction.on_commit(forget_all)
