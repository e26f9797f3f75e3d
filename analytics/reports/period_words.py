"""What must be said with the figures of a period: which days they hold, what a sum of days can tell."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.engagement_figures import MOST_WAITS
from analytics.reports.periods import Period
from communities.templatetags.parvis import number

# Where a month looks at the 28 days that end with it, other days are looked at themselves.
PERIOD_FORMULAS = {
    "active": gettext_lazy(
        "Different members with a page view or a contribution in these days, each counted once; the team is left out."
    ),
    "stickiness": gettext_lazy(
        "Mean of the members active on a day / members active in these days; only periods of the same length can be"
        " compared."
    ),
}


def incomplete(kept: dict[str, Any], period: Period) -> str:
    """Which of the days the figures do not hold."""
    return _of_a_month(kept, period) if period.month else " ".join(_of_days(kept, period))


def _of_a_month(kept: dict[str, Any], period: Period) -> str:
    last, since = _day(kept["last"]), kept["since"] and _day(kept["since"])
    if since and period.first < since <= period.last:
        return _counted_since(since)
    if last < period.last:
        return _("Up to %(day)s: neither the month nor this day is over.") % {"day": _short(last)}
    return ""


def _of_days(kept: dict[str, Any], period: Period) -> list[str]:
    said, since = [], kept["since"] and _day(kept["since"])
    if not since or since > period.last:
        said.append(_("No visit was counted yet in these days."))
    elif since > period.first:
        said.append(_counted_since(since))
    elif since > period.before.first:
        words = _("Visits have been counted since %(day)s: some of the days compared with are missing.")
        said.append(words % {"day": _short(since)})
    if kept["running"]:
        said.append(_("Up to %(day)s: this day is not over.") % {"day": _short(period.last)})
    return said


def _counted_since(since: datetime.date) -> str:
    words = _("Visits have been counted since %(day)s: the days before are not in these figures.")
    return words % {"day": _short(since)}


def visitors_note(kept: dict[str, Any]) -> str:
    """What the sum of each day’s visitors is not."""
    if not kept["visits"]:
        return ""
    days = kept["days"]
    words = _(
        "%(mean)s a day on average. Nobody is recognised the next day, so nobody can say how "
        "many different people came."
    )
    return words % {"mean": number(sum(row[3] for row in days) / len(days), 1)}


def rows_note(name: str, kept: dict[str, Any]) -> str:
    """That there are more rows than are listed."""
    threads = kept["members"]["threads"]
    if name in ("answered_rate", "first_response") and threads > MOST_WAITS:
        words = _("The oldest %(n)s of %(all)s threads are listed: choose fewer days to see the others.")
        return words % {"n": number(MOST_WAITS), "all": number(threads)}
    return ""


def _day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _short(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
