"""How a figure is computed: its formula in words, the assumption it rests on, and the rows it is made of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.reports.models import ClosedEntry, ClosedMonth
from analytics.reports.months import ELSEWHERE, Line
from analytics.roi.models import Confidence, Cost, LedgerEntry, Measure, Objective
from analytics.roi.models.ledger import LedgerQuerySet
from analytics.roi.services.valuing import COUNTED_BY_DAY
from communities.calendar import Month


@dataclass(frozen=True)
class Explanation:
    """What stands behind one figure."""

    ref: str
    title: Promise | str
    formula: Promise | str
    measure: str = ""
    caveat: Promise | str = ""
    # Of the figure of an objective: where the things it counts are listed, by the name of the page.
    is_aim: bool = False
    place: str = ""

    @property
    def is_valued(self) -> bool:
        """Whether a rate makes it of a count."""
        return self.measure == self.ref


TOTALS: dict[str, tuple[Promise, Promise, Promise]] = {
    "roi-total": (
        _("Total ROI"),
        _("(All benefits − all costs) ÷ all costs, in this month. Benefits are what was measured, plus what was"
          " counted at your rates. Costs are counted on the day they fall due."),
        _("The rates are yours: change one and this figure moves."),
    ),
    "roi-hard": (
        _("Measured ROI"),
        _("(Measured benefits − all costs) ÷ all costs, in this month. Measured benefits are the margin on orders"
          " and refunds that a shop reported and that are attributed to the community. No rate but the margin"
          " enters."),
        _("Attributed is not caused: a member who buys might have bought anyway."),
    ),
    "cost": (
        _("Costs"),
        _("The sum of all costs that fall due in this month: launch, tools and running, hours of the team,"
          " advertising."),
        _("Hours that nobody entered are missing here."),
    ),
}  # fmt: skip
FORMULAS: dict[str, tuple[Promise, Promise]] = {
    Measure.ORDER: (
        _("Net amount of each attributed order × margin, less the refunds of such orders. Net is without tax,"
          " shipping and discounts. An order is attributed by the member number given at the checkout, else by a"
          " click-out with consent in the 30 days before, else by the code of an offer, else by the address of a"
          " contact who agreed."),
        _("Orders by people who touched the community: attributed is not caused."),
    ),
    Measure.LEAD: (
        _("Accepted contacts × the rate of a contact. The same person asking for the same offer within 30 days is"
          " one contact."),
        _("A contact is worth what your sales say it is: have them review the rate."),
    ),
    Measure.IMPRESSION: (
        _("Viewable impressions of your banners ÷ 1,000 × the rate of a thousand (CPM): what the same display would"
          " have cost as advertising. They are counted here, day by day and banner by banner; a figure typed for"
          " the same day is left out, unless it says that it comes on top."),
        _("Saved spending, not income."),
    ),
    Measure.VISIT: (
        _("Visits from search engines × the rate of such a visit: what the same visits would have cost as"
          " advertising. They are counted here; a figure typed for the same day is left out, unless it says that it"
          " comes on top. Visits that led to an order counted above are taken off, and one for each reader whom an"
          " answer saved a call: nothing is worth something twice."),
        _("Saved spending, not income. Which visits led to an order is known only of members who agreed to it."),
    ),
    Measure.ANSWER: (
        _("Questions with an accepted answer × the rate of one contact with your support."),
        _("Not each of them would have asked your support."),
    ),
    Measure.CALL: (
        _("Readers who answered yes to “Did this save you a call to our support?” under an accepted or useful answer ×"
          " the rate of one contact with your support, on the day of their first answer. Members count once for a"
          " thread, visitors once for a thread and day. Whoever asked the question is not asked: it counts above. Nor"
          " are the author of the answer and the team. Each yes takes a visit from a search engine off those valued on"
          " the same day: nothing is worth something twice."),
        _("It is what readers say, not necessarily what they would have done."),
    ),
    Measure.OUTCOME: (
        _("The sum of what delivered ideas and projects of calls have brought, as the team entered it, each on the day"
          " of its delivery. What is expected of others is on the page of the call, and is not in it."),
        _("It is what the team says, and no rate enters. Some of it might have come anyway."),
    ),
}  # fmt: skip

# The figures of objectives: formula, beware, and the page of what they count where the ledger has no rows of it.
AIMS: dict[str, tuple[Promise, Promise | str, str]] = {
    Objective.Figure.LEADS: (
        _("Contacts left in the month that somebody accepted. The same person asking for the same offer within 30"
          " days is one contact."),
        _("Those that nobody has judged yet are not counted; the tile says how many there are."),
        "roi:list-leads",
    ),
    Objective.Figure.NEW_MEMBERS: (
        _("People who joined in the month and are members today."), "", "people:list-members",
    ),
    Objective.Figure.ACTIVE: (
        _("Members who read, wrote or reacted at least once in the 28 days that end with the month, or with today."
          " The team is left out."),
        _("Kept as one row for each member and day, without hour or page, so nobody’s reading can be followed."),
        "reports:show-engagement",
    ),
    Objective.Figure.REPEAT: (
        _("Orders of somebody who had ordered before ÷ orders that name their customer, in the month; refunds are"
          " left out."),
        _("Fewer than 30 orders are shown as a count: a percentage would say more than is known."),
        "roi:list-orders",
    ),
    Objective.Figure.ANSWERED: (
        _("Threads with a reply by somebody else within 7 days ÷ threads started in the month, at least 7 days"
          " ago."),
        _("Fewer than 30 threads are shown as a count: a percentage would say more than is known."),
        "reports:show-engagement",
    ),
    Objective.Figure.SEARCH: (
        _("Visits whose channel is a search engine, counted here without a cookie; robots and the team are left"
          " out. Figures typed from outside are added on days without a count of our own, or where they come on"
          " top."),
        _("Visits that led to an order are in this count; the ledger below values the others."),
        "",
    ),
    Objective.Figure.IMPRESSIONS: (
        _("Impressions of which half of the banner was seen for a second, counted here; figures typed from outside"
          " are added on days without a count of our own, or where they come on top."),
        "",
        "",
    ),
    Objective.Figure.CLICKS: (
        _("Click-outs to offers, of people: robots, pages fetched ahead and the team are left out."), "",
        "roi:list-offers",
    ),
    Objective.Figure.NPS: (
        _("Promoters (9 or 10) − detractors (0 to 6) among the answers of the last survey of all members that closed"
          " in the month, in points from −100 to +100, with 1.96 standard errors on each side."),
        _("Below 20 answers there is no score. Nothing is known about a month without a survey."),
        "animation:list-surveys",
    ),
    Objective.Figure.SAVED: (
        _("Yes ÷ all answers to “Did this save you a call to our support?”, which readers are asked under accepted and"
          " useful answers. Members count once for a thread, visitors once for a thread and day, in the month of their"
          " first answer; the interval is Wilson’s, at 95%."),
        _("Those who answer are not all who read. Fewer than 30 answers are shown as a count: a percentage would say"
          " more than is known."),
        "",
    ),
}  # fmt: skip
# The rows of an aim that stand with visits and members.
ENGAGEMENT_ROWS: dict[str, str] = {
    Objective.Figure.ACTIVE: "active",
    Objective.Figure.ANSWERED: "answered_rate",
}
# All lines of a month, for an export.
ALL_ROWS = "all"
ROWS_OF_AIM = {
    Objective.Figure.LEADS: Measure.LEAD,
    Objective.Figure.SEARCH: Measure.VISIT,
    Objective.Figure.IMPRESSIONS: Measure.IMPRESSION,
}


def explain(ref: str) -> Explanation | None:
    """The words for a figure; None for what is no figure."""
    if ref in TOTALS:
        title, formula, caveat = TOTALS[ref]
        return Explanation(ref, title, formula, caveat=caveat)
    if ref in FORMULAS:
        formula, caveat = FORMULAS[ref]
        return Explanation(ref, Measure(ref).label, formula, ref, caveat=caveat)
    counted = ref.removesuffix(ELSEWHERE)
    if ref != counted and counted in COUNTED_BY_DAY:
        line = Line(counted, Confidence.ELSEWHERE)
        return Explanation(ref, line.label, ELSEWHERE_FORMULA, ref, caveat=FORMULAS[counted][1])
    if ref in AIMS:
        formula, beware, place = AIMS[ref]
        label = Objective.Figure(ref).label
        return Explanation(ref, label, formula, caveat=beware, is_aim=True, place=place)
    kind = ref.removeprefix("cost-")
    if ref.startswith("cost-") and kind in Cost.Kind.values:
        title, formula, caveat = TOTALS["cost"]
        return Explanation(ref, Cost.Kind(kind).label, formula, kind, caveat=caveat)
    return None


ELSEWHERE_FORMULA = _(
    "What another system counted and somebody typed or loaded here × the same rate: on days without a count of our"
    " own, or where it comes on top."
)


def rows_behind(ref: str, first: datetime.date, last: datetime.date) -> LedgerQuerySet:
    """The ledger lines that a figure is the sum of; of a closed month those it was closed with. Orders that are not
    counted stand among them, marked."""
    closed = ClosedMonth.objects.filter(month=Month.of(first).first).first()
    rows: LedgerQuerySet = (
        ClosedEntry.objects.filter(closed=closed)
        if closed
        else LedgerEntry.objects.between(first, last).select_related("rate")
    )
    return _narrowed(rows.newest(), ref)


def _narrowed(rows: LedgerQuerySet, ref: str) -> LedgerQuerySet:
    if ref == ALL_ROWS:
        return rows
    if ref == "roi-hard":
        return rows.counted().filter(Q(side="C") | Q(confidence=Confidence.MEASURED))
    if ref == "roi-total":
        return rows.counted()
    if ref == "cost":
        return rows.costs()
    if ref in AIMS:
        measure = ROWS_OF_AIM.get(Objective.Figure(ref))
        return rows.benefits().of_measure(measure) if measure else rows.none()
    if ref.startswith("cost-"):
        return rows.costs().of_measure(ref.removeprefix("cost-"))
    rows = rows.benefits().of_measure(ref.removesuffix(ELSEWHERE))
    if ref in COUNTED_BY_DAY:
        return rows.exclude(confidence=Confidence.ELSEWHERE)
    return rows.filter(confidence=Confidence.ELSEWHERE) if ref.endswith(ELSEWHERE) else rows
