"""Reporting what one found, and changing what stands beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.calendar import today
from communities.content import services as content_services
from communities.content.begun import begun_with
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError, TagRequired
from communities.content.forms import mark_sent
from communities.content.models import Thread
from communities.content.permissions import can_edit_thread, can_start_thread
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import forget_unsent, unsent_fields
from communities.content.views.posts import tell_of_new
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required, is_open
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of
from communities.trials import reporting
from communities.trials.forms import EditFeedbackForm, FeedbackForm
from communities.trials.models import Feedback, Trial
from communities.trials.permissions import FEATURE
from communities.trials.queries import newest_releases
from communities.trials.views.finding import inner_trial
from communities.trials.views.reading import reachable_feedback
from communities.trials.wording import why_no_feedback


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def submit_feedback(request: MemberRequest, space: str) -> HttpResponse:
    """What did I find? How bad it is, in which release, and how to see it again."""
    trial = inner_trial(request, space)
    given: dict[str, Any] = {
        "space": trial.space,
        "trial": trial,
        "tagged": is_open(request.community, request.membership, "tags"),
    }
    if request.method != "POST":
        _refuse_outside(request, trial)
        newest = next(iter(newest_releases(trial)), "")
        unsent = unsent_fields(request, request.path, begins=True)
        start = {"found_in": newest, **begun_with(request.GET), **unsent}
        return _page(request, trial, FeedbackForm(initial=start, **given))
    form = FeedbackForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        return _page(request, trial, form, status=422)
    return _submitted(request, trial, form)


def _refuse_outside(request: MemberRequest, trial: Trial) -> None:
    """Raises NotAllowed with the sentence that says when feedback is taken, or who may report it."""
    if not trial.takes_feedback(today(request.community)):
        raise NotAllowed(why_no_feedback(trial))
    if not can_start_thread(request.membership, trial.space):
        raise NotAllowed(who_starts(trial.space))


def _submitted(request: MemberRequest, trial: Trial, form: FeedbackForm) -> HttpResponse:
    by = member_of(request)
    try:
        arguments = with_picture_of(form, form.arguments(), by=by)
        thread = reporting.report_feedback(trial.space, by=by, community=request.community, **arguments)
    except NotAllowed:
        form.add_error(None, who_starts(trial.space))
        return _page(request, trial, form, status=403)
    except (ContentError, TooFast) as refusal:
        form.add_error("tags" if isinstance(refusal, TagRequired) else "body", str(refusal))
        return refused(_page(request, trial, form, status=422), refusal)
    forget_unsent(request)
    thread.refresh_from_db(fields=["state"])
    tell_of_new(request, thread)
    tell_of_text(request, form)
    return mark_sent(redirect(thread.get_absolute_url()), form.cleaned_data["submission"])


def _page(request: MemberRequest, trial: Trial, form: FeedbackForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "trial": trial,
        "space": trial.space,
        "form": form,
        "crumbs": [
            {"label": _("Beta tests"), "url": reverse("trials:list-trials")},
            {"label": trial.space.name, "url": trial.space.get_absolute_url()},
            {"label": _("Report feedback")},
        ],
    }
    return render(request, "trials/submit_feedback.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_feedback(request: MemberRequest, slug: str) -> HttpResponse:
    """Title, severity, release, environment and tags; the address follows the title and the former one leads here."""
    thread = reachable_feedback(request, slug)
    by = request.membership
    if by is None or not can_edit_thread(by, thread):
        raise NotAllowed
    feedback: Feedback = getattr(thread, "feedback", None) or Feedback(thread=thread)
    given: dict[str, Any] = {
        "trial": Trial(space=thread.space),
        "tagged": is_open(request.community, by, "tags"),
    }
    if request.method != "POST":
        return _edit_page(request, thread, EditFeedbackForm(initial=_said(thread, feedback), **given))
    form = EditFeedbackForm(request.POST, **given)
    if not form.is_valid():
        return _edit_page(request, thread, form, status=422)
    data = form.cleaned_data
    try:
        found_in = data.get("found_in", feedback.found_in)
        reporting.describe(
            thread, by=by, severity=data["severity"], found_in=found_in, environment=data["environment"]
        )
        changed = content_services.revise_thread(
            thread, by=by, title=data["title"], tags=data.get("tags", [])
        )
    except (ContentError, TooFast) as refusal:
        form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        return refused(_edit_page(request, thread, form, status=422), refusal)
    if changed:
        messages.success(request, _("Saved."))
    else:
        said = _("Your change awaits a moderator; until then readers see the previous version.")
        messages.info(request, said)
    return redirect(thread)


def _said(thread: Thread, feedback: Feedback) -> dict[str, Any]:
    """What is to be edited: the title and tags that wait for a moderator, if any do."""
    waits = content_services.waiting_beside(thread)
    names = waits["tags"] if "tags" in waits else thread.tags.order_by("name").values_list("name", flat=True)
    return {
        "title": waits.get("title", thread.title),
        "tags": ", ".join(names),
        "severity": feedback.severity,
        "found_in": feedback.found_in or "",
        "environment": feedback.environment,
    }


def _edit_page(
    request: MemberRequest, thread: Thread, form: EditFeedbackForm, status: int = 200
) -> HttpResponse:
    context = {"thread": thread, "form": form, "back": thread.get_absolute_url()}
    return render(request, "trials/edit_feedback.html", context, status=status)
