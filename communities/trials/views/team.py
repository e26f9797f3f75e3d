"""What a manager does with a test: say what it is, announce it, release, close it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of
from communities.trials import arranging
from communities.trials.counting import known_counts, sums_of, table_of
from communities.trials.exceptions import TrialChanged
from communities.trials.forms import CloseForm, ReleaseForm, TrialForm
from communities.trials.models import Feedback, Trial
from communities.trials.permissions import FEATURE
from communities.trials.views.finding import run_trial


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_trial(request: MemberRequest, space: str) -> HttpResponse:
    """What is tested, whom it takes, what is confidential; one that is being prepared is announced here."""
    trial = run_trial(request, space)
    if request.method != "POST":
        return _page(request, trial, TrialForm(trial=trial), "trials/edit_trial.html")
    form = TrialForm(request.POST, trial=trial)
    if not form.is_valid():
        return _page(request, trial, form, "trials/edit_trial.html", 422)
    announces = not trial.is_announced and "announce" in request.POST
    try:
        version = form.cleaned_data["version"]
        arranging.edit_trial(
            trial.space, form.wishes(), by=member_of(request), version=version, announces=announces
        )
    except NotAllowed:
        raise
    except TrialChanged as refusal:
        form.add_error(None, str(refusal))
        form.data = {**request.POST.dict(), "version": str(run_trial(request, space).version)}
        return _page(request, trial, form, "trials/edit_trial.html", 409)
    except DomainError as refusal:
        return _refused(request, trial, form, refusal, "trials/edit_trial.html")
    messages.success(request, _("Announced: members can apply.") if announces else _("Saved."))
    return redirect(trial.space)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def release_version(request: MemberRequest, space: str) -> HttpResponse:
    """Give testers another version, with what to try."""
    trial = run_trial(request, space)
    if not trial.goes_on:
        raise NotAllowed(_("Releases can only be given while a test is running."))
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, trial, form, "trials/release.html", 422 if form.errors else 200)
    try:
        arranging.release(trial, by=member_of(request), **form.cleaned_data)
    except NotAllowed:
        raise
    except DomainError as refusal:
        return _refused(request, trial, form, refusal, "trials/release.html")
    messages.success(request, _("Released. The testers are told."))
    return redirect(f"{trial.space.get_absolute_url()}#releases")


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def close_trial(request: MemberRequest, space: str) -> HttpResponse:
    """Close a test for good: the figures of its report stand here before the press."""
    trial = run_trial(request, space)
    if not trial.goes_on:
        raise NotAllowed(_("Only a running test can be closed."))
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        known = known_counts(trial)
        more = {
            "figures": known.figures,
            "counted_at": known.at,
            "states": [label for _value, label in Feedback.State.choices],
            "table": table_of(known.figures or {}),
            "sums": sums_of(known.figures or {}),
        }
        return _page(request, trial, form, "trials/close_trial.html", 422 if form.errors else 200, **more)
    arranging.close_trial(trial, by=member_of(request), **form.cleaned_data)
    messages.success(request, _("The test is closed. Its testers are told about the report."))
    return redirect("trials:show-report", trial.space.slug)


def _refused(
    request: MemberRequest, trial: Trial, form: forms.Form, refusal: DomainError, template: str
) -> HttpResponse:
    field = refusal.field if isinstance(refusal, FieldError) and refusal.field in form.fields else None
    form.add_error(field, str(refusal))
    return _page(request, trial, form, template, 422)


def _page(
    request: MemberRequest, trial: Trial, form: forms.Form, template: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "trial": trial,
        "space": trial.space,
        "form": form,
        "back": trial.space.get_absolute_url(),
        **more,
    }
    return render(request, template, context, status=status)
