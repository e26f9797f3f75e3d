"""One’s own application, its page for whoever may read it, and its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.calls import applying
from communities.calls.application_forms import (
    ApplicationForm,
    MoveForm,
    PlanForm,
    ScoreForm,
    said_in,
    said_in_plan,
)
from communities.calls.judging import sum_of
from communities.calls.models import Application, ApplicationFile, Call, Evaluation
from communities.calls.permissions import FEATURE, can_apply, judges_call, reads_application, runs_calls
from communities.calls.queries import (
    answers_of,
    application_of,
    evaluations_of,
    own_application,
    steps_of,
    told_evaluations,
)
from communities.calls.views.calls import back_to, get_call, number_in, there
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import CommunityRequest, MemberRequest, member_of

State = Application.State


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@there
def apply_to_call(request: MemberRequest, pk: int) -> HttpResponse:
    """Write one’s application, keep it as a draft, send it, change it until the call closes."""
    call, by = get_call(request, pk), member_of(request)
    own = own_application(call, by)
    if own is not None:
        own.call = call
    if not can_apply(by, call, judges=judges_call(by, call)):
        raise NotAllowed
    closed = not call.is_open or (own is not None and own.decided_at is not None)
    if closed and request.method != "POST":
        return redirect(reverse("calls:show-application", args=[own.pk]) if own else back_to(call))
    form = _form(request, call, own)
    if request.method != "POST" or not form.is_valid():
        return _applying(request, call, own, form)
    sends = "send" in request.POST
    try:
        kept = applying.save_application(
            call, form.said(), by=by, send=sends, version=number_in(request, "version")
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return refused(_applying(request, call, own, form), refusal)
    if kept.state == State.SENT:
        messages.success(request, _("Sent. Until the call closes you can still change it."))
        return redirect(reverse("calls:show-application", args=[kept.pk]))
    messages.success(request, _("Saved. Nobody can read it before you send it."))
    return redirect(reverse("calls:apply-to-call", args=[call.pk]))


def _form(request: MemberRequest, call: Call, own: Application | None) -> ApplicationForm:
    stored = {one.key: one for one in ApplicationFile.objects.filter(application=own)} if own else {}
    if request.method != "POST":
        return ApplicationForm(call=call, stored=stored, sends=True, initial=said_in(own) if own else {})
    sends = "send" in request.POST or (own is not None and own.state == State.SENT)
    return ApplicationForm(request.POST, request.FILES, call=call, stored=stored, sends=sends)


def _applying(
    request: MemberRequest, call: Call, own: Application | None, form: ApplicationForm
) -> HttpResponse:
    context = {"call": call, "thread": call.thread, "form": form, "own": own, "back": back_to(call)}
    return render(request, "calls/apply.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
@there
def withdraw_application(request: MemberRequest, pk: int) -> HttpResponse:
    """Take one’s own application back: a draft goes, one that was sent is withdrawn."""
    call, by = get_call(request, pk), member_of(request)
    own = own_application(call, by)
    if own is None:
        raise Http404
    own.call = call
    try:
        if applying.take_back(own, by=by):
            messages.success(
                request, _("Your draft is deleted.") if own.is_draft else _("Your application is withdrawn.")
            )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(back_to(call))


def get_application(request: CommunityRequest, pk: int) -> Application:
    """An application that this person may read; Http404 for everybody else: who applied is nobody else’s business."""
    application = application_of(viewer_of(request), pk, by=request.membership)
    if application is None or not reads_application(request.membership, application):
        raise Http404
    return application


@feature_required(FEATURE)
@require_safe
def show_application(request: MemberRequest, pk: int) -> HttpResponse:
    """What is in it, how far it is; for jurors their scores, for managers what the jury says and what comes next."""
    return application_page(request, get_application(request, pk))


def application_page(
    request: MemberRequest,
    application: Application,
    *,
    scoring: ScoreForm | None = None,
    moving: MoveForm | None = None,
    planning: PlanForm | None = None,
    status: int = 200,
) -> HttpResponse:
    by, call = member_of(request), application.call
    is_own = application.applicant_id == by.pk
    manages = runs_calls(by) and not is_own
    judges = not is_own and judges_call(by, call)
    evaluations = evaluations_of(application) if manages or judges else []
    mine = (
        next((evaluation for evaluation in evaluations if evaluation.juror_id == by.pk), None)
        if judges
        else None
    )
    # Who has not judged yet is not led by what others say.
    shown = evaluations if mine is not None or not judges else []
    context = _told(application, is_own=is_own) | {
        "manages": manages,
        "evaluations": told_evaluations(shown, call),
        "jury": sum_of(shown, call),
        "mine": mine,
        "scoring": scoring
        or (_scoring(call, mine) if judges and call.criteria and application.state == State.SENT else None),
    }
    if manages:
        moves = application.next_states and call.is_over
        context["moving"] = moving or (MoveForm(application=application) if moves else None)
        context["waits_for_end"] = bool(application.next_states) and not call.is_over
        context["planning"] = planning or (_planning(request, application) if application.is_chosen else None)
    return render(request, "calls/show_application.html", context, status=status)


def _told(application: Application, *, is_own: bool) -> dict[str, Any]:
    """What each reader of an application gets."""
    call = application.call
    confirmed = [place for place in application.confirmed if place < len(call.conditions)]
    return {
        "application": application,
        "call": call,
        "thread": call.thread,
        "answers": answers_of(application),
        "conditions": [call.conditions[place] for place in confirmed],
        "steps": steps_of(application),
        "is_own": is_own,
        "changes": is_own and call.is_open and application.decided_at is None,
        "takes_back": is_own and application.state in (State.DRAFT, State.SENT),
        "back": back_to(call) if is_own else reverse("calls:list-applications", args=[call.pk]),
    }


def _scoring(call: Call, mine: Evaluation | None) -> ScoreForm:
    given = {f"score{place}": score for place, score in enumerate(mine.scores)} if mine is not None else {}
    return ScoreForm(call=call, initial=given)


def _planning(request: MemberRequest, application: Application) -> PlanForm:
    return PlanForm(currency=request.community.currency, initial=said_in_plan(application))


@feature_required(FEATURE)
@require_safe
def open_file(request: MemberRequest, pk: int) -> HttpResponseBase:
    """A file of an application, for whoever may read that; always as a download, never as a page of this place."""
    file = ApplicationFile.objects.filter(pk=pk).exclude(path="").first()
    if file is None:
        raise Http404
    get_application(request, file.application_id)
    try:
        stored = default_storage.open(file.path)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = FileResponse(stored, as_attachment=True, filename=file.name, content_type=file.content_type)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
