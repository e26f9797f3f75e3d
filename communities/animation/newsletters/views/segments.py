"""Segments: saved, combined, counted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.newsletters.forms import SegmentForm
from communities.animation.newsletters.models import NewsletterSubscription, Segment
from communities.animation.newsletters.permissions import can_write_newsletter
from communities.animation.newsletters.segments import (
    MOST_SEGMENTS,
    SegmentInUse,
    TooManySegments,
    people_of,
)
from communities.animation.newsletters.segments import (
    delete_segment as give_up,
)
from communities.animation.newsletters.segments import (
    save_segment as keep,
)
from communities.exceptions import FieldError
from communities.middleware import MemberRequest
from communities.models import MembershipQuerySet
from communities.permissions import team_page
from communities.responses import private


@require_safe
@team_page(can_write_newsletter)
def list_segments(request: MemberRequest) -> HttpResponse:
    """By name. How many each means is asked on its own page: counting all of them would cost more with each."""
    rows = list(Segment.objects.in_order()[:MOST_SEGMENTS])
    return private(render(request, "newsletters/list_segments.html", {"segments": rows}))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
def add_segment(request: MemberRequest) -> HttpResponse:
    return _edit(request, Segment())


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_write_newsletter)
def edit_segment(request: MemberRequest, pk: int) -> HttpResponse:
    return _edit(request, _segment(pk))


@require_POST
@team_page(can_write_newsletter)
def delete_segment(request: MemberRequest, pk: int) -> HttpResponse:
    """Its people stay what they are."""
    segment = _segment(pk)
    try:
        give_up(segment, by=request.membership)
    except SegmentInUse as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("newsletters:edit-segment", args=[pk]))
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(reverse("newsletters:list-segments"))


def _edit(request: MemberRequest, segment: Segment) -> HttpResponse:
    """“Count” answers for what is typed, and keeps nothing."""
    sent = request.POST if request.method == "POST" else None
    form = SegmentForm(sent, community=request.community, segment=segment)
    status, counted = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if "count" in request.POST:
                status, counted = 200, _count(form.rule().people())
            elif _kept(request, form, segment):
                return HttpResponseRedirect(reverse("newsletters:edit-segment", args=[segment.pk]))
    elif segment.pk:
        counted = _count(people_of(segment))
    context = {"form": form, "segment": segment, "counted": counted}
    return private(render(request, "newsletters/edit_segment.html", context, status=status))


def _kept(request: MemberRequest, form: SegmentForm, segment: Segment) -> bool:
    try:
        name = form.cleaned_data["name"]
        saved = keep(segment, by=request.membership, name=name, rule=form.rule())
    except FieldError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    except TooManySegments as refusal:
        form.add_error(None, str(refusal))
        return False
    n = people_of(saved).count()
    words = ngettext("Saved: %(n)s member.", "Saved: %(n)s members.", n) % {"n": n}
    messages.success(request, words)
    return True


def _count(people: MembershipQuerySet) -> dict[str, int]:
    """Members, and those of them who get the newsletters."""
    return {
        "members": people.count(),
        "subscribed": NewsletterSubscription.objects.all().reached(people).count(),
    }


def _segment(pk: int) -> Segment:
    found: Segment | None = Segment.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
