"""Pages of the settings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.console.overview import last_changes, overview
from communities.console.place.checklist import checklist_of
from communities.middleware import MemberRequest
from communities.permissions import (
    can_configure_community,
    team_page,
)


@require_safe
@team_page(can_configure_community)
def show_console(request: MemberRequest) -> HttpResponse:
    """All settings with what they are set to; `?q=` finds some of them by name, value or another word for it."""
    assert request.membership is not None  # the decorator lets nobody else in
    words = request.GET.get("q", "").strip()[:80]
    groups = overview(request.community, request.membership, words)
    checklist = None if words else checklist_of(request.community, request.membership)
    context = {
        "q": words,
        # Known here only: on other pages the rail would have to ask each setting.
        "missing_pages": {line.page.name for _label, lines in groups for line in lines if line.missing},
        "groups": groups,
        "found": sum(len(lines) for _label, lines in groups),
        "checklist": checklist,
        # Whoever makes a draft ready reads what is left to do, before five and twenty pages of settings.
        "is_first_steps": request.community.is_draft and checklist is not None and checklist.is_needed,
        "changes": [] if words else last_changes(request.membership),
    }
    return render(request, "console/show_console.html", context)
