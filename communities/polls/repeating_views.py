"""How a poll comes back, and those that stood under its text before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.polls import repeating
from communities.polls.forms import RepeatForm, repeat_of
from communities.polls.models import Poll
from communities.polls.permissions import FEATURE, can_repeat_poll
from communities.polls.places import back_to, text_address
from communities.polls.queries import former_polls
from communities.polls.rounds import learn_rounds
from communities.polls.showing import winners_of
from communities.polls.views import get_poll, there


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@there
def repeat_poll(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a poll come back every week or month."""
    poll, by = get_poll(request, pk), member_of(request)
    if not can_repeat_poll(by, poll):
        raise NotAllowed
    data = request.POST if request.method == "POST" else None
    form = RepeatForm(data, poll=poll, initial=repeat_of(poll))
    if data is None or not form.is_valid():
        return _page(request, poll, form)
    try:
        repeating.repeat_poll(poll, form.wishes(), by=by)
    except NotAllowed:
        raise
    except FieldError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, poll, form)
    except (DomainError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_page(request, poll, form), refusal)
    messages.success(request, _("Saved: the poll comes back automatically."))
    return redirect(back_to(poll))


def _page(request: CommunityRequest, poll: Poll, form: Any) -> HttpResponse:
    context = {"poll": poll, "thread": poll.thread, "form": form, "back": back_to(poll)}
    return render(request, "polls/repeat_poll.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
@there
def stop_repeating(request: MemberRequest, pk: int) -> HttpResponse:
    poll = get_poll(request, pk)
    if repeating.stop_repeating(poll, by=member_of(request)):
        messages.success(request, _("Stopped: no other poll follows this one."))
    return redirect(back_to(poll))


@public_page
@feature_required(FEATURE)
@require_safe
def list_former(request: CommunityRequest, pk: int) -> HttpResponse:
    """The polls that stood under this text before, the latest first, each with what most voted for."""
    poll = get_poll(request, pk)
    page = former_polls(poll, request.GET.get("after", ""))
    learn_rounds(page.rows)
    context = {
        "poll": poll,
        "thread": poll.thread,
        "title": poll.question or poll.thread.title,
        "back": text_address(poll),
        "former": [(one, winners_of(one)) for one in page.rows if any(one.options)],
        "older": page.older,
    }
    return render(request, "polls/list_former.html", context)
