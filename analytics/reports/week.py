"""How many visits last week brought, for Today, beside the week before."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.capture.queries import audience_by_day
from analytics.reports.permissions import can_read_results
from communities.animation.today.week import Came, Result, Week, register_result
from communities.calendar import DAY, day_of
from communities.models import Community


def visits_of_week(community: Community, week: Week) -> Came | None:
    """From what was rolled up; nothing where nobody was counted. One query."""
    first, last = day_of(week.begins, community), day_of(week.ends, community) - DAY
    days = audience_by_day(first - 7 * DAY, last)
    visits, before = (
        sum(figures.visits for day, figures in days if (day >= first) is lately) for lately in (True, False)
    )
    if not visits:
        return None
    query = urlencode({"from": first.isoformat(), "to": last.isoformat()})
    url = f"{reverse('reports:show-engagement')}?{query}"
    what = ngettext("%(n)s visit", "%(n)s visits", visits) % {"n": number_format(visits)}
    return Came(what, _compared(visits, before), url, _("Results"))


def _compared(visits: int, before: int) -> str:
    if not before:
        return _("the week before was not counted")
    said = {"before": number_format(before)}
    if visits == before:
        return _("as many as in the week before")
    if visits > before:
        return _("more than in the week before (%(before)s)") % said
    return _("fewer than in the week before (%(before)s)") % said


def register() -> None:
    register_result(Result("visits", 60, can_read_results, visits_of_week))
