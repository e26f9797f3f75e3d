"""The words behind “How is this computed”: what each figure is, by which formula, after whom."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Formula:
    """`function` names the query; `source` is empty where the definition is our own."""

    label: Promise
    formula: Promise
    function: str
    source: str = ""


FORMULAS: dict[str, Formula] = {
    "page_views": Formula(
        _("Page views"),
        _("Pages shown to people; robots, referrer spam, pages fetched ahead and the team are left out."),
        "capture.queries.audience",
        "https://plausible.io/docs/metrics-definitions",
    ),
    "visits": Formula(
        _("Visits"),
        _(
            "Pages in a row by one visitor, with no gap of more than 30 minutes; neither midnight nor a campaign"
            " ends one."
        ),
        "capture.queries.audience",
        "https://plausible.io/docs/metrics-definitions",
    ),
    "visitors_daily": Formula(
        _("Visitors (daily)"),
        _("Different visitors of each day, added up: somebody who comes on five days counts five times."),
        "capture.queries.audience",
        "https://github.com/plausible/analytics/discussions/970",
    ),
    "bounce_rate": Formula(
        _("Bounce rate"),
        _("Visits of one page without any act / visits."),
        "capture.queries.Figures",
        "https://plausible.io/docs/metrics-definitions",
    ),
    "active": Formula(
        _("Active members"),
        _("Different members with a page view or a contribution in the last 28 days; the team is left out."),
        "engagement.queries.members_active",
    ),
    "stickiness": Formula(
        _("Stickiness"),
        _("Mean of the members active on a day, over 28 days / members active in those 28 days."),
        "engagement.queries.activity",
        "https://posthog.com/docs/product-analytics/stickiness",
    ),
    "lifecycle": Formula(
        _("Lifecycle"),
        _(
            "Active members = new (never before) + returning (also in the period before) + resurrecting (others);"
            " dormant: in the period before, not in this one."
        ),
        "engagement.queries.lifecycle",
        "https://posthog.com/docs/product-analytics/lifecycle",
    ),
    "retention": Formula(
        _("Retention"),
        _(
            "Members of a cohort who are active N periods later / size of the cohort. Periods that are not over"
            " are empty."
        ),
        "engagement.queries.retention",
        "https://posthog.com/docs/product-analytics/retention",
    ),
    "activation": Formula(
        _("Activation"),
        _("New members who contributed within seven days / new members."),
        "engagement.queries.activation",
    ),
    "answered_rate": Formula(
        _("Answered rate"),
        _(
            "Topics and questions with a reply by somebody else within seven days / those older than seven days."
        ),
        "engagement.responses.answered_rate",
    ),
    "accepted_rate": Formula(
        _("Accepted answers"),
        _("Questions with an accepted answer / questions."),
        "engagement.responses.accepted_rate",
    ),
    "first_response": Formula(
        _("First response"),
        _(
            "Time from a topic or question to the first reply by somebody else: the time after which half of them have"
            " one, those that still wait included (Kaplan–Meier)."
        ),
        "engagement.responses.first_response",
    ),
    "participation": Formula(
        _("Participation"),
        _(
            "Contributions of the members active in the period, most active first: share of those with none, of the top"
            " 1 % and of the next 9 %."
        ),
        "engagement.queries.participation",
        "https://www.nngroup.com/articles/participation-inequality/",
    ),
    "gini": Formula(
        _("Gini coefficient"),
        _("Σ(2i − n − 1)·x / (n·Σx), contributions in ascending order, members with none included."),
        "engagement.intervals.gini",
    ),
}
