"""Money and percentages as the language writes them, and the tabs of the results pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from analytics.reports.charts import short_month
from analytics.reports.months import RateUse
from analytics.reports.permissions import can_edit_results
from analytics.roi import money
from analytics.roi.matching import channel_label
from analytics.roi.models import Rate
from communities.templatetags.parvis import number

register = template.Library()


@register.simple_tag(takes_context=True)
def results_tabs(context: template.Context) -> list[dict[str, Any]]:
    """The results pages that this person may open."""
    pages = [
        (_("Overview"), "reports:show-results"),
        (_("Visits and members"), "reports:show-engagement"),
    ]
    if can_edit_results(context["membership"]):
        pages += [
            (_("Orders"), "roi:list-orders"),
            (_("Contacts"), "roi:list-leads"),
            (_("Offers"), "roi:list-offers"),
            (_("Costs"), "roi:record-cost"),
            (_("Rates"), "roi:set-rate"),
            (_("Objectives"), "roi:list-objectives"),
            (_("Monthly report"), "reports:schedule-report"),
        ]
    path, home = context["request"].path, reverse("reports:show-results")
    tabs = []
    for label, name in pages:
        url = reverse(name)
        inside = url if url != home else f"{home}line/"
        current = path == url or path.startswith(inside)
        tabs.append({"label": label, "url": url, "current": current})
    return tabs


@register.filter
def money_of(minor: int | None, currency: str) -> str:
    """An amount in minor units, rounded to the unit: `{{ month.total|money_of:community.currency }}`."""
    return money.shown(minor, currency, cents=False)


@register.filter
def cents_of(minor: int | None, currency: str) -> str:
    """The same with its cents, for rows."""
    return money.shown(minor, currency)


@register.simple_tag(takes_context=True)
def worth(context: template.Context, rate: Rate | RateUse, end: str = "value") -> str:
    """What one thing is worth by a rate, or one end of its range: `{% worth rate %}`, `{% worth rate "low" %}`."""
    value = Decimal(getattr(rate, end))
    if rate.name == Rate.Name.MARGIN:
        finest = -int(value.normalize().as_tuple().exponent)
        return money.percent(value / 100, max(0, finest))
    return money.unit_price(value, context["community"].currency)


@register.filter
def signed_percent(share: Decimal | float | None) -> str:
    return money.percent(share, signed=True)


@register.filter
def percent(share: Decimal | float | None) -> str:
    return money.percent(share)


@register.filter
def channel(key: str) -> str:
    return channel_label(key)


@register.filter
def month_and_year(day: date) -> str:
    """“Nov 2026”, « juil. 2026 »: for the heads of tables."""
    return f"{short_month(day)} {day:%Y}"


@register.filter
def iso_day(text: str) -> str:
    """A day that a report keeps as text (2026-11-20), as the language writes it."""
    try:
        return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except (TypeError, ValueError):
        return text


@register.simple_tag
def row_cell(value: Any, links: dict[str, str]) -> str:
    """One cell of the rows behind a figure: a number as the language writes it, a thread with the way to it."""
    if isinstance(value, int | float):
        return format_html('<td class="n">{}</td>', number(value, 1 if isinstance(value, float) else None))
    if value and value in (links or ()):
        return format_html('<td><a href="{}">{}</a></td>', links[value], value)
    return format_html("<td>{}</td>", value or "–")


@register.simple_tag
def columns(heads: list[str], rows: list[list[Any]]) -> list[tuple[str, bool]]:
    """The heads of a table of rows, each with whether numbers stand below it."""
    return [
        (head, any(isinstance(row[place], int | float) for row in rows)) for place, head in enumerate(heads)
    ]
