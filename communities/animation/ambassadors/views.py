"""The programmes of a place: what they say, and who is in them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communities.animation.ambassadors import programmes
from communities.animation.ambassadors.forms import ProgrammeForm
from communities.animation.ambassadors.models import Charter, Programme, Term
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.animation.ambassadors.queries import (
    KEYSET,
    MOST_WAITING,
    programmes_with_counts,
    rows_of,
)
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

OLDER_CHARTERS = 20


@require_safe
@feature_required(FEATURE)
@team_page(can_run_programme)
def list_ambassadors(request: MemberRequest) -> HttpResponse:
    """The programmes, with how many are in each and how many wait."""
    found = programmes_with_counts()
    context = {"programmes": found, "may_add": len(found) < len(Programme.Kind.values)}
    return private(render(request, "ambassadors/list_ambassadors.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_programme)
def write_programme(request: MemberRequest) -> HttpResponse:
    there = set(Programme.objects.values_list("kind", flat=True))
    free = [kind for kind in Programme.Kind.values if kind not in there]
    start = {"kind": free[0] if free else "", "months": 6, "name": ""}
    form = ProgrammeForm(request.POST if request.method == "POST" else None, initial=start, is_new=True)
    if form.is_valid():
        try:
            programme = programmes.write_programme(
                form.cleaned_data["kind"], form.wishes(), by=request.membership
            )
        except FieldError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The programme has been created."))
            return HttpResponseRedirect(address_of(programme))
    return _form_page(request, form, None, 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_programme)
def edit_programme(request: MemberRequest, pk: int) -> HttpResponse:
    """Where somebody else was faster, what was typed stays (409)."""
    programme = found_programme(pk)
    start = programme.values() | {
        "charter": programmes.charter_of(programme).text,
        "version": programme.version,
    }
    form = ProgrammeForm(request.POST if request.method == "POST" else None, initial=start, is_new=False)
    if not form.is_valid():
        return _form_page(request, form, programme, 422 if request.method == "POST" else 200)
    try:
        programmes.edit_programme(
            programme, form.wishes(), by=request.membership, version=form.cleaned_data["version"]
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _form_page(request, form, programme, 409, conflict=str(refusal))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(address_of(programme))


@require_safe
@feature_required(FEATURE)
@team_page(can_run_programme)
def show_programme(request: MemberRequest, pk: int) -> HttpResponse:
    """Applications first, then the terms that run, the newest first; `?state=over` those that are over."""
    programme = found_programme(pk)
    over = request.GET.get("state") == "over"
    terms = Term.objects.filter(programme=programme).select_related("membership")
    waiting = terms.filter(state__in=(Term.State.APPLIED, Term.State.OFFERED)).order_by("pk")
    closed = (Term.State.DECLINED, Term.State.WITHDRAWN, Term.State.ENDED, Term.State.LEFT)
    listed = terms.filter(state__in=closed) if over else terms.filter(state=Term.State.RUNNING)
    page = KEYSET.newest_after(listed, request.GET.get("after", ""))
    context = {
        "programme": programme,
        "waiting": [] if over else list(waiting[:MOST_WAITING]),
        "rows": rows_of(page.rows, request.community),
        "page": page,
        "over": over,
    }
    return private(render(request, "ambassadors/show_programme.html", context))


@require_safe
@feature_required(FEATURE)
@team_page(can_run_programme)
def show_charters(request: MemberRequest, pk: int) -> HttpResponse:
    """All versions of the charter, the newest first."""
    programme = found_programme(pk)
    charters = Charter.objects.filter(programme=programme).order_by("-number")[:OLDER_CHARTERS]
    context = {"programme": programme, "charters": list(charters)}
    return private(render(request, "ambassadors/show_charters.html", context))


def found_programme(pk: int) -> Programme:
    found: Programme | None = Programme.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def address_of(programme: Programme) -> str:
    return reverse("animation:show-programme", args=[programme.pk])


def _form_page(
    request: MemberRequest, form: ProgrammeForm, programme: Programme | None, status: int, conflict: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "programme": programme, "conflict": conflict}
    return private(render(request, "ambassadors/edit_programme.html", context, status=status))
