"""The launch plan: who comes in first, and what must be true before the next ones do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.parts.base import Made, Part, PartForm, Wish
from communities.console.recipe.parts.forms import Row, Rows
from communities.console.recipe.schema import At, choice, choices, mapping, number, rows, shared, texts
from communities.launch.audiences import WIDTHS
from communities.launch.features import DOORS, FEATURES, names_in_stages
from communities.launch.forms import threshold_field
from communities.launch.gauges import GAUGES
from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.services import StageWishes, add_stage, remove_stage
from communities.letters import fold
from communities.models import Community, Membership

MOST = 8
FIELDS = ("name", "features", "audience", "opening", "share", "criteria", "announcement")
# A list of members by name is made of people, whom no recipe knows; a date has no meaning before the day.
AUDIENCES = [name for name in WIDTHS if name != "list"]
OPENINGS = [Stage.Opening.HAND, Stage.Opening.CRITERIA]


class StageRow(Row):
    kept = ("share",)

    name = forms.CharField(label=_("Name"), max_length=60)
    audience = forms.ChoiceField(label=_("To whom"))
    opening = forms.ChoiceField(label=_("When"))
    features = forms.MultipleChoiceField(
        label=_("Opens"), required=False, widget=forms.CheckboxSelectMultiple
    )
    announcement = forms.CharField(
        label=_("Announcement"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2, "class": "input"}),
    )

    def __init__(self, *args: Any, modules: frozenset[str] = frozenset(), **options: Any) -> None:
        super().__init__(*args, **options)
        labels = dict(Stage.Audience.choices)
        cast("forms.ChoiceField", self.fields["audience"]).choices = [(n, labels[n]) for n in AUDIENCES]
        cast("forms.ChoiceField", self.fields["opening"]).choices = [(one, one.label) for one in OPENINGS]
        cast("forms.ChoiceField", self.fields["features"]).choices = [
            (name, FEATURES[name].label) for name in names_in_stages() if name in modules | DOORS
        ]
        goals = self.initial.get("criteria", {})
        for gauge in GAUGES.values():
            self.fields[f"gauge_{gauge.name}"] = threshold_field(gauge, goals.get(gauge.name))

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[f"gauge_{name}"] for name in GAUGES]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("opening") == Stage.Opening.CRITERIA and not self._criteria(data):
            self.add_error("opening", gettext("Choose at least one gauge to wait for."))
        return data

    @property
    def value(self) -> dict[str, Any]:
        found = super().value
        own = {name: value for name, value in found.items() if not name.startswith("gauge_")}
        return {"share": 100} | own | {"criteria": self._criteria(self.cleaned_data)}

    @staticmethod
    def _criteria(data: Mapping[str, Any]) -> dict[str, float]:
        return {name: float(data[f"gauge_{name}"]) for name in GAUGES if data.get(f"gauge_{name}")}


class PlanPart(Part):
    name = "plan"
    label = _("Launch plan")
    says = _("Nobody comes into an empty room: each stage waits until the one before it is alive.")
    order = 40
    template = "recipe/part_plan.html"
    short_in_its_words = True

    def may(self, membership: Membership) -> bool:
        return can_edit_plan(membership)

    def read(self, said: Any, at: At) -> list[dict[str, Any]]:
        return rows(said, at, _read_stage, most=MOST)

    def propose(self, wish: Wish) -> list[dict[str, Any]]:
        return [_proposed(one, wish) for one in wish.blueprint.parts.get(self.name, ())]

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return Rows(StageRow, values, data, most=MOST, options={"modules": wish.modules})

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        audiences, openings = dict(Stage.Audience.choices), dict(Stage.Opening.choices)
        lines = [
            one
            | {
                "to": audiences[one["audience"]],
                "when": openings[one["opening"]],
                "opens": [FEATURES[name].label for name in one["features"] if name in FEATURES],
                "waits": [(GAUGES[name], goal) for name, goal in one["criteria"].items() if name in GAUGES],
            }
            for one in values
        ]
        return {"lines": lines}

    def short(self, values: Any, wish: Wish) -> str:
        return " → ".join(one["name"] for one in values)

    def missing(self, community: Community, values: Any) -> Any:
        known = {fold(name) for name in Stage.objects.values_list("name", flat=True)}
        return [one for one in values if fold(one["name"]) not in known]

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        new = self.missing(community, values)
        if not new:
            return None
        stages = [add_stage(_wishes(one, community), by=by) for one in new]
        words = ngettext("%(n)s stage: %(names)s", "%(n)s stages: %(names)s", len(new)) % {
            "n": len(new),
            "names": ", ".join(stage.name for stage in stages),
        }
        return Made(words, {"stages": {str(stage.pk): _snapshot(stage) for stage in stages}})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        stages = list(Stage.objects.filter(pk__in=kept["stages"]))
        for stage in stages:
            moved = _snapshot(stage) != kept["stages"][str(stage.pk)]
            if moved or stage.has_effect:
                raise WrittenSince
        for stage in stages:
            remove_stage(stage, by=by)

    def describe(self, community: Community) -> list[dict[str, Any]] | None:
        stages = Stage.objects.filter(audience__in=AUDIENCES).in_order()[:MOST]
        return [_described(stage, community) for stage in stages] or None


def _read_stage(said: Any, at: At) -> dict[str, Any]:
    """Written out, or one of the shared stages (`stage: team`) with what it opens here."""
    if isinstance(said, Mapping) and "stage" in said:
        known = shared("stages")
        said = {**known[choice(said["stage"], at / "stage", known)], **said}
        del said["stage"]
    found = mapping(
        said,
        at,
        needed=["name", "audience", "opens"],
        optional=["opening", "share", "criteria", "announcement"],
    )
    goals = mapping(found.get("criteria", {}), at / "criteria", optional=GAUGES)
    opening = choice(found.get("opening", "hand"), at / "opening", [str(one) for one in OPENINGS])
    if opening == Stage.Opening.CRITERIA and not goals:
        raise (at / "criteria").refuse("is missing: a stage that opens by itself waits for something")
    most = {name: 100 if gauge.in_percent else 10_000_000 for name, gauge in GAUGES.items()}
    return {
        "name": texts(found["name"], at / "name", most=60),
        "audience": choice(found["audience"], at / "audience", AUDIENCES),
        "features": choices(found["opens"], at / "opens", names_in_stages(), least=0),
        "opening": opening,
        "share": int(number(found.get("share", 100), at / "share", least=1, most=100)),
        "criteria": {
            name: number(goal, at / "criteria" / name, least=0.01, most=most[name])
            for name, goal in goals.items()
        },
        "announcement": texts(found["announcement"], at / "announcement", most=500)
        if found.get("announcement")
        else {},
    }


def _proposed(one: Mapping[str, Any], wish: Wish) -> dict[str, Any]:
    """Without what the chosen modules do not have: a stage that waits for it would wait for ever."""
    criteria = {
        name: goal
        for name, goal in one["criteria"].items()
        if not GAUGES[name].needs or GAUGES[name].needs & wish.modules
    }
    opening = one["opening"] if criteria else str(Stage.Opening.HAND)
    return {
        "name": wish.words(one["name"]),
        "audience": one["audience"],
        "features": [name for name in one["features"] if name in wish.modules | DOORS],
        "opening": opening,
        "share": one["share"],
        "criteria": criteria,
        "announcement": wish.words(one["announcement"]) if one["announcement"] else "",
    }


def _wishes(one: Mapping[str, Any], community: Community) -> StageWishes:
    chosen = set(community.open_features) | DOORS if community.open_features else set(names_in_stages())
    said = {name: one[name] for name in FIELDS if name != "features"}
    return StageWishes(features=[name for name in one["features"] if name in chosen], **said)


def _snapshot(stage: Stage) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in FIELDS}


def _described(stage: Stage, community: Community) -> dict[str, Any]:
    by_itself = stage.opening == Stage.Opening.CRITERIA and bool(stage.criteria)
    return {
        "name": {community.language: stage.name},
        "audience": stage.audience,
        "opens": [name for name in stage.features if name in names_in_stages()],
        "opening": str(Stage.Opening.CRITERIA if by_itself else Stage.Opening.HAND),
        "share": stage.share,
        "criteria": {name: goal for name, goal in stage.criteria.items() if name in GAUGES},
        "announcement": {community.language: stage.announcement} if stage.announcement else None,
    }
