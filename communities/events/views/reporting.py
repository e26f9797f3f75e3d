"""The report of an event, written by an organiser once it is over."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content.forms import mark_sent
from communities.content.models import Post, Thread
from communities.content.post_forms import tell_of_text, with_picture_of
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.views.posts import address_of
from communities.events.forms import ReportForm
from communities.events.permissions import FEATURE
from communities.events.reporting import may_report, standing_report, write_report
from communities.events.views.attending import event_at
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import CommunityRequest
from communities.permissions import public_page


@public_page
@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def report_event(request: CommunityRequest, slug: str) -> HttpResponse:
    """One text; where there is one already, it is shown."""
    by = request.membership
    if by is None:
        return ask_to_sign_in(request, request.path)
    thread, event = event_at(request, slug)
    event.thread = thread
    if not may_report(event, by):
        raise NotAllowed
    known = standing_report(event)
    if request.method != "POST":
        if known is not None:
            return redirect(address_of(known))
        initial = dict(unsent_fields(request, request.path))
        return _writing(request, thread, ReportForm(initial=initial, key=f"report:{thread.pk}"))
    form = ReportForm(request.POST, request.FILES, key=f"report:{thread.pk}")
    if not form.is_valid():
        return _writing(request, thread, form)
    try:
        arguments = with_picture_of(form, form.text_arguments(), by=by)
        report = write_report(thread, by=by, **arguments)
    except NotAllowed:
        raise
    except DomainError as refusal:
        form.add_error("body", str(refusal))
        return refused(_writing(request, thread, form), refusal)
    return _written(request, form, report)


def _written(request: CommunityRequest, form: ReportForm, report: Post) -> HttpResponse:
    forget_unsent(request)
    if report.position is None:
        messages.info(request, _("Sent. A person reads it first."))
    else:
        messages.success(request, _("The report has been published. Those who came have been told."))
    tell_of_text(request, form)
    answer: HttpResponse = mark_sent(redirect(address_of(report)), form.cleaned_data["submission"])
    return answer


def _writing(request: CommunityRequest, thread: Thread, form: ReportForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "events/write_report.html", {"thread": thread, "form": form}, status=status)
