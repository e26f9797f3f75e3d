"""What was decided about oneself, and why."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.middleware import MemberRequest
from communities.responses import private
from moderation.models import Decision
from moderation.permissions import can_see_statement
from moderation.presenting import advice_of, effect_of, headline_of
from moderation.subjects.base import subject_of, subjects


@require_safe
def list_own_decisions(request: MemberRequest) -> HttpResponse:
    """All of them; `?about=<key>` leads from the line that stands where a text was to what was decided of it."""
    about = request.GET.get("about", "")
    for found in filter(None, (subject.find_decisions(about) for subject in subjects() if about)):
        last = Decision.objects.concerning(request.membership).filter(found).first()
        if last is not None:
            return private(redirect("moderation:show-statement", last.ref))
    decisions = list(Decision.objects.concerning(request.membership)[:100])
    return private(
        render(request, "moderation/list_own_decisions.html", {"decisions": decisions, "robots": "noindex"})
    )


@require_safe
def show_statement(request: MemberRequest, ref: str) -> HttpResponse:
    """The statement of reasons; it exists for the person it concerns only."""
    decision: Decision | None = Decision.objects.filter(ref=ref).select_related("case").first()
    if decision is None or not can_see_statement(request.membership, decision):
        raise Http404
    later = (
        Decision.objects.concerning(request.membership)
        .filter(case=decision.case_id, pk__gt=decision.pk)
        .first()
    )
    subject = subject_of(decision.case) if decision.case else None
    context = {
        "decision": decision,
        "later": later,
        "headline": headline_of(decision),
        "effect": effect_of(decision),
        "advice": advice_of(decision),
        "words": subject.words if subject else None,
        "text": subject.excerpt_of(decision.text) if subject else decision.text,
        "rule_url": _rule_address(decision),
        "robots": "noindex",
    }
    return private(render(request, "moderation/show_statement.html", context))


def _rule_address(decision: Decision) -> str:
    """The cited rule, in the version that was in force: its words stay there when newer ones differ."""
    if not decision.ground.isdigit():
        return ""
    if decision.rules_version is None:
        return f"{reverse('front:show-rules')}#r-{decision.ground}"
    version = reverse("front:show-legal-version", args=["rules", decision.rules_version])
    return f"{version}#r-{decision.ground}"
