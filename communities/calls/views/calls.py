"""Calls: all of them, one to write, change and take away, and the projects that were chosen."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.calls import services
from communities.calls.exceptions import CallBegun
from communities.calls.forms import CallForm, HoursForm, said_of
from communities.calls.models import Application, Call
from communities.calls.permissions import FEATURE, can_edit_call, runs_calls, sees_worth
from communities.calls.queries import jury_of, listed_calls, reachable_call, selected_projects
from communities.content.addresses import absolute_address
from communities.content.exceptions import ContentError
from communities.content.insets import INSETS, spaces_for
from communities.content.models import Thread
from communities.content.permissions import can_edit_thread, spaces_offered_to
from communities.content.viewers import readable_spaces, viewer_of
from communities.content.views.posts import address_of, own_post
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page


def get_call(request: CommunityRequest, pk: int) -> Call:
    """A call whose text this person may open; raises Http404."""
    call = reachable_call(viewer_of(request), pk, by=request.membership)
    if call is None:
        raise Http404
    return call


def back_to(call: Call) -> str:
    return f"{call.thread.get_absolute_url()}#call-{call.pk}"


def there(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A call that somebody takes away at the same moment is not found, as it is a moment later."""

    @wraps(view)
    def seen(*args: Any, **options: Any) -> HttpResponse:
        try:
            return view(*args, **options)
        except Call.DoesNotExist as gone:
            raise Http404 from gone

    return seen


def number_in(request: CommunityRequest, name: str) -> int | None:
    """A number that a form brings back; None for anything else."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


@public_page
@feature_required(FEATURE)
@require_safe
def list_calls(request: CommunityRequest) -> HttpResponse:
    """Which calls are there? Those that close last first; for whoever reads the results, what they brought."""
    by, viewer = request.membership, viewer_of(request)
    worth = sees_worth(by)
    after = request.GET.get("after", "")
    page = listed_calls(viewer, after=after, worth=worth)
    spaces = (
        spaces_for(INSETS[Call.INSET], readable_spaces(request.community, viewer)) if runs_calls(by) else []
    )
    context = {
        "calls": page.rows,
        "worth": worth,
        "currency": request.community.currency,
        "runs": runs_calls(by),
        "spaces": spaces_offered_to(by, spaces)[:12] if by else [],
        "older_url": f"?after={page.older}" if page.older else "",
        "canonical_url": absolute_address(request.community, request.path),
        "robots": "noindex, follow" if after or not page.rows else "",
    }
    return render(request, "calls/list_calls.html", context)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_call(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """A call under a text that is there already."""
    post = own_post(request, public_id)
    thread, by = post.thread, member_of(request)
    if not runs_calls(by) or not can_edit_thread(by, thread) or (post.position or 1) != 1:
        raise NotAllowed
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _writing(request, thread, form, back=address_of(post))
    try:
        services.add_call(thread, form.wishes(), by=by)
    except (ContentError, TooFast) as refusal:
        form.add_error(None, str(refusal))
        return refused(_writing(request, thread, form, back=address_of(post)), refusal)
    messages.success(request, _("The text is now a call. It opens and closes automatically."))
    return redirect(thread.get_absolute_url())


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
@there
def edit_call(request: MemberRequest, pk: int) -> HttpResponse:
    """All of a call until somebody has begun an application, then its hours and its jury."""
    call, by = get_call(request, pk), member_of(request)
    if not can_edit_call(by, call):
        raise NotAllowed
    data = request.POST if request.method == "POST" else None
    begun = Application.objects.of(call).exists()
    # Whoever wrote other questions while somebody began hears that these stay; none of theirs is lost unsaid.
    form_class = HoursForm if begun and (data is None or "scale" not in data) else CallForm
    handles = [juror.membership.handle for juror in jury_of(call)]
    form = form_class(data, initial=said_of(call, handles), call=call)
    if data is None or not form.is_valid():
        return _writing(request, call.thread, form, call=call, back=back_to(call))
    try:
        services.change_call(call, form.wishes(), by=by, version=number_in(request, "version"))
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return refused(_writing(request, call.thread, form, call=call, back=back_to(call)), refusal)
    messages.success(request, _("Call saved."))
    return redirect(back_to(call))


def _writing(
    request: CommunityRequest, thread: Thread, form: Any, *, back: str, call: Call | None = None
) -> HttpResponse:
    context = {
        "thread": thread,
        "form": form,
        "call": call,
        "back": back,
        "whole": isinstance(form, CallForm),
    }
    return render(request, "calls/write_call.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_POST
@there
def remove_call(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a call away that nobody has begun to answer; its text stays."""
    call = get_call(request, pk)
    try:
        services.remove_call(call, by=member_of(request))
    except CallBegun as refusal:
        messages.error(request, str(refusal))
        return redirect(reverse("calls:edit-call", args=[call.pk]))
    messages.success(request, _("The call is removed; its text stays."))
    return redirect(call.thread.get_absolute_url())


@public_page
@feature_required(FEATURE)
@require_safe
def list_projects(request: CommunityRequest, pk: int) -> HttpResponse:
    """What was chosen? For everybody who reads the text, once a manager has published it; for managers before."""
    call = get_call(request, pk)
    if call.published_at is None and not runs_calls(request.membership):
        raise Http404
    after = request.GET.get("after", "")
    page = selected_projects(call, after)
    context = {
        "call": call,
        "thread": call.thread,
        "projects": page.rows,
        "runs": runs_calls(request.membership),
        "back": back_to(call),
        "older_url": f"?after={page.older}" if page.older else "",
        "robots": "noindex" if call.published_at is None or after or not page.rows else "",
        "canonical_url": absolute_address(request.community, request.path),
    }
    return render(request, "calls/list_projects.html", context)


@feature_required(FEATURE)
@require_POST
@there
def publish_projects(request: MemberRequest, pk: int) -> HttpResponse:
    """Show the chosen projects to everybody who reads the text, or no longer."""
    call, shown = get_call(request, pk), request.POST.get("shown") == "1"
    if services.publish_projects(call, shown=shown, by=member_of(request)):
        messages.success(
            request,
            _("Everybody who can read the call now sees which projects were selected.")
            if shown
            else _("The selected projects are visible to the team only again."),
        )
    return redirect(reverse("calls:list-projects", args=[call.pk]))
