"""Joining: freely, by an invitation, or through the waiting list."""

from __future__ import annotations

from typing import cast

from allauth.account.utils import complete_signup
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from communities.exceptions import DomainError
from communities.languages import plain_language
from communities.launch.exceptions import AddressTaken, CannotJoin, HandleTaken, LinkRefused
from communities.launch.features import is_open
from communities.launch.forms import JoinForm, PresenceForm, WaitingForm
from communities.launch.models import Invitation, InvitationLink
from communities.launch.queries import find_invitation, find_link, next_opening
from communities.launch.services import (
    accept_invitation,
    asks_by_hand,
    joining_is_open,
    questions_of,
    refuse_to_join,
)
from communities.launch.services import join_community as make_member
from communities.launch.services.entering import Guest, enter_by_invitation, guest_of
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.permissions import in_any_state, public_page
from communities.responses import by_token
from communities.wording import TERMS, rules_in_force, version_in_force
from members.limits import limited
from members.models import Member
from members.views import own_path

# The page of joining says them in three lines.
RULES_SHOWN = 3


@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
@limited("signup")
def join_community(request: CommunityRequest) -> HttpResponse:
    """One button for those with an account, four fields for those without."""
    if request.membership is not None:
        return HttpResponseRedirect(_after(request))
    if _must_wait(request):
        return show_waiting_door(request, WaitingForm(initial={"email": _own_address(request)}))
    return _come_in(request, None)


@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
@limited("signup")
def show_invitation(request: CommunityRequest, token: str) -> HttpResponse:
    """Who invites me, and how do I join? An invitation that can no longer be used says so."""
    invitation = find_invitation(token, request.community)
    if invitation is None:
        return _show_link(request, find_link(token))
    if request.membership is not None:
        return _use_as_member(request, invitation)
    if not invitation.is_usable():
        return _invitation_page(request, invitation, status=410)
    if not request.user.is_authenticated and "other" not in request.GET:
        return _come_in_by_letter(request, invitation)
    return _come_in(request, invitation)


def _show_link(request: CommunityRequest, link: InvitationLink | None) -> HttpResponse:
    """A link that is shared: the ordinary way in, as long as it is good."""
    if link is None:
        raise Http404
    if request.membership is not None:
        return HttpResponseRedirect(own_path(""))
    if not link.is_usable:
        response = render(request, "launch/show_link.html", {"waiting_list": _must_wait(request)}, status=410)
        return by_token(response)
    return by_token(_come_in(request, None, link))


def _come_in_by_letter(request: CommunityRequest, invitation: Invitation) -> HttpResponse:
    """The link was in a mail to this address, which it proves: no address and no code are asked for."""
    reason = _closed_because(request, invitation)
    if reason:
        return _page(request, None, reason=reason, status=200 if request.method != "POST" else 403)
    guest = guest_of(invitation)
    if guest.is_member and request.method != "POST":
        return by_token(render(request, "launch/accept_invitation.html", {"invitation": invitation}))
    sent = request.POST if request.method == "POST" else None
    form = None if guest.is_member else PresenceForm(sent, community=request.community)
    if form is not None and not form.is_valid():
        return by_token(_page(request, form, invitation=invitation, guest=guest))
    try:
        person = enter_by_invitation(
            request.community,
            invitation,
            display_name=form.cleaned_data["display_name"] if form else "",
            handle=form.cleaned_data["handle"] if form else "",
            language=plain_language(),
            profile=form.profile if form else None,
        )
    except DomainError as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.path)
        form.add_error(None, str(refusal))
        return by_token(_page(request, form, invitation=invitation, guest=guest))
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("Welcome to %(name)s.") % {"name": request.community.name})
    return HttpResponseRedirect(own_path(""))


def _use_as_member(request: CommunityRequest, invitation: Invitation) -> HttpResponse:
    """Somebody who is a member already: the invitation may still let them into its stage."""
    assert request.membership is not None  # the caller has looked
    if not invitation.is_usable() and invitation.accepted_by_id != request.membership.pk:
        return _invitation_page(request, invitation, status=410)
    if request.method != "POST":
        return _invitation_page(request, invitation)
    try:
        accept_invitation(invitation, membership=request.membership)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Welcome to %(name)s.") % {"name": request.community.name})
    return HttpResponseRedirect(own_path(""))


def _invitation_page(request: CommunityRequest, invitation: Invitation, status: int = 200) -> HttpResponse:
    context = {"invitation": invitation, "waiting_list": _must_wait(request)}
    response = render(request, "launch/show_invitation.html", context, status=status)
    return by_token(response)


def _come_in(
    request: CommunityRequest, invitation: Invitation | None, link: InvitationLink | None = None
) -> HttpResponse:
    reason = _closed_because(request, invitation, link)
    if reason:
        return _page(request, None, reason=reason, status=200 if request.method != "POST" else 403)
    if request.user.is_authenticated:
        return _join_with_account(request, invitation, link)
    return _join_as_newcomer(request, invitation, link)


def _asked(request: CommunityRequest, invitation: Invitation | None) -> list[str]:
    """The questions of the community; who has an invitation answers none."""
    return [] if invitation is not None else questions_of(request.community)


def _must_wait(request: CommunityRequest) -> bool:
    """Whether the launch plan keeps joining closed and there is a waiting list."""
    community = request.community
    return (
        community.state == Community.State.OPEN
        and not joining_is_open(community)
        and is_open(community, None, "waiting_list")
    )


def show_waiting_door(request: CommunityRequest, form: WaitingForm, status: int = 200) -> HttpResponse:
    """The page shown while joining is closed: leave your address, you will be told your place."""
    context = {"form": form, "next_opening": next_opening(), "page_description": request.community.tagline}
    response = render(request, "launch/join_waiting_list.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _own_address(request: HttpRequest) -> str:
    return request.user.email if request.user.is_authenticated else ""


def _join_with_account(
    request: CommunityRequest, invitation: Invitation | None, link: InvitationLink | None
) -> HttpResponse:
    form = PresenceForm(
        request.POST if request.method == "POST" else None,
        questions=_asked(request, invitation),
        community=request.community,
    )
    if not form.is_valid():
        return _page(request, form, invitation=invitation, link=link)
    try:
        member = make_member(
            request.community,
            person=cast("Member", request.user),
            display_name=form.cleaned_data["display_name"],
            handle=form.cleaned_data["handle"],
            language=plain_language(),
            invitation=invitation,
            link=link,
            answers=form.answers,
            profile=form.profile,
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, invitation=invitation, link=link)
    if not member.is_active:
        return HttpResponseRedirect(reverse("launch:join-community"))
    messages.success(request, _("Welcome to %(name)s.") % {"name": request.community.name})
    return HttpResponseRedirect(_after(request))


def _join_as_newcomer(
    request: CommunityRequest, invitation: Invitation | None, link: InvitationLink | None
) -> HttpResponse:
    known = {"email": invitation.email} if invitation else {}
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        initial=known,
        invitation=invitation,
        link=link,
        questions=_asked(request, invitation),
        community=request.community,
    )
    if not form.is_valid():
        return _page(request, form, invitation=invitation, link=link)
    try:
        person, response = form.try_save(request)
        return cast("HttpResponse", response or complete_signup(request, person, None, _after(request)))
    except ImmediateHttpResponse as instead:
        return cast("HttpResponse", instead.response)
    except DomainError as refusal:
        form.add_error(_field_of(refusal), str(refusal))
        return _page(request, form, invitation=invitation, link=link)


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, AddressTaken):
        return "email"
    return "handle" if isinstance(refusal, HandleTaken) else None


def _closed_because(
    request: CommunityRequest, invitation: Invitation | None, link: InvitationLink | None = None
) -> str:
    person = request.user if request.user.is_authenticated else Member()
    try:
        refuse_to_join(request.community, person=person, invitation=invitation, link=link)
    except (CannotJoin, LinkRefused) as refusal:
        return str(refusal)
    return ""


def _after(request: HttpRequest) -> str:
    return own_path(request.POST.get("next") or request.GET.get("next", ""))


def _page(
    request: CommunityRequest,
    form: PresenceForm | None,
    *,
    reason: str = "",
    status: int = 0,
    invitation: Invitation | None = None,
    link: InvitationLink | None = None,
    guest: Guest | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "invitation": invitation,
        "link": link,
        "guest": guest,
        "by_hand": invitation is None and asks_by_hand(request.community),
        "reason": reason,
        "next": _after(request),
        "house_rules": rules_in_force(request.community)[:RULES_SHOWN],
        "has_terms": version_in_force(request.community, TERMS) is not None,
        "page_description": request.community.tagline,
    }
    status = status or (422 if request.method == "POST" else 200)
    response = render(request, "launch/join_community.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response
