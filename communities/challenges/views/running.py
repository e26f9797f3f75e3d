"""What the team does with a challenge that runs: rules, jury, how votes came in, cancelling."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.challenges import judging, services
from communities.challenges.challenge_page import crumbs
from communities.challenges.figures import FEW, known_figures
from communities.challenges.forms import CancelForm, JurorForm, RulesForm
from communities.challenges.models import Challenge, Entry, Juror, Rules
from communities.challenges.permissions import FEATURE, can_run_challenge, sees_figures
from communities.challenges.queries import jury_of
from communities.challenges.taking import MOST_COUNTED
from communities.challenges.views.reading import get_dated
from communities.content.exceptions import ContentError
from communities.content.models import Thread
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of
from communities.models import Membership
from communities.responses import private


def _run(request: MemberRequest, slug: str) -> tuple[Thread, Challenge]:
    thread, challenge = get_dated(request, slug)
    if not can_run_challenge(member_of(request), thread):
        raise NotAllowed
    return thread, challenge


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_rules(request: MemberRequest, slug: str) -> HttpResponse:
    """A new version of the rules; the page says before it is pressed who is told."""
    thread, challenge = _run(request, slug)
    newest = Rules.objects.of(challenge).first()
    initial = {"rules": newest.words if newest else ""}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _ruling(request, thread, challenge, form)
    try:
        made = services.change_rules(thread, form.cleaned_data["rules"], by=member_of(request))
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_ruling(request, thread, challenge, form), refusal)
    if made is not None:
        messages.success(request, _("The new rules apply from now on."))
    return redirect(reverse("challenges:list-rules", args=[slug]))


def _ruling(request: MemberRequest, thread: Thread, challenge: Challenge, form: RulesForm) -> HttpResponse:
    context = {
        "thread": thread,
        "challenge": challenge,
        "form": form,
        "entered": Entry.objects.of(challenge).values("membership").distinct().count(),
        "crumbs": crumbs(thread, _("Edit the rules")),
    }
    return render(request, "challenges/edit_rules.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_challenge(request: MemberRequest, slug: str) -> HttpResponse:
    """For good: the page says what follows before it is pressed."""
    thread, challenge = _run(request, slug)
    if not thread.is_published:
        raise NotAllowed
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _cancelling(request, thread, challenge, form)
    try:
        services.cancel_challenge(thread, by=member_of(request), reason=form.cleaned_data["reason"])
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_cancelling(request, thread, challenge, form), refusal)
    messages.success(request, _("The challenge is cancelled. Everybody who entered is told."))
    return redirect(thread)


def _cancelling(
    request: MemberRequest, thread: Thread, challenge: Challenge, form: CancelForm
) -> HttpResponse:
    context = {
        "thread": thread,
        "challenge": challenge,
        "form": form,
        "crumbs": crumbs(thread, _("Cancel the challenge")),
    }
    return render(request, "challenges/cancel_challenge.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_jury(request: MemberRequest, slug: str) -> HttpResponse:
    """Who judges, and who is asked."""
    thread, challenge = _run(request, slug)
    if not challenge.has_jury:
        raise Http404
    form = JurorForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _juries(request, thread, challenge, form)
    person = Membership.objects.with_handle(form.cleaned_data["handle"]).first()
    if person is None:
        form.add_error("handle", _("Nobody here has this handle."))
        return _juries(request, thread, challenge, form)
    try:
        judging.invite_juror(challenge, person, by=member_of(request))
    except (ContentError, TooFast) as refusal:
        form.add_error("handle", str(refusal))
        return refused(_juries(request, thread, challenge, form), refusal)
    messages.success(request, _("%(name)s has been asked.") % {"name": person.display_name})
    return redirect(reverse("challenges:edit-jury", args=[slug]))


def _juries(request: MemberRequest, thread: Thread, challenge: Challenge, form: JurorForm) -> HttpResponse:
    context = {
        "thread": thread,
        "challenge": challenge,
        "form": form,
        "jury": jury_of(challenge),
        "most_counted": MOST_COUNTED,
        "is_over": challenge.is_decided or challenge.is_cancelled,
        "crumbs": crumbs(thread, _("Jury")),
    }
    return private(render(request, "challenges/edit_jury.html", context, status=422 if form.errors else 200))


@feature_required(FEATURE)
@require_POST
def remove_juror(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    _thread, challenge = _run(request, slug)
    juror = Juror.objects.of(challenge).filter(pk=pk).first()
    if juror is None:
        raise Http404
    juror.challenge = challenge
    try:
        judging.remove_juror(juror, by=member_of(request))
        messages.success(request, _("Taken off the jury."))
    except ContentError as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("challenges:edit-jury", args=[slug]))


@feature_required(FEATURE)
@require_safe
def show_figures(request: MemberRequest, slug: str) -> HttpResponse:
    """How votes came in, by entry, without a voter’s name."""
    thread, challenge = get_dated(request, slug)
    if not challenge.has_vote or not sees_figures(member_of(request), challenge):
        raise NotAllowed
    figures, counted_at = known_figures(challenge)
    context = {
        "thread": thread,
        "challenge": challenge,
        "figures": figures,
        "counted_at": counted_at,
        "few": FEW,
        "crumbs": crumbs(thread, _("How votes came in")),
    }
    return private(render(request, "challenges/show_figures.html", context))
