"""A member's own invitations, and the waves of the team."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communities.exceptions import DomainError
from communities.launch.features import feature_required
from communities.launch.invite_forms import InviteForm, WaveForm
from communities.launch.models import Invitation, Stage, Wave
from communities.launch.permissions import can_edit_plan
from communities.launch.services import invitations_left, prepare_wave, quota_of, send_new_wave
from communities.launch.services import invite_people as send_invitations
from communities.launch.services import revoke_invitation as take_back
from communities.launch.services import send_wave as send_all
from communities.middleware import MemberRequest
from communities.permissions import team_page


@feature_required("invitations")
@require_http_methods(["GET", "HEAD", "POST"])
def invite_people(request: MemberRequest) -> HttpResponse:
    """Invite people; how many invitations are left, and what became of the others."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _sent(request, form):
        return redirect("launch:invite-people")
    context = {
        "form": form,
        "left": invitations_left(request.membership),
        "quota": quota_of(request.membership),
        "invitations": list(Invitation.objects.by_member(request.membership)[:50]),
    }
    return render(request, "launch/invite_people.html", context, status=422 if form.errors else 200)


def _sent(request: MemberRequest, form: InviteForm) -> bool:
    data = form.cleaned_data
    try:
        sent = send_invitations(data["addresses"], by=request.membership, words=data["words"])
    except DomainError as refusal:
        form.add_error("addresses", str(refusal))
        return False
    messages.success(request, _on_its_way(len(sent)) if sent else _("They are invited already."))
    return True


@feature_required("invitations")
@require_POST
def revoke_invitation(request: MemberRequest, invitation: int) -> HttpResponse:
    row = Invitation.objects.by_member(request.membership).filter(pk=invitation).first()
    if row is None:
        raise Http404
    if take_back(row, by=request.membership):
        messages.success(request, _("The invitation is withdrawn."))
    return redirect("launch:invite-people")


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_plan)
def show_waves(request: MemberRequest) -> HttpResponse:
    """Which waves went out, and how many came; prepare the next."""
    stages = list(Stage.objects.of_waves().in_order())
    asked = request.POST.get("stage", "")
    usual = next((one for one in stages if one.is_open), stages[0] if stages else None)
    stage = next((one for one in stages if str(one.place) == asked), usual)
    waves = list(Wave.objects.newest().with_counts())
    usual_name = {"name": _("Wave %(n)s") % {"n": len(waves) + 1}}
    form = WaveForm(request.POST if request.method == "POST" else None, initial=usual_name)
    if stage is not None and form.is_valid() and _prepared(request, form, stage):
        return redirect("launch:show-waves")
    context = {
        "form": form,
        "stages": stages,
        "stage": stage,
        "waves": waves,
        "may_send": any(one.is_open for one in stages),
    }
    return render(request, "launch/show_waves.html", context, status=422 if form.errors else 200)


def _prepared(request: MemberRequest, form: WaveForm, stage: Stage) -> bool:
    data, at_once = form.cleaned_data, request.POST.get("then") == "send"
    act = send_new_wave if at_once else prepare_wave
    try:
        wave = act(
            stage, by=request.membership, name=data["name"], addresses=data["addresses"], words=data["words"]
        )
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    if at_once:
        messages.success(request, _on_its_way(len(wave.addresses)))
    else:
        messages.success(request, _("The wave is ready. Send it when you like."))
    return True


def _on_its_way(number: int) -> str:
    words = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number)
    return words % {"n": number}


@require_POST
@team_page(can_edit_plan)
def send_wave(request: MemberRequest, wave: int) -> HttpResponse:
    row = get_object_or_404(Wave, pk=wave)
    try:
        number = send_all(row, by=request.membership)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _on_its_way(number) if number else _("This wave was sent before."))
    return redirect("launch:show-waves")
