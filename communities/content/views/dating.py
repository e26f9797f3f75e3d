"""Saying when a text appeared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.calendar import MomentField, check_near
from communities.content.exceptions import ContentError
from communities.content.models import Thread
from communities.content.permissions import can_date_thread
from communities.content.services import date_thread as say_when
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.middleware import MemberRequest

TYPED = "%Y-%m-%dT%H:%M"


class DateForm(forms.Form):
    at = MomentField(
        label=gettext_lazy("Published"),
        validators=[check_near],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=TYPED),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def date_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """When did this text appear? A date before it came here, as far as nobody had answered it by then."""
    reachable = Thread.objects.reachable_by(viewer_of(request)).select_related("space")
    thread = reachable.filter(slug=slug).first()
    if thread is None:
        raise Http404
    if not can_date_thread(request.membership, thread):
        raise NotAllowed
    # The clock shows no seconds: what is sent as it was shown changes nothing.
    shown = thread.published_at.replace(second=0, microsecond=0) if thread.published_at else None
    form = DateForm(request.POST if request.method == "POST" else None, initial={"at": shown})
    if form.is_valid():
        if form.cleaned_data["at"] == shown:
            return redirect(thread)
        try:
            say_when(thread, by=request.membership, at=form.cleaned_data["at"])
        except ContentError as refusal:
            form.add_error("at", str(refusal))
        else:
            messages.success(request, _("Dated. The journal of the team can undo it."))
            return redirect(thread)
    context: dict[str, Any] = {"thread": thread, "form": form, "robots": "noindex"}
    return render(request, "content/date_thread.html", context, status=422 if form.errors else 200)
