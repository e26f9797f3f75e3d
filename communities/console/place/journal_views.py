"""The journal of everything the team did: read, filtered, taken away as a file, and taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.console.place.journal_forms import JournalForm
from communities.exceptions import DomainError, NotAllowed
from communities.journal.files import HEADER, as_json, cells_of
from communities.journal.models import Change
from communities.journal.reading import journal_lines, journal_page
from communities.journal.services import undo
from communities.middleware import MemberRequest
from communities.models import Membership
from communities.permissions import can_read_changes, team_page
from communities.tables import csv_response
from members.views import own_path


@require_safe
@team_page(can_read_changes)
def show_journal(request: MemberRequest) -> HttpResponse:
    """Who did what, and when; by person, act and dates."""
    form = JournalForm(request.GET or None, reader=request.membership)
    page = journal_page(request.membership, form.wanted, cursor=request.GET.get("before", ""))
    asked = {name: value for name, value in request.GET.items() if value and name in form.fields}
    context = {
        "form": form,
        "page": page,
        "asked": urlencode(asked),
        "person": _person(form.wanted.person),
    }
    return render(request, "console/show_journal.html", context, status=422 if form.errors else 200)


@require_safe
@team_page(can_read_changes)
def export_journal(request: MemberRequest, kind: str) -> HttpResponse:
    """The lines that the filter leaves, as a file: a table or JSON."""
    if kind not in ("csv", "json"):
        raise Http404
    form = JournalForm(request.GET or None, reader=request.membership)
    lines, rest = journal_lines(request.membership, form.wanted)
    name = f"journal-{request.community.slug}.{kind}"
    if kind == "csv":
        return csv_response(name, HEADER, (cells_of(line) for line in lines))
    response = JsonResponse(
        {"community": request.community.slug, "lines": [as_json(line) for line in lines], "rest": rest},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@team_page(can_read_changes)
def undo_change(request: MemberRequest, id: int) -> HttpResponse:
    """Put back what stood before a change, through the service that makes such changes."""
    change: Change | None = Change.objects.filter(pk=id).first()
    if change is None:
        raise Http404
    back = own_path(request.POST.get("next", "")) if request.POST.get("next") else _overview()
    try:
        undo(change, request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return HttpResponseRedirect(back)


def _overview() -> str:
    return reverse("console:show-console")


def _person(pk: int | None) -> Any:
    return Membership.objects.filter(pk=pk).first() if pk is not None else None
