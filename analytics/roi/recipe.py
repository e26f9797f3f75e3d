"""The parts of a recipe that measurement brings: objectives with targets, and a first forecast."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.roi.models import Objective
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.objectives import set_objective
from analytics.roi.verdicts import target_text
from communities.calendar import today
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts import Part, PartForm, Rows, Wish
from communities.console.recipe.parts.base import Made
from communities.console.recipe.parts.forms import Row
from communities.console.recipe.schema import At, choice, mapping, number, rows
from communities.models import Community, Membership

MOST = 8
# Half a year: long enough to see, short enough to remember.
MONTHS = 6


class ObjectiveRow(Row):
    title_field = "title"
    kept = ("usual",)

    family = forms.ChoiceField(label=_("Family"), choices=Objective.Family)
    figure = forms.ChoiceField(label=_("Measured as"), choices=Objective.Figure)
    target = forms.FloatField(
        label=_("Target"),
        help_text=_("What is answered or ordered again is in percent: 85 means 85%."),
        min_value=0.01,
        max_value=1_000_000_000,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal", "class": "input num-in"}),
    )

    @property
    def title(self) -> str:
        family = self.initial.get("family")
        return str(Objective.Family(family).label) if family else gettext("One more")


class ObjectivesPart(Part):
    name = "objectives"
    label = _("Targets for six months")
    says = _("What would have to be true in half a year for you to go on.")
    order = 70
    template = "roi/recipe_objectives.html"

    def may(self, membership: Membership) -> bool:
        return can_edit_results(membership)

    def read(self, said: Any, at: At) -> list[dict[str, Any]]:
        return rows(said, at, _read_objective, most=MOST)

    def propose(self, wish: Wish) -> list[dict[str, Any]]:
        """The families that were chosen, the first one first; all where none of them is here."""
        said = wish.blueprint.parts.get(self.name, ())
        aims = wish.answers.aims
        chosen = sorted(
            (one for one in said if one["family"] in aims), key=lambda one: aims.index(one["family"])
        )
        return [dict(one) for one in chosen or said]

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return Rows(ObjectiveRow, values, data, most=MOST)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        lines = [
            {
                "family": Objective.Family(one["family"]).label,
                "figure": Objective.Figure(one["figure"]).label,
                "target": target_text(Decimal(str(one["target"])), one["figure"]),
                "usual": [target_text(Decimal(str(end)), one["figure"]) for end in one.get("usual") or []],
            }
            for one in values
        ]
        return {"lines": lines}

    def short(self, values: Any, wish: Wish) -> str:
        lines = self.shown(values, wish)["lines"]
        return ", ".join(f"{line['figure']} {line['target']}" for line in lines)

    def missing(self, community: Community, values: Any) -> Any:
        known = set(Objective.objects.open().values_list("family", "figure"))
        return [one for one in values if (one["family"], one["figure"]) not in known]

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        first = today(community)
        made = [
            set_objective(
                by=by,
                family=one["family"],
                figure=one["figure"],
                baseline=Decimal(0),
                target=Decimal(str(one["target"])),
                starts_on=first,
                deadline=first + datetime.timedelta(days=MONTHS * 30),
            )
            for one in new
        ]
        words = ngettext("%(n)s target", "%(n)s targets", len(made)) % {"n": len(made)}
        return Made(words, {str(one.pk): _snapshot(one) for one in made})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        present = list(Objective.objects.filter(pk__in=kept))
        if any(_snapshot(one) != kept[str(one.pk)] for one in present):
            raise WrittenSince
        for one in present:
            one.delete()

    def describe(self, community: Community) -> list[dict[str, Any]] | None:
        found = {(one.family, one.figure): one for one in Objective.objects.open().order_by("id")}
        return [
            {"family": family, "figure": figure, "target": float(one.target)}
            for (family, figure), one in list(found.items())[:MOST]
            if one.target > 0
        ] or None


def _read_objective(said: Any, at: At) -> dict[str, Any]:
    found = mapping(said, at, needed=["family", "figure", "target"], optional=["usual"])
    usual = rows(found["usual"], at / "usual", number, least=2, most=2) if "usual" in found else []
    if usual and usual[0] > usual[1]:
        raise (at / "usual").refuse("must go from less to more")
    return {
        "family": choice(found["family"], at / "family", Objective.Family.values),
        "figure": choice(found["figure"], at / "figure", Objective.Figure.values),
        "target": number(found["target"], at / "target", least=0.01),
        "usual": usual,
    }


def _snapshot(objective: Objective) -> dict[str, Any]:
    plain = objective.target.quantize(Decimal("0.01"))
    return {
        "family": str(objective.family),
        "figure": str(objective.figure),
        "target": str(plain),
        "open": objective.closed_at is None,
    }
