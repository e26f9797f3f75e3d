from __future__ import annotations

from typing import cast

from allauth.account.utils import complete_signup
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from communities.exceptions import DomainError
from communities.launch.exceptions import CannotJoin
from communities.launch.forms import JoinForm, PresenceForm
from communities.launch.services import join_community as make_member
from communities.launch.services import refuse_to_join
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.permissions import public_page
from members.models import Member
from members.views import own_path


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
@rate_limit(action="signup")  # type: ignore[untyped-decorator]
def join_community(request: CommunityRequest) -> HttpResponse:
    """What do I give, what do I get? One press for who has an account, four fields for who has none."""
    if request.membership is not None:
        return HttpResponseRedirect(_after(request))
    reason = _closed_because(request)
    if reason:
        return _page(request, None, reason=reason, status=200 if request.method != "POST" else 403)
    if request.user.is_authenticated:
        return _join_with_account(request)
    return _join_as_newcomer(request)


def _join_with_account(request: CommunityRequest) -> HttpResponse:
    form = PresenceForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form)
    try:
        make_member(
            request.community,
            person=cast("Member", request.user),
            display_name=form.cleaned_data["display_name"],
            handle=form.cleaned_data["handle"],
            language=get_language() or "",
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form)
    messages.success(request, _("Welcome to %(name)s.") % {"name": request.community.name})
    return HttpResponseRedirect(_after(request))


def _join_as_newcomer(request: CommunityRequest) -> HttpResponse:
    form = JoinForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form)
    try:
        person, response = form.try_save(request)
        return cast("HttpResponse", response or complete_signup(request, person, None, _after(request)))
    except ImmediateHttpResponse as instead:
        return cast("HttpResponse", instead.response)
    except DomainError as refusal:
        form.add_error("handle", str(refusal))
        return _page(request, form)


def _closed_because(request: CommunityRequest) -> str:
    if not request.user.is_authenticated and request.community.state == Community.State.OPEN:
        return ""
    person = request.user if request.user.is_authenticated else Member()
    try:
        refuse_to_join(request.community, person=person)
    except CannotJoin as refusal:
        return str(refusal)
    return ""


def _after(request: HttpRequest) -> str:
    return own_path(request.POST.get("next") or request.GET.get("next", ""))


def _page(
    request: CommunityRequest, form: PresenceForm | None, *, reason: str = "", status: int = 0
) -> HttpResponse:
    context = {
        "form": form,
        "reason": reason,
        "next": _after(request),
        "house_rules": request.community.settings.get("rules", [])[:3],
        "page_description": request.community.tagline,
    }
    status = status or (422 if request.method == "POST" else 200)
    response = render(request, "launch/join_community.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
