"""What somebody does who would like to test: apply, withdraw, accept the text, leave."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.calendar import today
from communities.content.unsent import ask_to_sign_in
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.trials import taking_part
from communities.trials.arranging import pledge_of
from communities.trials.forms import ApplyForm
from communities.trials.models import Participant, Trial
from communities.trials.permissions import FEATURE, can_apply_to_test
from communities.trials.taking_part import own_row
from communities.trials.views.finding import known_trial
from communities.trials.wording import why_no_applications


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def apply_for_test(request: CommunityRequest, space: str) -> HttpResponse:
    """Ask to take part, with an answer to each question."""
    trial = known_trial(request, space)
    if request.membership is None:
        return ask_to_sign_in(request, request.path)
    mine = own_row(trial, request.membership)
    if mine is not None and mine.state not in Participant.MAY_RETURN:
        return redirect(trial.space)
    if not trial.takes_applications(today(request.community)):
        raise NotAllowed(why_no_applications(trial))
    if not can_apply_to_test(request.membership):
        raise NotAllowed(_("You look after this place: the private space is open to you anyway."))
    if request.method != "POST":
        return _apply_page(request, trial, ApplyForm(questions=trial.questions))
    form = ApplyForm(request.POST, questions=trial.questions)
    if not form.is_valid():
        return _apply_page(request, trial, form, 422)
    try:
        taking_part.apply(trial, form.answers(), by=request.membership)
    except NotAllowed:
        raise
    except DomainError as refusal:
        field = refusal.field if isinstance(refusal, FieldError) and refusal.field in form.fields else None
        form.add_error(field, str(refusal))
        return refused(_apply_page(request, trial, form, 422), refusal)
    messages.success(request, _("Sent. You are told whether you are chosen."))
    return redirect(trial.space)


def _apply_page(request: CommunityRequest, trial: Trial, form: ApplyForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "trial": trial,
        "form": form,
        "pledge": pledge_of(trial),
        "back": trial.space.get_absolute_url(),
    }
    return render(request, "trials/apply.html", context, status=status)


@feature_required(FEATURE)
@require_POST
def withdraw_application(request: MemberRequest, space: str) -> HttpResponse:
    trial = known_trial(request, space)
    if taking_part.withdraw(trial, by=member_of(request)):
        messages.success(request, _("Your application is withdrawn."))
    return redirect(trial.space)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def accept_pledge(request: MemberRequest, space: str) -> HttpResponse:
    """Read what is to be kept confidential, and accept it: only then the private space opens."""
    trial = known_trial(request, space)
    mine = own_row(trial, request.membership)
    if mine is None or not mine.is_accepted:
        raise Http404
    if request.method == "POST":
        try:
            taking_part.accept_pledge(trial, _number(request), by=member_of(request))
        except NotAllowed:
            raise
        except TooFast as refusal:
            return told_in_place(request, refusal, back=request.path)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
        messages.success(request, _("Accepted. The private space is open to you."))
        return redirect(trial.space)
    context = {
        "trial": trial,
        "mine": mine,
        "pledge": pledge_of(trial),
        "agreed": mine.agreed == trial.pledge,
        "back": trial.space.get_absolute_url(),
    }
    return render(request, "trials/accept_pledge.html", context)


def _number(request: MemberRequest) -> int:
    said = request.POST.get("number", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def leave_test(request: MemberRequest, space: str) -> HttpResponse:
    """Leave a test: what that means first, then the press."""
    trial = known_trial(request, space)
    mine = own_row(trial, request.membership)
    if mine is None or not mine.is_accepted:
        raise Http404
    if request.method == "POST":
        taking_part.leave(trial, by=member_of(request))
        messages.success(request, _("You have left the test. Thank you for what you tried."))
        return redirect(trial.space)
    context = {"trial": trial, "back": trial.space.get_absolute_url()}
    return render(request, "trials/leave_test.html", context)
