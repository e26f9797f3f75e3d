"""The waiting list: taking a place, seeing it, giving it up; and for the manager, letting people in."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.languages import plain_language
from communities.launch.features import feature_required
from communities.launch.forms import FirstForm, RefuseForm, WaitingForm
from communities.launch.models import WaitingPlace
from communities.launch.permissions import can_edit_plan
from communities.launch.queries import (
    find_friend,
    find_place,
    friend_token,
    page_of_lapsed,
    page_of_refused,
    page_of_waiting,
    standing_of,
    token_of,
)
from communities.launch.referrals import page_of_brought
from communities.launch.services import admit_waiting as let_them_in
from communities.launch.services import invite_again as send_again
from communities.launch.services import join_waiting_list as take_place
from communities.launch.services import joining_is_open, take_refusal_back
from communities.launch.services import leave_waiting_list as give_place_up
from communities.launch.services import refuse_waiting as refuse
from communities.launch.views.joining import show_waiting_door
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page, team_page
from members.limits import limited
from members.origins import without_token


@public_page
@feature_required("waiting_list")
@require_http_methods(["GET", "HEAD", "POST"])
@limited("signup")
def join_waiting_list(request: CommunityRequest) -> HttpResponse:
    """Leave your address. The place comes by mail, so that nobody learns here who else is waiting."""
    if request.membership is not None or joining_is_open(request.community):
        return redirect("launch:join-community")
    friend = {"by": request.GET.get("by", "")}
    form = WaitingForm(request.POST if request.method == "POST" else None, initial=friend)
    if not form.is_valid():
        return show_waiting_door(request, form, status=422 if request.method == "POST" else 200)
    data = form.cleaned_data
    place = take_place(
        request.community,
        email=data["email"],
        name=data["name"],
        reason=data["reason"],
        brought_by=find_friend(data["by"], request.community),
        language=plain_language(),
    )
    if _is_theirs(request, place):
        return redirect("launch:show-waiting-place", token=token_of(place))
    messages.success(request, _("Check your e-mail: it says where you stand."))
    return redirect("launch:show-list-joined")


def _is_theirs(request: CommunityRequest, place: WaitingPlace) -> bool:
    """Whether the one who asks has proven to own the address."""
    if not request.user.is_authenticated:
        return False
    own = EmailAddress.objects.filter(user=request.user, email__iexact=place.email, verified=True)
    return bool(own.exists())


@public_page
@feature_required("waiting_list")
@require_safe
def show_list_joined(request: CommunityRequest) -> HttpResponse:
    return render(request, "launch/show_list_joined.html")


@public_page
@require_safe
def show_waiting_place(request: CommunityRequest, token: str) -> HttpResponse:
    """What is my place, and when does the next stage open? Reached by the link in the mail."""
    place = _place(request, token)
    way = f"{reverse('launch:join-waiting-list')}?{urlencode({'by': friend_token(place)})}"
    context = {
        "standing": standing_of(place),
        "token": token,
        "friend_url": request.build_absolute_uri(way),
    }
    response = render(request, "launch/show_waiting_place.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@without_token
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def leave_waiting_list(request: CommunityRequest, token: str) -> HttpResponse:
    """Reached by the link in the mail; mail programs send the POST themselves (RFC 8058), people press the button."""
    place = _place(request, token)
    if request.method != "POST":
        return redirect("launch:show-waiting-place", token=token)
    give_place_up(place)
    messages.success(request, _("You are off the list, and your address is erased."))
    return redirect("front:show-home")


def _place(request: CommunityRequest, token: str) -> WaitingPlace:
    place = find_place(token, request.community)
    if place is None:
        raise Http404
    return place


@require_safe
@team_page(can_edit_plan)
def list_waiting(request: MemberRequest) -> HttpResponse:
    """Who waits, since when, in which order."""
    return _list_waiting(request, FirstForm())


@require_POST
@team_page(can_edit_plan)
def admit_waiting(request: MemberRequest) -> HttpResponse:
    """Let in those who were ticked, or the first so many."""
    ticked = _ticked(request)
    form = FirstForm(request.POST)
    if "some" not in request.POST and not form.is_valid():
        return _list_waiting(request, form, status=422)
    first = None if "some" in request.POST else form.cleaned_data["first"]
    if first is None:
        number = let_them_in(by=request.membership, stage=None, places=ticked)
    else:
        number = let_them_in(by=request.membership, stage=None, first=first)
    if number:
        words = ngettext("%(n)s person gets a way in by mail.", "%(n)s people get a way in by mail.", number)
        messages.success(request, words % {"n": number})
    else:
        messages.warning(request, _("Nobody was chosen. Tick people, or say how many."))
    return redirect("launch:list-waiting")


def _list_waiting(request: MemberRequest, form: FirstForm, status: int = 200) -> HttpResponse:
    page = page_of_waiting(after=request.GET.get("after", ""))
    context = {"page": page, "form": form, "refusing": RefuseForm()}
    return render(request, "launch/list_waiting.html", context, status=status)


@require_POST
@team_page(can_edit_plan)
def refuse_waiting(request: MemberRequest) -> HttpResponse:
    """Refuse those who were ticked; it can be taken back on the page of the refused."""
    form = RefuseForm(request.POST)
    ticked = _ticked(request)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors.get("answer", []))))
        return redirect("launch:list-waiting")
    number = refuse(ticked, by=request.membership, answer=form.cleaned_data["answer"])
    if not number:
        messages.warning(request, _("Nobody was chosen. Tick whom you refuse."))
        return redirect("launch:list-waiting")
    words = ngettext("%(n)s person is refused.", "%(n)s people are refused.", number)
    messages.success(request, words % {"n": number})
    return redirect("launch:list-refused")


@require_safe
@team_page(can_edit_plan)
def list_refused(request: MemberRequest) -> HttpResponse:
    """Whom we refused lately; each can be put back where they stood."""
    refused, older = page_of_refused(after=request.GET.get("after", ""))
    context = {"refused": refused, "older": older}
    return render(request, "launch/list_refused.html", context)


@require_POST
@team_page(can_edit_plan)
def put_back(request: MemberRequest, place: int) -> HttpResponse:
    row = get_object_or_404(WaitingPlace.objects.all(), pk=place)
    if take_refusal_back(row, by=request.membership):
        messages.success(request, _("%(name)s waits again.") % {"name": row.name or row.email})
    else:
        messages.warning(request, _("Nothing to take back: they wait already, or have left the list."))
    return redirect("launch:list-refused")


@require_safe
@team_page(can_edit_plan)
def list_lapsed(request: MemberRequest) -> HttpResponse:
    """Whose way in has expired; each can have a new one."""
    lapsed, older = page_of_lapsed(after=request.GET.get("after", ""))
    return render(request, "launch/list_lapsed.html", {"lapsed": lapsed, "older": older})


@require_POST
@team_page(can_edit_plan)
def invite_again(request: MemberRequest) -> HttpResponse:
    """A new way in for those who were ticked."""
    number = send_again(_ticked(request), by=request.membership)
    if number:
        words = ngettext(
            "%(n)s person gets a new way in by mail.", "%(n)s people get a new way in by mail.", number
        )
        messages.success(request, words % {"n": number})
    else:
        messages.warning(request, _("Nobody was chosen whose way in has expired. Tick people."))
    return redirect("launch:list-lapsed")


@require_safe
@team_page(can_edit_plan)
def list_brought(request: MemberRequest) -> HttpResponse:
    """Who brought whom, by members’ own invitations."""
    page = page_of_brought(before=request.GET.get("before", ""))
    return render(request, "launch/list_brought.html", {"page": page})


def _ticked(request: MemberRequest) -> list[int]:
    return [int(one) for one in request.POST.getlist("place") if one.isdecimal() and len(one) < 19]
