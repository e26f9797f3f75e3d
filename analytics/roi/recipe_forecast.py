"""The forecast as a part of a recipe: each assumption named, graded, with its range, and editable."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from analytics.roi.forecast import (
    BY_NAME,
    LINES,
    Assumption,
    Estimate,
    Means,
    Range,
    estimate,
    first_range,
    names_for,
)
from analytics.roi.models import Rate
from analytics.roi.money import shown as money
from analytics.roi.money import to_minor, unit_price
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.rates import set_rate, withdraw_rate
from communities.calendar import today
from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.models import AppliedPart
from communities.console.recipe.parts import Part, PartForm, Wish
from communities.console.recipe.parts.base import Made
from communities.console.recipe.schema import At, choices, mapping, number, rows
from communities.models import Community, Membership
from communities.templatetags.parvis import number as written

# Assumptions that are rates of the results, too: they hold until somebody sets a better one.
RATES = {
    "answer_value": Rate.Name.ANSWER,
    "visit_value": Rate.Name.VISIT,
    "contact_value": Rate.Name.LEAD,
}
REVIEWED_AFTER = datetime.timedelta(days=90)
ENDS = ("low", "likely", "high")


class ForecastForm(forms.Form):
    """Three figures for each assumption."""

    def __init__(self, data: Any, *, values: Mapping[str, Any]) -> None:
        self.kept = values
        super().__init__(data)
        for name, said in values["assumptions"].items():
            for end in ENDS:
                self.fields[f"{name}_{end}"] = _figure(BY_NAME[name], end, said[end])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.kept["assumptions"]:
            low, likely, high = (data.get(f"{name}_{end}") for end in ENDS)
            if low is not None and likely is not None and low > likely:
                self.add_error(f"{name}_low", gettext("This is more than the likely value."))
            if high is not None and likely is not None and high < likely:
                self.add_error(f"{name}_high", gettext("This is less than the likely value."))
        return data

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The assumptions with their fields, for the page."""
        return [
            {
                "name": name,
                "label": BY_NAME[name].label,
                "fields": [self[f"{name}_{end}"] for end in ENDS],
                "grade": said["grade"],
            }
            for name, said in self.kept["assumptions"].items()
        ]

    @property
    def values(self) -> dict[str, Any]:
        """What was changed is what somebody told us."""
        found = {}
        for name, said in self.kept["assumptions"].items():
            typed = {end: _plain(self.cleaned_data[f"{name}_{end}"]) for end in ENDS}
            told = any(Decimal(typed[end]) != Decimal(said[end]) for end in ENDS)
            found[name] = {**said, **typed} | ({"grade": "A", "told": True} if told else {})
        return {**self.kept, "assumptions": found}


class ForecastPart(Part):
    name = "forecast"
    label = _("What it may bring")
    says = _("A forecast of the first year, made of the assumptions below and of nothing else.")
    order = 80
    template = "roi/recipe_forecast.html"

    def may(self, membership: Membership) -> bool:
        return can_edit_results(membership)

    def read(self, said: Any, at: At) -> dict[str, Any]:
        found = mapping(said, at, needed=["lines"], optional=["assumptions"])
        changed = mapping(found.get("assumptions", {}), at / "assumptions", optional=BY_NAME)
        return {
            "lines": choices(found["lines"], at / "lines", LINES),
            "assumptions": {
                name: _read_range(one, at / "assumptions" / name) for name, one in changed.items()
            },
        }

    def propose(self, wish: Wish) -> dict[str, Any]:
        said = wish.blueprint.parts.get(self.name)
        if not said:
            return {}
        answers, known = wish.answers, said["assumptions"]
        assumptions = {name: _proposed(name, known.get(name), wish) for name in names_for(said["lines"])}
        means = {"launch_budget": answers.launch_budget, "budget": answers.budget, "hours": answers.hours}
        return {
            "lines": said["lines"],
            "currency": answers.currency,
            "means": means,
            "assumptions": assumptions,
        }

    def form(self, values: Any, wish: Wish, data: Mapping[str, Any] | None = None) -> PartForm:
        return ForecastForm(data, values=values)

    def shown(self, values: Any, wish: Wish) -> dict[str, Any]:
        return forecast_page(values)

    def short(self, values: Any, wish: Wish) -> str:
        found, currency = estimate_of(values), str(values["currency"])
        amounts = {
            name: money(to_minor(value, currency), currency, cents=False)
            for name, value in (("likely", found.benefit.likely), ("cost", found.cost))
        }
        return gettext("%(likely)s in the first year, for %(cost)s spent") % amounts

    def missing(self, community: Community, values: Any) -> Any:
        """A community has one first forecast; afterwards there is something to measure."""
        return {} if kept_forecast() else values

    def apply(self, community: Community, *, by: Membership, values: Any) -> Made | None:
        """Keeps the forecast, and its values as first rates where the community has none."""
        if not self.missing(community, values):
            return None
        known = set(Rate.objects.values_list("name", flat=True).distinct())
        first = today(community)
        rates = []
        for name, rate in RATES.items():
            said = values["assumptions"].get(name)
            if said is None or rate in known:
                continue
            source = gettext("First forecast, grade %(grade)s: %(source)s") % {
                "grade": said["grade"],
                "source": source_of(BY_NAME[name], said),
            }
            rates.append(
                set_rate(
                    community,
                    rate,
                    by=by,
                    value=Decimal(said["likely"]),
                    low=Decimal(said["low"]),
                    high=Decimal(said["high"]),
                    source=source[:200],
                    valid_from=first,
                    review_on=first + REVIEWED_AFTER,
                ).pk
            )
        words = ngettext("Forecast, and %(n)s first rate", "Forecast, and %(n)s first rates", len(rates))
        return Made(words % {"n": len(rates)}, {"rates": rates})

    def undo(self, community: Community, *, by: Membership, kept: Mapping[str, Any]) -> None:
        for rate in Rate.objects.filter(pk__in=kept["rates"]):
            if not withdraw_rate(community, rate, by=by):
                raise WrittenSince


def kept_forecast() -> Any:
    """The forecast that the community in scope has applied last; None without one."""
    row = AppliedPart.objects.of_part(ForecastPart.name).newest().first()
    return row.values if row else None


def estimate_of(values: Mapping[str, Any]) -> Estimate:
    assumptions = {
        name: Range(*(Decimal(said[end]) for end in ENDS)) for name, said in values["assumptions"].items()
    }
    return estimate(values["lines"], assumptions, Means(**values["means"]))


def source_of(assumption: Assumption, said: Mapping[str, Any]) -> str:
    return gettext("you told us") if said.get("told") else str(assumption.source)


def forecast_page(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a forecast: amounts as the language writes them, and a bar to the same scale."""
    found, currency = estimate_of(values), str(values["currency"])

    def amount(value: Decimal) -> str:
        return money(to_minor(value, currency), currency, cents=False)

    first, last = found.usual
    top = max(last, found.benefit.likely, found.cost, Decimal(1)) * Decimal("1.05")
    benefit = found.benefit
    marks = {"low": benefit.low, "likely": benefit.likely, "high": benefit.high, "cost": found.cost}
    marks |= {"first": first, "last": last}
    return {
        "amounts": {name: amount(value) for name, value in marks.items()},
        "x": {name: f"{float(value / top) * 600:.1f}" for name, value in marks.items()},
        "span": f"{float((last - first) / top) * 600:.1f}",
        "costs": found.cost > 0,
        "payback": found.payback,
        "below_cost": found.below_cost,
        "lines": [
            {
                "label": line.label,
                "formula": line.formula,
                "low": amount(value.low),
                "likely": amount(value.likely),
                "high": amount(value.high),
            }
            for line, value in found.lines
        ],
        "assumptions": [
            _assumption_line(BY_NAME[name], said, currency) for name, said in values["assumptions"].items()
        ],
    }


def _assumption_line(assumption: Assumption, said: Mapping[str, Any], currency: str) -> dict[str, Any]:
    def shown(value: str) -> str:
        if assumption.money:
            return unit_price(Decimal(value), currency)
        figure = written(Decimal(value).normalize() if Decimal(value) % 1 else int(Decimal(value)))
        return gettext("%(n)s%%") % {"n": figure} if assumption.percent else figure

    return {
        "label": assumption.label,
        "likely": shown(said["likely"]),
        "low": shown(said["low"]),
        "high": shown(said["high"]),
        "grade": said["grade"],
        "source": source_of(assumption, said),
    }


def _proposed(name: str, own: list[float] | None, wish: Wish) -> dict[str, Any]:
    assumption = BY_NAME[name]
    told = name == "reach" and wish.answers.reach is not None
    if told:
        reach = Decimal(wish.answers.reach or 0)
        found = Range(reach, reach, reach)
    elif own is not None:
        base = Range(*(Decimal(str(value)) for value in own))
        found = _in_currency(assumption, base, wish.answers.currency)
    else:
        found = first_range(assumption, wish.answers.currency)
    grade = "A" if told else assumption.grade
    said = {end: _plain(getattr(found, end)) for end in ENDS} | {"grade": grade}
    return said | {"told": True} if told else said


def _in_currency(assumption: Assumption, base: Range, currency: str) -> Range:
    as_first = Assumption(
        assumption.name, assumption.label, base, assumption.grade, assumption.source, money=assumption.money
    )
    return first_range(as_first, currency)


def _read_range(said: Any, at: At) -> list[float]:
    found = rows(said, at, number, least=3, most=3)
    if found != sorted(found):
        raise at.refuse("must go from low to likely to high")
    return found


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _figure(assumption: Assumption, end: str, value: str) -> forms.DecimalField:
    words = {"low": _("At least"), "likely": _("Likely"), "high": _("At most")}[end]
    return forms.DecimalField(
        label=words,
        min_value=Decimal(0),
        max_value=Decimal(100) if assumption.percent else Decimal(10) ** 10,
        decimal_places=4,
        initial=value,
        widget=forms.NumberInput({"step": "any", "inputmode": "decimal"}),
    )
