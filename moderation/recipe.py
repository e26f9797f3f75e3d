"""The part of a recipe that says how texts are moderated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts import Part, PartForm, Wish
from communities.console.recipe.parts.base import Made
from communities.console.recipe.schema import At, choice, mapping
from communities.models import Community, Membership
from moderation.permissions import can_edit_modes
from moderation.services.configuring import set_mode


class ModeForm(forms.Form):
    mode = forms.ChoiceField(label=_("Moderation"), choices=Community.Mode, widget=forms.RadioSelect)

    @property
    def values(self) -> dict[str, str]:
        return {"mode": self.cleaned_data["mode"]}


class ModerationPart(Part):
    name = "moderation"
    label = _("Moderation")
    says = _("For the whole place; a space may have its own.")
    order = 30
    template = "moderation/recipe_part.html"

    def may(self, membership: Membership) -> bool:
        return can_edit_modes(membership)

    def read(self, said: Any, at: At) -> dict[str, str]:
        found = mapping(said, at, needed=["mode"])
        return {"mode": choice(found["mode"], at / "mode", Community.Mode.values)}

    def propose(self, wish: Wish) -> dict[str, str]:
        said = wish.blueprint.parts.get(self.name)
        return dict(said) if said else {}

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return ModeForm(data, initial=values)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        return {"mode": Community.Mode(values["mode"]).label}

    def short(self, values: Any, wish: Wish) -> str:
        return str(Community.Mode(values["mode"]).label)

    def missing(self, community: Community, values: Any) -> Any:
        return {} if community.moderation_mode == values["mode"] else values

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        before = community.moderation_mode
        if not set_mode(community, by=by, mode=values["mode"]):
            return None
        return Made(str(Community.Mode(values["mode"]).label), {"before": before, "after": values["mode"]})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        if community.moderation_mode != kept["after"]:
            raise WrittenSince
        set_mode(community, by=by, mode=kept["before"])

    def describe(self, community: Community) -> dict[str, str]:
        return {"mode": community.moderation_mode}
