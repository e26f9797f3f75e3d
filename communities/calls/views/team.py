"""What juries and managers do with the applications of a call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from communities.calls import deciding, judging
from communities.calls.application_forms import MoveForm, PlanForm, ScoreForm
from communities.calls.models import Application, Call, Evaluation
from communities.calls.permissions import FEATURE, judges_call, runs_calls
from communities.calls.queries import application_of, listed_applications, worth_of
from communities.calls.views.applying import application_page, get_application
from communities.calls.views.calls import back_to, get_call
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of

State = Application.State


@feature_required(FEATURE)
@require_safe
def list_applications(request: MemberRequest, pk: int) -> HttpResponse:
    """Which came in, and how were they judged? For managers by score; for the jury as they came."""
    call, by = get_call(request, pk), member_of(request)
    manages = runs_calls(by)
    judges = judges_call(by, call)
    if not manages and not judges:
        raise NotAllowed
    # A manager who judges, too, is not led by what others scored.
    summed = manages and not judges
    state = asked if (asked := request.GET.get("state", "")) in State.values and asked != State.DRAFT else ""
    after = request.GET.get("after", "")
    page = listed_applications(call, by=by, summed=summed, state=state, after=after)
    query = urlencode({name: value for name, value in (("state", state), ("after", page.older)) if value})
    context = {
        "call": call,
        "thread": call.thread,
        "rows": page.rows,
        "manages": manages,
        "summed": summed,
        "chips": _chips(call, state),
        "worth": worth_of([call]).get(call.pk) if manages else None,
        "currency": request.community.currency,
        "older_url": f"?{query}" if page.older else "",
        "back": back_to(call),
    }
    return render(request, "calls/list_applications.html", context)


def _chips(call: Call, state: str) -> list[dict[str, Any]]:
    url = reverse("calls:list-applications", args=[call.pk])
    every = [{"label": pgettext("applications", "All"), "url": url, "current": not state}]
    return every + [
        {"label": one.label, "url": f"{url}?state={one.value}", "current": one.value == state}
        for one in State
        if one != State.DRAFT
    ]


@feature_required(FEATURE)
@require_POST
def score_application(request: MemberRequest, pk: int) -> HttpResponse:
    """A juror’s scores."""
    application = get_application(request, pk)
    if application.applicant_id == request.membership.pk or not judges_call(
        request.membership, application.call
    ):
        raise NotAllowed
    form = ScoreForm(request.POST, call=application.call)
    if not form.is_valid():
        return application_page(request, application, scoring=form, status=422)
    try:
        judging.send_scores(application, form.scores(), by=member_of(request))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your scores are counted."))
    return redirect(reverse("calls:show-application", args=[application.pk]))


@feature_required(FEATURE)
@require_POST
def declare_conflict(request: MemberRequest, pk: int) -> HttpResponse:
    """A juror says that they may not judge this application."""
    application = get_application(request, pk)
    try:
        judging.declare_conflict(application, by=member_of(request))
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Declared: this application is hidden from you. A manager can take that back.")
        )
    return redirect(reverse("calls:list-applications", args=[application.call_id]))


@feature_required(FEATURE)
@require_POST
def lift_conflict(request: MemberRequest, pk: int) -> HttpResponse:
    """A manager takes back a conflict of interest that was declared by mistake."""
    evaluation = Evaluation.objects.filter(pk=pk).first()
    application = (
        application_of(viewer_of(request), evaluation.application_id, by=request.membership)
        if evaluation
        else None
    )
    if evaluation is None or application is None:
        raise Http404
    if judging.lift_conflict(evaluation, by=member_of(request)):
        messages.success(request, _("Taken back: this juror reads and judges again."))
    return redirect(reverse("calls:show-application", args=[evaluation.application_id]))


@feature_required(FEATURE)
@require_POST
def move_application(request: MemberRequest, pk: int) -> HttpResponse:
    """One step further; what stops it is said beside the form, with what was typed."""
    application = _managed(request, pk)
    form = MoveForm(request.POST, application=application)
    if not form.is_valid():
        return application_page(request, application, moving=form, status=422)
    try:
        deciding.move_application(application, by=member_of(request), **form.cleaned_data)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return application_page(request, application, moving=form, status=409)
    messages.success(request, _("Done. The applicant has been told."))
    return redirect(reverse("calls:show-application", args=[application.pk]))


@feature_required(FEATURE)
@require_POST
def plan_application(request: MemberRequest, pk: int) -> HttpResponse:
    """Who sees it through, by when, and what it is worth."""
    application = _managed(request, pk)
    form = PlanForm(request.POST, currency=request.community.currency)
    if not form.is_valid():
        return application_page(request, application, planning=form, status=422)
    deciding.plan_application(application, form.plan(), by=member_of(request))
    messages.success(request, _("Saved."))
    return redirect(reverse("calls:show-application", args=[application.pk]))


def _managed(request: MemberRequest, pk: int) -> Application:
    application = get_application(request, pk)
    if not runs_calls(request.membership) or application.applicant_id == request.membership.pk:
        raise NotAllowed
    return application
