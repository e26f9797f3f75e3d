"""What a community may bring in its first year, before there is anything to measure.

Every figure is a product of named assumptions, each with a range and a grade; nothing else goes in. Low and high are
what comes out when all assumptions are at their low or high end at once, which is rare: what eight of ten combinations
bring, and how many stay below the cost, is counted over combinations spread evenly within the ranges. Pure functions:
no query, no clock, no chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.roi.returns import payback, roi

MONTHS, WEEKS = 12, 52
# Members come evenly over the year: on average half of those at its end are there.
HALF = Decimal("0.5")
# Texts stay and go on being read: over the year each month finds, on average, six and a half months of them.
MONTHS_OF_TEXTS = Decimal("6.5")
# Combinations of assumptions that are tried for the share that stays below the cost.
TRIED = 512
# Rounded worth of one euro in the other currencies, for the first guess of an amount alone. The marketing lead
# replaces it by an amount of their own; nothing is ever converted by it.
PER_EURO = {
    "USD": "1.1", "GBP": "0.85", "CHF": "0.95", "CAD": "1.6", "AUD": "1.7", "NZD": "1.9", "XOF": "656", "XAF": "656",
    "XPF": "119", "MAD": "10.7", "TND": "3.4", "DZD": "150", "MUR": "52", "SEK": "11", "DKK": "7.5", "NOK": "11.5",
    "PLN": "4.3", "CZK": "25", "JPY": "165",
}  # fmt: skip


@dataclass(frozen=True)
class Range:
    """An assumption: at least, likely, at most."""

    low: Decimal
    likely: Decimal
    high: Decimal

    def at(self, share: float) -> Decimal:
        """The value below which `share` of a triangular distribution lies."""
        low, likely, high = float(self.low), float(self.likely), float(self.high)
        if high <= low:
            return self.likely
        turn = (likely - low) / (high - low)
        if share < turn:
            return Decimal(low + (share * (high - low) * (likely - low)) ** 0.5)
        return Decimal(high - ((1 - share) * (high - low) * (high - likely)) ** 0.5)


@dataclass(frozen=True)
class Assumption:
    """One of the figures that a forecast is made of. `grade`: A was told, B measured elsewhere, C known from
    experience, D believed. `money`: in the currency of the community."""

    name: str
    label: Promise
    first: Range
    grade: str
    source: Promise
    percent: bool = False
    money: bool = False


def _range(low: str, likely: str, high: str) -> Range:
    return Range(Decimal(low), Decimal(likely), Decimal(high))


_EXPERIENCE = _("usual in comparable places, to be measured from the third month on")
_BELIEVED = _("an assumption that nobody has measured yet")

# In the order of the page.
ASSUMPTIONS = (
    Assumption(
        "reach", _("People you can write to"), _range("500", "2000", "5000"), "D", _("a guess: say how many")
    ),
    Assumption(
        "join_share",
        _("Share of them who join within a year"),
        _range("2", "5", "10"),
        "C",
        _EXPERIENCE,
        percent=True,
    ),
    Assumption(
        "active_share",
        _("Share of members active in a month"),
        _range("10", "20", "35"),
        "C",
        _EXPERIENCE,
        percent=True,
    ),
    Assumption(
        "asks", _("Questions per active member and month"), _range("0.2", "0.4", "0.8"), "C", _EXPERIENCE
    ),
    Assumption(
        "answered_share",
        _("Share of questions answered by members"),
        _range("40", "60", "80"),
        "C",
        _EXPERIENCE,
        percent=True,
    ),
    Assumption(
        "answer_value",
        _("Cost of one question to your support"),
        _range("3", "7", "12"),
        "B",
        _("€7.14 a call in a published case; your own figure is better"),
        money=True,
    ),
    Assumption(
        "threads", _("Texts per active member and month"), _range("0.2", "0.5", "1"), "C", _EXPERIENCE
    ),
    Assumption(
        "visits_per_text",
        _("Visits from search engines per text and month"),
        _range("0.5", "1.5", "3.1"),
        "B",
        _("87.5 visitors an article in two years in a published case, 85% from one search engine"),
    ),
    Assumption(
        "visit_value",
        _("Cost of such a visit as an advertisement"),
        _range("0.2", "0.4", "1"),
        "C",
        _("prices of clicks in quiet subjects; ask your agency"),
        money=True,
    ),
    Assumption(
        "contact_share",
        _("Share of visits that leave a contact"),
        _range("0.2", "0.5", "1"),
        "C",
        _EXPERIENCE,
        percent=True,
    ),
    Assumption("contact_value", _("Value of a contact"), _range("5", "20", "60"), "D", _BELIEVED, money=True),
    Assumption(
        "repeat_share",
        _("Share of members who buy once more because of it"),
        _range("0", "1.5", "4"),
        "D",
        _("the most loyal join first: only a comparison can prove it"),
        percent=True,
    ),
    Assumption("order_margin", _("Margin on an order"), _range("10", "20", "40"), "D", _BELIEVED, money=True),
    Assumption(
        "hour_cost",
        _("Cost of an hour of the team"),
        _range("25", "35", "50"),
        "C",
        _("wages with charges in western Europe"),
        money=True,
    ),
)
BY_NAME = {one.name: one for one in ASSUMPTIONS}


@dataclass(frozen=True)
class Line:
    """One thing that a community may bring, worth an amount in the first year. `formula` is what is multiplied."""

    name: str
    label: Promise
    needs: tuple[str, ...]
    formula: Promise


MEMBERS = ("reach", "join_share")
LINES = {
    line.name: line
    for line in (
        Line(
            "answers",
            _("Questions that your support need not answer"),
            (*MEMBERS, "active_share", "asks", "answered_share", "answer_value"),
            _(
                "12 months × half the year-end members × active × questions × answered by members × "
                "cost of one"
            ),
        ),
        Line(
            "visits",
            _("Visits from search engines that need not be bought"),
            (*MEMBERS, "active_share", "threads", "visits_per_text", "visit_value"),
            _(
                "12 months × 6.5 months of texts × half the members × active × texts × visits to one × price of one, "
                "without those that become contacts"
            ),
        ),
        Line(
            "contacts",
            _("Contacts"),
            (*MEMBERS, "active_share", "threads", "visits_per_text", "contact_share", "contact_value"),
            _("the same visits × share that leave a contact × value of one"),
        ),
        Line(
            "repeat",
            _("Orders of members who buy once more"),
            (*MEMBERS, "repeat_share", "order_margin"),
            _("half the year-end members × buy once more × margin on an order"),
        ),
    )
}


@dataclass(frozen=True)
class Means:
    """What is put in: whole units of the currency; `hours` in a week."""

    launch_budget: int = 0
    budget: int = 0
    hours: int = 0


@dataclass(frozen=True)
class Estimate:
    """Amounts of the first year, in units of the currency."""

    lines: tuple[tuple[Line, Range], ...]
    benefit: Range
    # Between these lie eight of ten combinations.
    usual: tuple[Decimal, Decimal]
    cost: Decimal
    # Of a hundred combinations, how many bring less than they cost.
    below_cost: int
    roi: Decimal | None
    payback: Decimal | None


def first_range(assumption: Assumption, currency: str) -> Range:
    """Where an assumption begins, in the currency."""
    rate = Decimal(PER_EURO.get(currency, "1")) if assumption.money else Decimal(1)
    first = assumption.first
    return Range(*(_rounded(value * rate) for value in (first.low, first.likely, first.high)))


def names_for(lines: Iterable[str]) -> list[str]:
    """The assumptions that these lines and the cost rest on, in the order of the page."""
    needed = {name for line in lines for name in LINES[line].needs} | {"hour_cost"}
    return [one.name for one in ASSUMPTIONS if one.name in needed]


def values_of(lines: Sequence[str], at: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What each line is worth in the first year, with each assumption at one value. Shares are in percent."""
    members = at["reach"] * _share(at, "join_share") * HALF
    active = members * _share(at, "active_share") if "active_share" in at else Decimal(0)
    found: dict[str, Decimal] = {}
    visits = contacts = Decimal(0)
    if {"visits", "contacts"} & set(lines):
        visits = MONTHS * MONTHS_OF_TEXTS * active * at["threads"] * at["visits_per_text"]
        contacts = visits * _share(at, "contact_share") if "contacts" in lines else Decimal(0)
    for line in lines:
        if line == "answers":
            answered = MONTHS * active * at["asks"] * _share(at, "answered_share")
            found[line] = answered * at["answer_value"]
        elif line == "visits":
            # A visit is worth something once: as a contact, or as a visit.
            found[line] = (visits - contacts) * at["visit_value"]
        elif line == "contacts":
            found[line] = contacts * at["contact_value"]
        else:
            found[line] = members * _share(at, "repeat_share") * at["order_margin"]
    return found


def estimate(lines: Sequence[str], assumptions: Mapping[str, Range], means: Means) -> Estimate:
    """The first year of these lines. Raises KeyError for an assumption that a line needs and nobody made."""
    names = [name for name in names_for(lines) if name != "hour_cost"]
    ends = [
        values_of(lines, {name: getattr(assumptions[name], end) for name in names})
        for end in ("low", "likely", "high")
    ]
    cost = _cost(means, assumptions["hour_cost"].likely)
    benefit = Range(*(sum(values.values(), Decimal(0)) for values in ends))
    tried = [
        (sum(values_of(lines, point).values(), Decimal(0)), _cost(means, hour))
        for point, hour in _combinations(names, assumptions)
    ]
    brought = sorted(value for value, _spent in tried)
    return Estimate(
        lines=tuple((LINES[line], Range(*(values[line] for values in ends))) for line in lines),
        benefit=benefit,
        cost=cost,
        usual=(brought[TRIED // 10], brought[-TRIED // 10]),
        below_cost=round(100 * sum(value < spent for value, spent in tried) / TRIED),
        roi=roi(int(benefit.likely * 100), int(cost * 100)),
        payback=_payback(benefit.likely, means, assumptions["hour_cost"].likely),
    )


def _share(at: Mapping[str, Decimal], name: str) -> Decimal:
    return at[name] / 100


def _cost(means: Means, hour: Decimal) -> Decimal:
    return means.launch_budget + MONTHS * means.budget + WEEKS * means.hours * hour


def _payback(benefit: Decimal, means: Means, hour: Decimal) -> Decimal | None:
    """In months of the first year, the benefit growing evenly as members come; None: not within it."""
    monthly_cost = means.budget + Decimal(WEEKS * means.hours) * hour / MONTHS
    growing = [benefit * (2 * month - 1) / MONTHS**2 - monthly_cost for month in range(1, MONTHS + 1)]
    return payback([Decimal(-means.launch_budget), *growing])


def _combinations(
    names: Sequence[str], assumptions: Mapping[str, Range]
) -> Iterable[tuple[dict[str, Decimal], Decimal]]:
    """Points spread evenly over all ranges at once (an additive recurrence), the same each time."""
    count = len(names) + 1
    root = 2.0
    for _step in range(40):  # the positive root of x^(count+1) = x + 1
        root = (1 + root) ** (1 / (count + 1))
    steps = [(1 / root) ** (number + 1) % 1 for number in range(count)]
    for point in range(TRIED):
        shares = [(0.5 + step * (point + 1)) % 1 for step in steps]
        yield (
            {name: assumptions[name].at(share) for name, share in zip(names, shares, strict=False)},
            assumptions["hour_cost"].at(shares[-1]),
        )


def _rounded(value: Decimal) -> Decimal:
    """Two signs that mean something: a guess of 656 times seven is 4,600, not 4,592."""
    if not value:
        return Decimal(0)
    rounded = round(value, 1 - value.adjusted())
    return Decimal(f"{rounded.normalize():f}")
