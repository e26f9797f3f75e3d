"""Sending a newsletter, seeing how far it is, stopping it; and the list of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.newsletters import sending, writing
from communities.animation.newsletters.comparing import comparisons_of
from communities.animation.newsletters.composing import untried, version_for
from communities.animation.newsletters.figures import figures_of, language_name, subscribers
from communities.animation.newsletters.forms import SendForm
from communities.animation.newsletters.models import Newsletter
from communities.animation.newsletters.permissions import can_send_newsletter, can_write_newsletter
from communities.animation.newsletters.views.writing import newsletter_or_404
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.in_place import say_done
from communities.keysets import NUMBER, Keyset
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private

NEWEST = Keyset(("pk", NUMBER), size=30)


@require_safe
@team_page(can_write_newsletter)
def list_drafts(request: MemberRequest) -> HttpResponse:
    """All newsletters, newest first, and how many people get them."""
    rows = Newsletter.objects.select_related("segment").prefetch_related("versions")
    page = NEWEST.newest_after(rows, request.GET.get("after", ""))
    for row in page.rows:
        row.said = version_for(row, row.language)
    context = {"page": page, "subscribers": subscribers()}
    return private(render(request, "newsletters/list_drafts.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_send_newsletter)
def send_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """To how many it goes, when; then it is planned."""
    newsletter = newsletter_or_404(pk)
    if not newsletter.is_draft:
        return HttpResponseRedirect(reverse("newsletters:show-progress", args=[pk]))
    initial = {"version": newsletter.version, "send_at": newsletter.send_at}
    form = SendForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if request.method == "POST" else 200
    if form.is_valid() and _planned(request, newsletter, form):
        messages.success(request, _("Scheduled. You can take it back until sending begins."))
        return HttpResponseRedirect(reverse("newsletters:show-progress", args=[pk]))
    context = {
        "form": form,
        "newsletter": newsletter,
        "said": version_for(newsletter, newsletter.language),
        "people": sending.recipients(newsletter).count(),
        "a_minute": sending.A_MINUTE,
        "untried": [language_name(one.language) for one in untried(newsletter)],
    }
    return private(render(request, "newsletters/send_newsletter.html", context, status=status))


def _planned(request: MemberRequest, newsletter: Newsletter, form: SendForm) -> bool:
    said: dict[str, Any] = {
        "send_at": form.moment(),
        "at_local_hour": form.cleaned_data["at_local_hour"],
        "version": form.cleaned_data["version"],
    }
    try:
        sending.plan_newsletter(newsletter, by=request.membership, community=request.community, **said)
    except NotAllowed:
        raise
    except FieldError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return False
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
@team_page(can_write_newsletter)
def show_progress(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it."""
    newsletter = newsletter_or_404(pk)
    if newsletter.is_draft:
        return HttpResponseRedirect(reverse("newsletters:edit-newsletter", args=[pk]))
    context = {
        "newsletter": newsletter,
        "said": version_for(newsletter, newsletter.language),
        "figures": figures_of(newsletter),
        "comparisons": comparisons_of(newsletter),
        "people": sending.recipients(newsletter).count() if newsletter.is_planned else 0,
        "a_minute": sending.A_MINUTE,
        "can_send": can_send_newsletter(request.membership),
    }
    return private(render(request, "newsletters/show_progress.html", context))


@require_POST
@team_page(can_send_newsletter)
def cancel_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    """One that waits becomes a draft again; one that is leaving stops where it is."""
    newsletter, me = newsletter_or_404(pk), request.membership
    if newsletter.is_planned:
        return _act(
            request, newsletter, lambda: sending.take_back(newsletter, by=me), _("It is a draft again.")
        )
    words = _("Stopped. Nothing more is sent until you resume it.")
    undo = reverse("newsletters:resume-newsletter", args=[pk])
    return _act(request, newsletter, lambda: sending.stop_newsletter(newsletter, by=me), words, undo=undo)


@require_POST
@team_page(can_send_newsletter)
def resume_newsletter(request: MemberRequest, pk: int) -> HttpResponse:
    newsletter, me = newsletter_or_404(pk), request.membership
    words = _("Resumed, for those who have not received it yet.")
    undo = reverse("newsletters:cancel-newsletter", args=[pk])
    return _act(request, newsletter, lambda: sending.resume_newsletter(newsletter, by=me), words, undo=undo)


@require_POST
@team_page(can_send_newsletter)
def leave_at_that(request: MemberRequest, pk: int) -> HttpResponse:
    """A stopped one goes to nobody else. There is no way back; the page asks first."""
    newsletter, me = newsletter_or_404(pk), request.membership
    words = _("Left at that: those who have not received it never will.")
    return _act(request, newsletter, lambda: sending.leave_at_that(newsletter, by=me), words)


@require_POST
@team_page(can_write_newsletter)
def set_in_archive(request: MemberRequest, pk: int) -> HttpResponse:
    """Out of the archive, or back into it."""
    newsletter, me = newsletter_or_404(pk), request.membership
    is_public = request.POST.get("act") == "in"
    words = _("It is now in the archive.") if is_public else _("It is no longer in the archive.")
    return _act(
        request,
        newsletter,
        lambda: writing.set_in_archive(newsletter, by=me, is_public=is_public),
        words,
    )


def _act(
    request: MemberRequest, newsletter: Newsletter, act: Callable[[], Any], words: str, *, undo: str = ""
) -> HttpResponse:
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        say_done(request, words, undo=undo)
    return HttpResponseRedirect(reverse("newsletters:show-progress", args=[newsletter.pk]))
