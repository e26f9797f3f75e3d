"""One community, and what the operator does to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.operator import cloning, deleting, handing, opening, services
from communities.console.operator.acts import acts_on
from communities.console.operator.forms import (
    DeleteForm,
    EnterForm,
    HandOverForm,
    QuotaForm,
    ReasonForm,
)
from communities.console.operator.models import Opening
from communities.console.operator.queries import community_named, failed_jobs_of, journal, openings_of
from communities.console.operator.views.requests import OperatorRequest
from communities.console.place.states import TIME_TO_CHANGE_ONES_MIND
from communities.console.recipe.views.wizard import onward
from communities.exceptions import DomainError
from communities.models import Community
from communities.permissions import operator_page
from communities.queries import community_root
from communities.responses import may_lead_to


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def show_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """One community in figures, its openings and what was done to it."""
    community = community_named(slug)
    context = {
        "one": community,
        "root": community_root(community),
        "acts": acts_on(community),
        "openings": openings_of(community, after=request.GET.get("after", "")),
        "journal": journal(community=community),
        "failed": failed_jobs_of(community),
        "robots": "noindex",
    }
    return render(request, "operator/show_community.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def suspend_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """Stop it: people find a sober page, no mail leaves."""
    return _ask(request, slug, ReasonForm, "suspend", _suspend)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def resume_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """Let it go on as it was."""
    return _ask(request, slug, ReasonForm, "resume", _resume)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def set_quotas(request: OperatorRequest, slug: str) -> HttpResponse:
    """What it may use at most."""
    return _ask(request, slug, QuotaForm, "quotas", _set_quotas)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def hand_over(request: OperatorRequest, slug: str) -> HttpResponse:
    """Another owner, for when there is none to ask."""
    return _ask(request, slug, HandOverForm, "hand_over", _hand_over)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def clone_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """Another one of the same structure; its owner reads in the journal that it was copied."""
    return _ask(request, slug, ReasonForm, "clone", _clone)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def delete_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """In thirty days, once its name is typed."""
    return _ask(request, slug, DeleteForm, "delete", _delete)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def keep_community(request: OperatorRequest, slug: str) -> HttpResponse:
    """It stays after all."""
    return _ask(request, slug, ReasonForm, "keep", _keep)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_page
def break_glass(request: OperatorRequest, slug: str) -> HttpResponse:
    """Look inside, for a reason and for a time; its owner is told at once."""
    return _ask(request, slug, EnterForm, "enter", _enter)


@require_POST
@operator_page
def end_opening(request: OperatorRequest, pk: int) -> HttpResponse:
    """Leave, before the time is over."""
    found = get_object_or_404(Opening.objects.select_related("community"), pk=pk)
    try:
        opening.end_opening(found, by=request.user)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You have left."))
    return redirect("platform:show-community", found.community.slug)


# What is done with what a form says; it answers where the browser goes.
Act = Callable[[OperatorRequest, Community, dict[str, Any]], str]


def _ask(
    request: OperatorRequest, slug: str, form_class: type[ReasonForm], name: str, act: Act
) -> HttpResponse:
    """One page for one act: what it does in words, what has to be said, and the button."""
    community = community_named(slug)
    form = form_class(request.POST if request.method == "POST" else None, community=community)
    if form.is_valid():
        try:
            return HttpResponseRedirect(act(request, community, form.cleaned_data))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {
        "one": community,
        "form": form,
        "act": name,
        "days": TIME_TO_CHANGE_ONES_MIND.days,
        "robots": "noindex",
    }
    response = render(request, f"operator/{name}.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "private, no-store"
    # The operator’s door is in the community, which may have a domain of its own.
    return may_lead_to(response, community_root(community))


def _suspend(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    services.suspend_community(community, by=request.user, reason=said["reason"])
    messages.success(request, _("Suspended. The owner was told."))
    return _page_of(community)


def _resume(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    services.resume_community(community, by=request.user, reason=said["reason"])
    messages.success(request, _("Resumed. The owner was told."))
    return _page_of(community)


def _set_quotas(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    services.set_quotas(community, by=request.user, quotas=said["quotas"])
    messages.success(request, _("Saved."))
    return _page_of(community)


def _hand_over(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    owner = handing.hand_over(community, by=request.user, address=said["address"], reason=said["reason"])
    messages.success(request, _("%(owner)s is the owner now, and was told.") % {"owner": owner.email})
    return _page_of(community)


def _clone(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    recipe = cloning.clone(community, by=request.user, reason=said["reason"])
    messages.success(request, _("The structure is copied, without people. Say what is new."))
    return onward(recipe).headers["Location"]


def _delete(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    deleting.delete_community(community, by=request.user, reason=said["reason"], typed=said["name"])
    messages.success(request, _("It will be deleted in 30 days. The owner was told."))
    return _page_of(community)


def _keep(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    deleting.keep(community, by=request.user, reason=said["reason"])
    messages.success(request, _("It stays as it was. The owner was told."))
    return _page_of(community)


def _enter(request: OperatorRequest, community: Community, said: dict[str, Any]) -> str:
    begun = opening.open_community(
        community, by=request.user, reason=said["reason"], minutes=int(said["minutes"])
    )
    return f"{community_root(community)}operator-access/{opening.ticket_for(begun)}/"


def _page_of(community: Community) -> str:
    return reverse("platform:show-community", args=[community.slug])
