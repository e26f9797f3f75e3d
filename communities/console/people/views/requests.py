"""Requests to join: read, approve, decline; and how people are let in at all."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.people.forms import JoiningForm, WordForm
from communities.exceptions import DomainError
from communities.keysets import NUMBER, Keyset
from communities.launch.models import JoinRequest
from communities.launch.permissions import can_edit_links
from communities.launch.services import asks_by_hand
from communities.middleware import MemberRequest
from communities.people import requests as services
from communities.people.fields.showing import words_of_profile
from communities.people.permissions import can_approve_join_request
from communities.permissions import team_page

BY_TURN = Keyset(("pk", NUMBER), size=30)


@require_safe
@team_page(can_approve_join_request)
def list_join_requests(request: MemberRequest) -> HttpResponse:
    """Who waits, first come first, with their answers."""
    waiting = JoinRequest.objects.waiting().select_related("membership", "link")
    place = BY_TURN.place(request.GET.get("after", ""))
    page = BY_TURN.page(waiting.before(*place) if place else waiting)
    for one in page.rows:
        one.told = words_of_profile(one.membership.profile, request.community)
    context = {"page": page, "by_hand": asks_by_hand(request.community), "robots": "noindex"}
    return render(request, "console/people/list_join_requests.html", context)


@require_POST
@team_page(can_approve_join_request)
def approve_request(request: MemberRequest, pk: int) -> HttpResponse:
    return _decide(request, pk, services.approve_request, _("%(name)s is in, and is told so."))


@require_POST
@team_page(can_approve_join_request)
def decline_request(request: MemberRequest, pk: int) -> HttpResponse:
    return _decide(
        request, pk, services.decline_request, _("%(name)s is told. They can ask again after a month.")
    )


def _decide(request: MemberRequest, pk: int, act: Callable[..., object], done: str) -> HttpResponse:
    row = get_object_or_404(JoinRequest.objects.select_related("membership"), pk=pk)
    name = row.membership.display_name
    form = WordForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("500 characters at most."))
        return redirect("console:list-join-requests")
    try:
        act(row, by=request.membership, word=form.cleaned_data["word"].strip())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done % {"name": name})
    return redirect("console:list-join-requests")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_links)
def edit_joining(request: MemberRequest) -> HttpResponse:
    """Whether the team approves newcomers, and what they are asked."""
    form = JoiningForm(request.POST if request.method == "POST" else None, community=request.community)
    if form.is_valid():
        services.edit_joining(
            request.community,
            by=request.membership,
            by_hand=form.cleaned_data["by_hand"],
            questions=form.questions,
        )
        messages.success(request, _("Saved."))
        return redirect("console:list-join-requests")
    context = {"form": form, "robots": "noindex"}
    return render(request, "console/people/edit_joining.html", context, status=422 if form.errors else 200)
