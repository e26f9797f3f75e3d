"""Pages of the overview’s checklist, and of name and place."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.console.conflicts import Clash, show_beside
from communities.console.place.checklist import show_checklist
from communities.console.place.exceptions import PlannedAhead
from communities.console.place.forms import PlaceForm
from communities.console.place.services import ACT, change_place
from communities.console.place.values import LABELS, in_words
from communities.in_place import say_done
from communities.journal.models import Change
from communities.middleware import MemberRequest
from communities.permissions import can_configure_community, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_configure_community)
def edit_place(request: MemberRequest) -> HttpResponse:
    """What a place is called, where and how it speaks, who finds it."""
    if request.method != "POST":
        return _page(request, PlaceForm.of(request.community))
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    sent = form.cleaned_data
    try:
        change_place(
            request.community,
            by=request.membership,
            changes=form.values,
            began=sent["began"] or None,
            planned=sent["planned"],
        )
    except PlannedAhead as question:
        form.add_error("planned", str(question))
        return _page(request, form, status=422, ahead=question.ahead)
    except Clash as clash:
        return _clash(request, clash)
    messages.success(request, _("Saved. Pages show it within a second."))
    return redirect("console:edit-place")


def _page(request: MemberRequest, form: PlaceForm, *, status: int = 200, **context: object) -> HttpResponse:
    shown = {"form": form, "slug": request.community.slug, **context}
    return render(request, "console/edit_place.html", shown, status=status)


def _clash(request: MemberRequest, clash: Clash) -> HttpResponse:
    """The form as it would be with one’s own values, beside them those that stand, and who set these."""
    last = Change.objects.filter(act=ACT).select_related("by").newest().first()
    form = PlaceForm.filled(clash.merged.values, began=clash.now)
    for name in clash.merged.clashes:
        show_beside(form[name], in_words(name, clash.now[name]))
    labels = [str(LABELS[name]) for name in clash.merged.clashes]
    return _page(request, form, status=409, clashes=labels, last=last)


@require_POST
@team_page(can_configure_community)
def put_checklist_away(request: MemberRequest) -> HttpResponse:
    show_checklist(request.community, by=request.membership, shown=False)
    undo = reverse("console:bring-checklist-back")
    say_done(request, _("List hidden. “Show the list” brings it back."), undo=undo)
    return redirect("console:show-console")


@require_POST
@team_page(can_configure_community)
def bring_checklist_back(request: MemberRequest) -> HttpResponse:
    show_checklist(request.community, by=request.membership, shown=True)
    return redirect("console:show-console")
