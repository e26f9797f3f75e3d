"""Moving through the plan: each step is confirmed on a page of its own, and can be undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError
from communities.in_place import pressed_on, say_done
from communities.launch.exceptions import GaugesShort, LimitsPassed
from communities.launch.forms import OpenForm, PauseForm, ReasonForm
from communities.launch.gauges import read_gauges
from communities.launch.models import Stage
from communities.launch.permissions import can_edit_plan
from communities.launch.previewing import audiences_of, end_preview, glimpse, start_preview
from communities.launch.services import announce_stage as announce
from communities.launch.services import open_stage as open_it
from communities.launch.services import pause_stage as pause
from communities.launch.services import resume_stage as resume
from communities.launch.services import roll_back_stage as roll_back
from communities.launch.views.planning import fetch_stage, missing_for
from communities.launch.watched import view_watch
from communities.middleware import MemberRequest
from communities.permissions import team_page

# In the address of resuming, where a pause is only taken back.
_UNDO = "undo"


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def open_stage(request: MemberRequest, stage: int) -> HttpResponse:
    """Who gains what, who loses what, are the gauges green? Then open it."""
    row = fetch_stage(stage)
    form = OpenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            opened = open_it(row, by=request.membership, reason=data["reason"], tell=data["tell"])
        except GaugesShort as short:
            form.add_error("reason", str(short))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = (
                _("“%(name)s” is open.") if opened else _("“%(name)s” was open already: nothing has changed.")
            )
            messages.success(request, words % {"name": row.name})
            return redirect("launch:show-stage", stage=row.place)
    readings = read_gauges(row)
    # Said beside the field; the service refuses with its own words.
    form.fields["reason"].required = not all(reading.holds for reading in readings)
    context = {
        "stage": row,
        "form": form,
        "readings": readings,
        "missing": missing_for(row, request.community),
        "audiences": [glimpse(request.community, row, name) for name in audiences_of(row)],
    }
    return render(request, "launch/open_stage.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def pause_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pause(row, by=request.membership, reason=data["reason"], news_on=data["news_on"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("“%(name)s” is paused. Everything written is kept.") % {"name": row.name}
            say_done(request, words, undo=f"{reverse('launch:resume-stage', args=[row.place])}?{_UNDO}=1")
            return _back(request, row)
    status = 422 if form.errors else 200
    return render(request, "launch/pause_stage.html", {"stage": row, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def resume_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            undone = _UNDO in request.GET
            resume(row, by=request.membership, reason=form.cleaned_data["reason"], as_it_was=undone)
        except LimitsPassed as still:
            form.add_error("reason", str(still))
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return _back(request, row)
        else:
            messages.success(request, _("“%(name)s” is open again.") % {"name": row.name})
            return _back(request, row)
    watch = view_watch(row, timezone.now())
    form.fields["reason"].required = bool(watch.reached)
    context = {"stage": row, "form": form, "watch": watch}
    return render(request, "launch/resume_stage.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def roll_back_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    # It may stand on one page with pausing or resuming, where both are open.
    form = ReasonForm(request.POST if request.method == "POST" else None, auto_id="id_back_%s")
    if request.method == "POST" and form.is_valid():
        try:
            roll_back(row, by=request.membership, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("“%(name)s” is rolled back. Everything written is kept.") % {"name": row.name}
            )
            return _back(request, row)
    status = 422 if form.errors else 200
    is_last = not Stage.objects.opened().exclude(pk=row.pk).exists()
    context = {"stage": row, "form": form, "is_last": is_last}
    return render(request, "launch/roll_back_stage.html", context, status=status)


@require_POST
@team_page(can_edit_plan)
def announce_stage(request: MemberRequest, stage: int) -> HttpResponse:
    row = fetch_stage(stage)
    try:
        number = announce(row, by=request.membership)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(n)s person will be told.", "%(n)s people will be told.", number)
        messages.success(
            request, words % {"n": number} if number else _("Everybody with access has been told.")
        )
    return redirect("launch:show-stage", stage=row.place)


@require_POST
@team_page(can_edit_plan)
def preview_stage(request: MemberRequest, stage: int) -> HttpResponse:
    """Preview the real pages as an audience, as if the stage were open."""
    row = fetch_stage(stage)
    seen_as = request.POST.get("audience", "")
    if seen_as not in audiences_of(row):
        raise Http404
    start_preview(request, request.community, row, seen_as)
    return redirect("front:show-home")


@require_POST
@team_page(can_edit_plan)
def end_stage_preview(request: MemberRequest) -> HttpResponse:
    preview = request.preview
    end_preview(request)
    if preview is None:
        return redirect("launch:show-plan")
    return redirect("launch:show-stage", stage=preview.place)


def _back(request: MemberRequest, row: Stage) -> HttpResponse:
    """The stage; the plan, for whoever pressed it there and stays."""
    plan = reverse("launch:show-plan")
    return redirect(plan) if pressed_on(request) == plan else redirect("launch:show-stage", stage=row.place)
