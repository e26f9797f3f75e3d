"""Modules: what this place has. What is not chosen shows nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.console.recipe.answers import Aim, Motive
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.schema import At, Texts, choices, mapping, shared, texts
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.launch.features import DOORS, FEATURES
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community


class ModulesForm(forms.Form):
    features = forms.MultipleChoiceField(
        label=_("Modules"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        cast("forms.MultipleChoiceField", self.fields["features"]).choices = [
            (name, FEATURES[name].label) for name in to_choose()
        ]

    def clean_features(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["features"]
        if not any(kind.feature in chosen for kind in KINDS):
            raise forms.ValidationError(_("Keep at least one place where people can write."))
        return chosen

    @property
    def values(self) -> dict[str, Any]:
        return {"features": self.cleaned_data["features"]}


class ModulesPart(Part):
    name = "modules"
    label = _("Modules")
    says = _("What is off does not appear anywhere, and can be switched on later.")
    order = 10
    template = "recipe/part_modules.html"

    def read(self, said: Any, at: At) -> list[str]:
        return choices(said, at, to_choose())

    def propose(self, wish: Wish) -> dict[str, Any]:
        named = set(wish.blueprint.parts.get(self.name, ()))
        given = {*wish.answers.motives, *wish.answers.aims}
        named |= {name for name, (_why, brought_by) in reasons().items() if given & brought_by}
        return {"features": [name for name in to_choose() if name in named]}

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return ModulesForm(data, initial=values)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        chosen = set(values["features"])
        lines = [
            {
                "label": FEATURES[name].label,
                "on": name in chosen,
                "why": wish.words(reasons()[name][0]) if name in reasons() else "",
            }
            for name in to_choose()
        ]
        return {"lines": lines, "chosen": len(chosen), "all": len(lines)}

    def short(self, values: Any, wish: Wish) -> str:
        return ", ".join(str(FEATURES[name].label) for name in to_choose() if name in values["features"])

    def missing(self, community: Community, values: Any) -> Any:
        """What is on stays on: switching off is no part of what is missing. No choice means that all are on."""
        wanted = set(self._wanted(values))
        on = set(community.open_features or to_choose())
        return {} if wanted <= on else {"features": [name for name in to_choose() if name in wanted | on]}

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        wanted = self._wanted(values)
        before = list(community.open_features)
        if set(wanted) == set(before):
            return None
        _set_features(community, wanted)
        words = ngettext("%(n)s module", "%(n)s modules", len(wanted)) % {"n": len(wanted)}
        return Made(words, {"before": before, "after": wanted})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        if set(community.open_features) != set(kept["after"]):
            raise WrittenSince
        _set_features(community, list(kept["before"]))

    def describe(self, community: Community) -> list[str]:
        chosen = community.open_features or to_choose()
        return [name for name in to_choose() if name in chosen]

    def _wanted(self, values: Any) -> list[str]:
        """What is asked for, and whatever the present spaces need: a module never takes texts away."""
        used = set(Space.objects.filter(archived=False).values_list("kind", flat=True).distinct())
        needed = {kind.feature for kind in KINDS if kind.name in used} | set(values["features"])
        return [name for name in to_choose() if name in needed]


def to_choose() -> list[str]:
    """The features that are a community’s choice: the ways in are always there."""
    return [feature.name for feature in FEATURES if feature.name not in DOORS]


@lru_cache(maxsize=1)
def reasons() -> dict[str, tuple[Texts, frozenset[str]]]:
    """Why one would want a module, and which answers bring it without a blueprint’s word. Raises BlueprintError."""
    at = At("modules.yaml", tuple(code for code, _name in settings.LANGUAGES))
    said = mapping(shared("modules"), at, optional=to_choose())
    answers = {*Motive.values, *Aim.values}

    def read(one: Any, here: At) -> tuple[Texts, frozenset[str]]:
        found = mapping(one, here, needed=["why"], optional=["brought_by"])
        brought_by = found.get("brought_by", [])
        return (
            texts(found["why"], here / "why", most=120),
            frozenset(choices(brought_by, here / "brought_by", answers, least=0)),
        )

    return {name: read(one, at / name) for name, one in said.items()}


def _set_features(community: Community, features: list[str]) -> None:
    fresh = locked_community(community)
    fresh.open_features = features
    fresh.save(update_fields=["open_features", "updated_at"])
    community.open_features = features
    forget_all()
    transaction.on_commit(forget_all)
