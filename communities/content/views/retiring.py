"""Taking a text back, now or at a date, and publishing it again."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from communities.content import services
from communities.content.exceptions import ContentError
from communities.content.models import State, Thread
from communities.content.permissions import can_retire_thread
from communities.content.viewers import viewer_of
from communities.dates import MomentField, MomentInput
from communities.exceptions import NotAllowed
from communities.middleware import MemberRequest


class NeededByOne(MomentInput):
    """One of the buttons needs it: a label that calls it optional would deny that."""

    says_optional = False


class EndForm(forms.Form):
    """Until when: at a moment to come, now, or for good."""

    ACTS = (("at", ""), ("now", ""), ("never", ""))

    act = forms.ChoiceField(choices=ACTS, widget=forms.HiddenInput)
    at = MomentField(label=gettext_lazy("Public until"), required=False, widget=NeededByOne)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("act") == "at" and "at" in said:
            if said["at"] is None:
                self.add_error("at", _("Say until when."))
            elif said["at"] <= timezone.now():
                self.add_error(
                    "at", _("This moment has passed. To take the text back at once, use the other button.")
                )
        return said

    @property
    def until(self) -> datetime.datetime | None:
        chosen: datetime.datetime | None = self.cleaned_data["at"]
        return {"at": chosen, "now": timezone.now(), "never": None}[self.cleaned_data["act"]]

    def asks_again(self, thread: Thread) -> bool:
        """Whether the button was pressed twice: what is taken back is not so once more, nor is its author told."""
        return self.cleaned_data["act"] == "now" and thread.state == State.RETIRED


@require_http_methods(["GET", "HEAD", "POST"])
def retire_thread(request: MemberRequest, slug: str) -> HttpResponse:
    """Until when is this text public? Taken back, it is read by its author and the team, with its answers."""
    reachable = Thread.objects.reachable_by(viewer_of(request)).select_related("space")
    thread = reachable.filter(slug=slug).first()
    if thread is None:
        raise Http404
    if not can_retire_thread(request.membership, thread):
        raise NotAllowed
    shown = thread.retires_at.replace(second=0, microsecond=0) if thread.retires_at else None
    form = EndForm(request.POST if request.method == "POST" else None, initial={"at": shown})
    if form.is_valid() and form.asks_again(thread):
        return redirect(thread)
    if form.is_valid():
        try:
            services.retire_thread(thread, by=request.membership, at=form.until)
        except ContentError as refusal:
            form.add_error("at", str(refusal))
        else:
            thread.refresh_from_db(fields=["state", "retires_at"])
            messages.success(request, _said(thread))
            return redirect(thread)
    context = {"thread": thread, "form": form, "robots": "noindex", "is_over": thread.state == State.RETIRED}
    return render(request, "content/retire_thread.html", context, status=422 if form.errors else 200)


def _said(thread: Thread) -> str:
    if thread.state == State.RETIRED:
        return _("Taken back. The journal of the team can undo it.")
    if thread.retires_at is None:
        return _("It stays public.")
    return _("Saved. It is taken back automatically on that day.")
