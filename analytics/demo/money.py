"""Rates, costs, objectives, and counts from other systems."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import groupby

from analytics.demo.story import MONTHS, Story, weekly
from analytics.roi.counting import daily_counts
from analytics.roi.models import Cost, Count, Objective, Rate
from analytics.roi.services import add_counts, record_cost, revalue, set_objective, set_rate
from analytics.roi.services.valuing import COUNTED_BY_DAY
from communities.demo.reading import Entry

# How long objectives have been pursued.
SINCE = datetime.timedelta(days=52)


def settle_rates(story: Story) -> int:
    if Rate.objects.exists():
        return 0
    for said in story.brand.community["rates"]:
        ledger = {**said, **said["ledger"]}
        review = ledger.get("review_day")
        set_rate(
            story.community,
            ledger["rate"],
            by=story.by,
            source=ledger["source"],
            valid_from=story.first_day,
            review_on=story.today + datetime.timedelta(days=review) if review else None,
            **{end: Decimal(str(ledger[end])) for end in ("value", "low", "high")},
        )
    return len(story.brand.community["rates"])


def settle_costs(story: Story) -> int:
    """A run of months that cost the same is one cost that repeats."""
    if Cost.objects.exists():
        return 0
    made = 0
    costs: list[Entry] = sorted(story.brand.community["costs"], key=lambda cost: int(cost["month"]))
    for cost in costs:
        if cost["one_off"]:
            _record(story, Cost.Kind.LAUNCH, cost["one_off"], cost["month"])
            made += 1
    for kind in (Cost.Kind.RUNNING, Cost.Kind.HOURS):
        for amount, group in groupby(costs, key=lambda cost: _monthly(cost, kind)):
            months = [cost["month"] for cost in group]
            if amount:
                _record(story, kind, amount, months[0], months[-1])
                made += 1
    return made


def _monthly(cost: Entry, kind: Cost.Kind) -> int:
    return int(cost["running"] if kind == Cost.Kind.RUNNING else cost["hours"] * cost["hour_rate"])


def _record(story: Story, kind: Cost.Kind, amount: int, first: int, last: int | None = None) -> None:
    ends = None if last is None or last == 0 else story.last_day(last)
    record_cost(
        story.community,
        by=story.by,
        kind=kind,
        label=story.brand.community["cost_labels"][kind.value],
        amount_minor=amount * 100,
        repeats=Cost.Repeats.ONCE if last is None else Cost.Repeats.MONTHLY,
        starts_on=story.month(first),
        ends_on=ends,
    )


def settle_objectives(story: Story) -> int:
    """Those whose figure the platform measures itself; the others stay in the files."""
    if Objective.objects.exists():
        return 0
    made = 0
    for said in story.brand.community["objectives"]:
        if "measured" not in said:
            continue
        aim = {**said, **said["measured"]}
        set_objective(
            by=story.by,
            owner=story.scene.people[aim["owner"]],
            family=aim["family"],
            figure=aim["figure"],
            baseline=Decimal(aim["baseline"]),
            target=Decimal(aim["target"]),
            starts_on=story.today - SINCE,
            deadline=story.today + datetime.timedelta(days=aim["due_day"]),
        )
        made += 1
    return made


def settle_counts(story: Story) -> int:
    """What others counted elsewhere: with what is counted here it makes the months of the files."""
    if Count.objects.exists():
        return 0
    made = 0
    for measure in COUNTED_BY_DAY:
        said = story.benefit(measure)
        if said is None:
            # Counted here all the same, as in every community; worth nothing until somebody sets a rate.
            revalue(story.community, measure)
            continue
        here = daily_counts(story.community, measure, story.first_day, story.today)
        days: dict[datetime.date, int] = {}
        # The files count impressions in thousands.
        unit = 1000 if measure == "impression" else 1
        for number, n in zip(range(1 - MONTHS, 1), said["count"], strict=True):
            first, last = story.month(number), story.last_day(number)
            rest = n * unit - sum(m for day, m in here.items() if first <= day <= last)
            if rest > 0:
                days |= weekly(first, last, rest)
        add_counts(story.community, measure, by=story.by, source=said["source"], days=days, on_top=True)
        # Days before or after those that others counted have what was measured here.
        revalue(story.community, measure)
        made += len(days)
    return made
