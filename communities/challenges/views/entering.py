"""Entering a challenge, and withdrawing an entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.challenges.challenge_page import crumbs
from communities.challenges.entering import enter_thread, may_be_entered, when_entries, write_entry
from communities.challenges.entering import withdraw_entry as withdraw
from communities.challenges.exceptions import ChallengeError, RulesChanged
from communities.challenges.forms import ChooseEntryForm, WriteEntryForm
from communities.challenges.models import Challenge, Entry, Rules
from communities.challenges.permissions import FEATURE, can_enter
from communities.challenges.queries import enterable, own_entries
from communities.challenges.views.reading import get_dated
from communities.content.circles import who_starts
from communities.content.exceptions import ContentError
from communities.content.forms import mark_sent
from communities.content.models import State, Thread
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page

CHOOSE = "choose"


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_challenge(request: CommunityRequest, slug: str) -> HttpResponse:
    """Write an entry, or choose one of one’s texts; what could not be taken is said, with what was typed."""
    thread, challenge = get_dated(request, slug)
    by = request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    if not thread.is_published:
        raise Http404
    if not can_enter(by, thread):
        raise NotAllowed(who_starts(thread.space))
    texts = [
        one for one in enterable(viewer_of(request), challenge, by) if may_be_entered(challenge, one, by)
    ]
    if request.method != "POST":
        start = unsent_fields(request, request.path, begins=True)
        return _page(request, challenge, _writing(challenge, initial=start), _choosing(texts), texts)
    if CHOOSE in request.POST:
        return _chosen(request, challenge, texts)
    return _written(request, challenge, texts)


def _writing(challenge: Challenge, *data: Any, initial: dict[str, Any] | None = None) -> WriteEntryForm:
    return WriteEntryForm(*data, initial=initial, challenge=challenge, space=challenge.thread.space)


def _choosing(texts: list[Thread], *data: Any) -> ChooseEntryForm:
    return ChooseEntryForm(*data, threads=texts, auto_id="choose_%s")


def _written(request: CommunityRequest, challenge: Challenge, texts: list[Thread]) -> HttpResponse:
    by = member_of(request)
    form = _writing(challenge, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, challenge, form, _choosing(texts), texts, status=422)
    try:
        text = form.written(with_picture_of(form, form.text_arguments(), by=by))
        rules = form.cleaned_data["rules"]
        thread = write_entry(challenge, by=by, community=request.community, text=text, rules=rules)
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal, "body"), str(refusal))
        return refused(_page(request, challenge, form, _choosing(texts), texts, status=422), refusal)
    forget_unsent(request)
    thread.refresh_from_db(fields=["state"])
    if thread.state == State.PENDING:
        messages.info(request, _("Sent. A person reads it first; then it takes part."))
    else:
        messages.success(request, _("You have entered."))
    tell_of_text(request, form)
    return mark_sent(redirect(challenge.thread), form.cleaned_data["submission"])


def _chosen(request: CommunityRequest, challenge: Challenge, texts: list[Thread]) -> HttpResponse:
    form, by = _choosing(texts, request.POST), member_of(request)
    if not form.is_valid():
        return _page(request, challenge, _writing(challenge), form, texts, status=422)
    thread = next(one for one in texts if str(one.pk) == form.cleaned_data["thread"])
    try:
        enter_thread(challenge, thread, by=by, rules=form.cleaned_data["rules"])
    except (ContentError, TooFast) as refusal:
        form.add_error(_field_of(refusal, "thread"), str(refusal))
        return refused(_page(request, challenge, _writing(challenge), form, texts, status=422), refusal)
    messages.success(request, _("You have entered."))
    return redirect(challenge.thread)


def _field_of(refusal: Exception, usual: str) -> str | None:
    if isinstance(refusal, RulesChanged):
        return "agrees"
    return None if isinstance(refusal, ChallengeError) else usual


def _page(
    request: CommunityRequest,
    challenge: Challenge,
    form: WriteEntryForm,
    choose: ChooseEntryForm,
    texts: list[Thread],
    status: int = 200,
) -> HttpResponse:
    rules = Rules.objects.of(challenge).first()
    mine = own_entries(challenge, request.membership)
    thread = challenge.thread
    context = {
        "thread": thread,
        "challenge": challenge,
        "form": form,
        "choose": choose,
        "texts": texts,
        "rules": rules,
        "mine": mine,
        "is_full": len(mine) >= challenge.entries_each,
        "when_entries": "" if challenge.takes_entries else when_entries(challenge),
        "crumbs": crumbs(thread, _("Enter")),
        "page_title": _("Enter"),
    }
    return render(request, "challenges/enter_challenge.html", context, status=status)


@feature_required(FEATURE)
@require_POST
def withdraw_entry(request: MemberRequest, slug: str, pk: int) -> HttpResponse:
    """No longer take part; the text stays where it is."""
    thread, challenge = get_dated(request, slug)
    entry = Entry.objects.of(challenge).filter(pk=pk).first()
    if entry is None:
        raise Http404
    try:
        withdraw(entry, by=member_of(request))
        messages.success(request, _("Your entry no longer takes part. The text is still there."))
    except ContentError as refusal:
        messages.error(request, str(refusal))
    return redirect(thread)
