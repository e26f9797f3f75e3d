"""Accounts across communities: looked up for a reason, locked for a reason."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.console.operator import services
from communities.console.operator.forms import ReasonForm, SearchPeopleForm
from communities.console.operator.queries import MOST_PEOPLE
from communities.console.operator.services import look_up
from communities.console.operator.views.requests import OperatorRequest
from communities.exceptions import DomainError
from communities.permissions import operator_page
from members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def list_people(request: OperatorRequest) -> HttpResponse:
    """Which communities somebody is in. Sent, not asked for by an address: no list of what was looked for is left in
    a browser or a log, only the line in the journal."""
    form = SearchPeopleForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            found = look_up(said["address"], by=request.user, reason=said["reason"])
        except DomainError as refusal:
            form.add_error("reason", str(refusal))
    context = {
        "form": form,
        "found": found and found[:MOST_PEOPLE],
        "more": found and len(found) > MOST_PEOPLE,
        "robots": "noindex",
    }
    response = render(request, "operator/list_people.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def lock_account(request: OperatorRequest, pk: int) -> HttpResponse:
    """Nobody signs in with it any more."""
    return _ask(request, pk, "lock", services.lock_account, _("Locked."))


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def unlock_account(request: OperatorRequest, pk: int) -> HttpResponse:
    """Its person may sign in again."""
    return _ask(request, pk, "unlock", services.unlock_account, _("Unlocked."))


def _ask(request: OperatorRequest, pk: int, act: str, do: Callable[..., None], done: str) -> HttpResponse:
    person = get_object_or_404(Member, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            do(person, by=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("platform:list-people")
    context = {"person": person, "form": form, "act": act, "robots": "noindex"}
    response = render(request, "operator/lock.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response
