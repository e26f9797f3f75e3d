"""The queue and its cases."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content.viewers import readable_spaces, viewer_of
from communities.in_place import is_in_place
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.unasked import is_unasked
from moderation import services
from moderation.exceptions import (
    AlreadyDecided,
    CaseMoved,
    GroundMissing,
    InOtherHands,
    NothingToDecide,
    ReasonMissing,
)
from moderation.forms import DecisionForm, SanctionForm
from moderation.models import Case, Sanction
from moderation.permissions import can_see_queue, cases_seen_by, sanctions_open_to
from moderation.presenting import Chip, tells_author
from moderation.queries.queue import COUNTED, Filters, next_case, open_counts, queue_page
from moderation.subjects.base import subject_behind, subject_of, subjects
from moderation.views.case_page import CasePage


def decided_before(request: MemberRequest) -> Case | None:
    """The case just decided, where a mistake can be undone."""
    cases = cases_seen_by(request.membership, Case.objects.all()).resolved()
    found: Case | None = cases.filter(ref=request.GET.get("decided", "")[:8]).first()
    return found


def seen_case(request: MemberRequest, ref: str) -> Case:
    cases = cases_seen_by(request.membership, Case.objects.all())
    joined = {name for subject in subjects() for name in subject.related}
    found = cases.filter(ref=ref).select_related("author", "assignee", "space", *joined)
    case: Case | None = found.first()
    if case is None:
        raise Http404
    return case


@require_safe
@team_page(can_see_queue)
def list_cases(request: MemberRequest) -> HttpResponse:
    """What to decide, what is late first."""
    filters = Filters.read(request.GET)
    counts = open_counts(request.membership)
    context = {
        "page": queue_page(request.membership, filters, request.GET.get("after", "")),
        "filters": filters,
        "counts": counts,
        "spaces": readable_spaces(request.community, viewer_of(request)),
        "kinds": [Chip(kind.value, str(kind.label), counts.get(kind.value, 0)) for kind in Case.Kind],
        "counted": COUNTED,
        "severities": range(5),
        "decided_before": decided_before(request),
    }
    return render(request, "moderation/list_cases.html", context)


@require_safe
@team_page(can_see_queue)
def show_case(request: MemberRequest, ref: str) -> HttpResponse:
    """One case: what is judged in its context, its author, its reports, and the decision to take."""
    return _page(request, seen_case(request, ref))


@require_POST
@team_page(can_see_queue)
def claim_case(request: MemberRequest, ref: str) -> HttpResponse:
    """Claim the case or extend the claim by ten minutes.

    The open page sends this by itself. That somebody was quicker is an answer for it, not an error: it is told
    whether the case is in the reader's hands.
    """
    case = seen_case(request, ref)
    refusal = ""
    try:
        services.claim_case(case, by=request.membership)
    except (AlreadyDecided, InOtherHands) as refused:
        refusal = str(refused)
    if is_unasked(request):
        return JsonResponse({"claimed": not refusal})
    if refusal:
        messages.warning(request, refusal)
    return redirect("moderation:show-case", ref=ref)


@require_POST
@team_page(can_see_queue)
def release_case(request: MemberRequest, ref: str) -> HttpResponse:
    """Back to the queue; where it was pressed in place, the case stays open."""
    services.release_case(seen_case(request, ref), by=request.membership)
    if is_in_place(request):
        return redirect("moderation:show-case", ref=ref)
    return redirect("moderation:list-cases")


@require_POST
@team_page(can_see_queue)
def take_over_case(request: MemberRequest, ref: str) -> HttpResponse:
    try:
        services.take_over_case(seen_case(request, ref), by=request.membership)
    except AlreadyDecided as refused:
        messages.warning(request, str(refused))
    return redirect("moderation:show-case", ref=ref)


@require_POST
@team_page(can_see_queue)
def decide_case(request: MemberRequest, ref: str) -> HttpResponse:
    """Decide, then go to the next case; whoever comes second sees both decisions and keeps what they typed (409)."""
    case = seen_case(request, ref)
    form = DecisionForm(request.POST, community=request.community)
    if not form.is_valid():
        return _page(request, case, decision=form, status=422)
    try:
        decision = services.decide_case(case, by=request.membership, **form.arguments())
    except CaseMoved as moved:
        return _conflict(request, moved, form)
    except GroundMissing as missing:
        form.add_error("ground", str(missing))
        return _page(request, case, decision=form, status=422)
    except ReasonMissing as missing:
        form.add_error("reason", str(missing))
        return _page(request, case, decision=form, status=422)
    except NothingToDecide as refusal:
        messages.warning(request, str(refusal))
        return redirect("moderation:list-cases")
    # What was decided stands on the next page, with the way back.
    if tells_author(decision, case):
        messages.success(request, str(subject_of(case).words.told))
    following = next_case(request.membership, but=case)
    queue = reverse("moderation:list-cases")
    onward = reverse("moderation:show-case", args=[following.ref]) if following else queue
    return redirect(f"{onward}?decided={case.ref}")


@require_POST
@team_page(can_see_queue)
def sanction_member(request: MemberRequest, ref: str) -> HttpResponse:
    """A measure against the person the case concerns."""
    case = seen_case(request, ref)
    if case.author is None:
        raise Http404
    measures = sanctions_open_to(request.membership, case.author)
    form = SanctionForm(request.POST, community=request.community, measures=measures)
    if not form.is_valid():
        return _page(request, case, sanction=form, status=422)
    services.sanction_member(case.author, by=request.membership, case=case, **form.arguments())
    messages.success(request, _("The sanction applies now: the person is told."))
    return redirect("moderation:show-case", ref=ref)


@require_POST
@team_page(can_see_queue)
def lift_sanction(request: MemberRequest, id: int) -> HttpResponse:
    sanction: Sanction | None = Sanction.objects.select_related("decision__case").filter(pk=id).first()
    if sanction is None:
        raise Http404
    if services.lift_sanction(sanction, by=request.membership):
        messages.success(request, _("The sanction is lifted: the person is told."))
    case = sanction.decision.case
    return redirect("moderation:show-case", ref=case.ref) if case else redirect("moderation:list-cases")


@require_POST
@team_page(can_see_queue)
def open_case(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """From a post to its case."""
    return _opened(request, "post", str(public_id))


@require_POST
@team_page(can_see_queue)
def open_case_about(request: MemberRequest, door: str, key: str) -> HttpResponse:
    """From whatever can be judged to its case."""
    return _opened(request, door, key)


def _opened(request: MemberRequest, door: str, key: str) -> HttpResponse:
    """The open case, the last one, or a new one of the team's own."""
    subject = subject_behind(door)
    thing = subject.find_for_team(request, key) if subject else None
    if subject is None or thing is None:
        raise Http404
    case = Case.objects.about(thing).order_by("-id").first()
    if subject.can_be_looked_at(thing) and (case is None or not case.is_open):
        case = services.open_case(thing, kind=Case.Kind.LOOK)
    if case is None:
        raise Http404
    return redirect("moderation:show-case", ref=case.ref)


def _page(request: MemberRequest, case: Case, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = CasePage(request, case, **forms).context() | {"decided_before": decided_before(request)}
    return render(request, "moderation/show_case.html", context, status=status)


def _conflict(request: MemberRequest, moved: CaseMoved, form: DecisionForm) -> HttpResponse:
    """Somebody else's decision beside the one about to be made; a case that is still open is shown as it is now,
    with everything that was typed."""
    case = seen_case(request, moved.case.ref)
    if case.is_open:
        return _page(request, case, decision=form.on(case), moved=str(moved), status=409)
    chosen = subject_of(case).act(form.cleaned_data["act"])
    context = {
        "case": case,
        "words": subject_of(case).words,
        "decision": moved.decision,
        "act": chosen.label if chosen else "",
        "ground": form.chosen_ground(),
        "typed": form.cleaned_data["reason"],
        "following": next_case(request.membership, but=case),
    }
    return render(request, "moderation/decide_conflict.html", context, status=409)
