"""The figures of an article, for those who wrote it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.blogs.permissions import RESULTS, can_see_article_results
from communities.blogs.readings import LEAST_PEOPLE, LENGTHS, MONTH, Figures
from communities.blogs.views import get_article
from communities.content.models import Thread
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.tables import csv_response


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def show_results(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """How often it was opened, by how many people, where they came from and what came of it; no figure that is about
    fewer than ten."""
    thread = _measured(request, blog, article)
    figures = Figures(thread, request.community)
    asked = request.GET.get("days", "")
    days = next((length for length in LENGTHS if str(length) == asked), MONTH)
    context = {
        "thread": thread,
        "reads": figures.lately(),
        "weeks": figures.weeks(),
        "sources": figures.sources(days),
        "days": days,
        "tabs": [_tab(length, days) for length in LENGTHS],
        "least": LEAST_PEOPLE,
        "reactions": sum(thread.opening().reactions.values()),
        "robots": "noindex",
    }
    return render(request, "blogs/article_results.html", context)


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def download_results(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """The weeks as a table; empty where a week was about too few."""
    thread = _measured(request, blog, article)
    weeks = Figures(thread, request.community).weeks()
    rows = ([week.first.isoformat(), week.views, week.people] for week in reversed(weeks))
    return csv_response(f"{thread.slug}.csv", ("week", "times_opened", "people_daily"), rows)


def _measured(request: MemberRequest, blog: str, article: str) -> Thread:
    thread = get_article(request, blog, article)
    if not can_see_article_results(request.membership, thread):
        raise NotAllowed
    return thread


def _tab(length: int, current: int) -> dict[str, Any]:
    label = ngettext("%(days)s day", "%(days)s days", length) % {"days": length}
    return {"label": label, "url": f"?days={length}#h-sources", "current": length == current}
