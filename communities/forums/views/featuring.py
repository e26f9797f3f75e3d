"""Featuring a thread: with one press, or on a page that asks until when."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from communities.content.models import Thread
from communities.dates import DayField
from communities.exceptions import NotAllowed
from communities.forums.exceptions import FeatureError
from communities.forums.featuring import (
    MOST_FEATURED,
    feature_of,
    feature_thread,
    last_day_of,
    unfeature_thread,
)
from communities.forums.permissions import can_feature_thread
from communities.forums.views.threads import reachable_thread
from communities.in_place import say_done
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of

# The day to go back to, in the address that undoes another one.
BACK = "back"


class FeatureForm(forms.Form):
    until = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The last day. Leave it empty to feature it until somebody removes it."),
    )


@feature_required("forums")
@require_http_methods(["GET", "HEAD", "POST"])
def feature(request: MemberRequest, slug: str) -> HttpResponse:
    """Until when it stands out; sent without a day, as by the button beside the thread, it is open-ended."""
    thread, by = reachable_thread(request, slug), member_of(request)
    if not can_feature_thread(by, thread):
        raise NotAllowed
    if request.method != "POST":
        row = feature_of(thread)
        until = last_day_of(row, request.community) if row is not None else None
        return _page(request, thread, FeatureForm(initial={"until": until}))
    form = FeatureForm({"until": request.GET[BACK]} if BACK in request.GET else request.POST)
    if not form.is_valid():
        return _page(request, thread, form, status=422)
    undo, until = _way_back(request, thread), form.cleaned_data["until"]
    # The one press of a page that does not know yet that a colleague has featured it changes no end.
    anew = "until" in form.data
    try:
        changed = feature_thread(thread, by=by, community=request.community, until=until, anew=anew)
    except FeatureError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, thread, form, status=422)
    if changed:
        say_done(
            request, _("Featured: it now appears at the top of its space and on the home page."), undo=undo
        )
    else:
        messages.info(request, _("It is featured already."))
    return redirect(thread)


def _way_back(request: MemberRequest, thread: Thread) -> str:
    """The address of a POST that leaves it as it is now: featured to the same day, or not at all."""
    row = feature_of(thread)
    if row is None:
        return reverse("forums:unfeature-thread", args=[thread.slug])
    until = last_day_of(row, request.community)
    said = urlencode({BACK: until.isoformat() if until is not None else ""})
    return f"{reverse('forums:feature-thread', args=[thread.slug])}?{said}"


@feature_required("forums")
@require_POST
def unfeature(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    if unfeature_thread(thread, by=member_of(request), community=request.community):
        messages.success(request, _("It is no longer featured."))
    return redirect(thread)


def _page(request: MemberRequest, thread: Thread, form: FeatureForm, *, status: int = 200) -> HttpResponse:
    context = {
        "thread": thread,
        "form": form,
        "is_featured": feature_of(thread) is not None,
        "most": MOST_FEATURED,
        "robots": "noindex",
    }
    return render(request, "forums/feature_thread.html", context, status=status)
