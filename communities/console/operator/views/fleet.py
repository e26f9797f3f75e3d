"""All communities, in figures."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from communities.console.operator.queries import (
    choices_of,
    communities_page,
    fleet_sums,
    live_openings,
    results_of,
)
from communities.console.operator.state import state_of_machine, what_to_do
from communities.console.operator.views.requests import OperatorRequest
from communities.fields import one_line
from communities.permissions import operator_page


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def show_fleet(request: OperatorRequest) -> HttpResponse:
    """Every community with its state, people, storage and mails: figures, never what is written inside."""
    words, which = one_line(request.GET.get("q", ""))[:60], request.GET.get("which", "")
    machine, sums = state_of_machine(), fleet_sums()
    context = {
        "page": communities_page(words=words, which=which, after=request.GET.get("after", "")),
        "words": words,
        "which": which,
        "choices": choices_of(sums),
        "places_count": sums.of("communities"),
        "people_count": sums.of("members"),
        "counted_at": sums.counted_at,
        "machine": machine,
        "todo": what_to_do(machine, sums),
        "openings": live_openings(),
        "results": results_of(sums),
        "robots": "noindex",
    }
    return render(request, "operator/show_fleet.html", context)
