"""Greeting several newcomers in one act."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.animation.newcomers.forms import SeveralForm
from communities.animation.newcomers.queries import SHOWN, newcomers, seen_by, without_greeting
from communities.animation.newcomers.several import MOST, Sent, greet_several
from communities.animation.permissions import can_greet_newcomers
from communities.exceptions import FieldError
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_greet_newcomers)
def greet_newcomers(request: MemberRequest) -> HttpResponse:
    """One text for several people, who are chosen here; each gets a greeting of their own."""
    me = request.membership
    people = seen_by(me, newcomers(timezone.now() - SHOWN))
    form = SeveralForm(
        request.POST if request.method == "POST" else None,
        waiting=list(without_greeting(people).newest()[:MOST]),
        # Whom somebody else has greeted while this was written: they are left out, and named.
        known=people,
    )
    if form.is_valid():
        try:
            sent = greet_several(
                form.cleaned_data["people"], form.cleaned_data["words"], by=me, community=request.community
            )
        except FieldError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            _tell(request, sent)
            return HttpResponseRedirect(reverse("animation:list-newcomers"))
    status = 422 if request.method == "POST" else 200
    return private(
        render(request, "animation/greet_newcomers.html", {"form": form, "most": MOST}, status=status)
    )


def _tell(request: MemberRequest, sent: Sent) -> None:
    if sent.greeted:
        said = ngettext(
            "%(n)s person is greeted.", "%(n)s people are greeted, each by name.", len(sent.greeted)
        )
        messages.success(request, said % {"n": len(sent.greeted)})
    for person, why in sent.left_out:
        messages.warning(
            request, _("%(name)s got nothing: %(why)s") % {"name": person.display_name, "why": why}
        )
