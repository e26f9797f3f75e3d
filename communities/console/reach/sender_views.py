"""The page about the sender: name, address, records, what came back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.console.reach import senders
from communities.console.reach.forms import SenderForm
from communities.console.reach.sender_queries import sender_page, stopped_page
from communities.exceptions import DomainError
from communities.mailing.models import Sender
from communities.mailing.returns import stopped_here
from communities.middleware import MemberRequest
from communities.permissions import can_edit_sender, team_page


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_sender)
def edit_sender(request: MemberRequest) -> HttpResponse:
    """Who mails come from, whether receivers believe it, and what came back."""
    values = SenderForm.values_of(request.community, Sender.objects.first())
    form = SenderForm(request.POST if request.method == "POST" else None, initial=values)
    if form.is_valid():
        senders.set_sender(request.community, by=request.membership, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("console:edit-sender")
    context = {"form": form, **sender_page(request.community)}
    return render(request, "console/reach/edit_sender.html", context, status=422 if form.errors else 200)


@require_POST
@team_page(can_edit_sender)
def check_sender(request: MemberRequest) -> HttpResponse:
    """Have the records looked up now, by the worker."""
    try:
        senders.ask_for_sender_look(by=request.membership)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The records are being looked up."))
    return redirect("console:edit-sender")


@require_POST
@team_page(can_edit_sender)
def send_test_mail(request: MemberRequest) -> HttpResponse:
    mail = senders.send_test_mail(request.community, by=request.membership)
    messages.success(request, _("A test mail is on its way to %(address)s.") % {"address": mail.recipient})
    return redirect("console:edit-sender")


@require_safe
@team_page(can_edit_sender)
def list_stopped(request: MemberRequest) -> HttpResponse:
    """All addresses that get no mails any more, and why."""
    page = stopped_page(request.GET.get("after", ""))
    return render(request, "console/reach/list_stopped.html", {"page": page})


@require_POST
@team_page(can_edit_sender)
def try_address_again(request: MemberRequest, pk: int) -> HttpResponse:
    """Complaints are their readers’ to take back."""
    row = get_object_or_404(stopped_here(), pk=pk, outcome__in=["hard", "soft"])
    senders.try_address_again(row, by=request.membership)
    messages.success(request, _("Mails go there again. If they come back, the address stops again."))
    return redirect("console:edit-sender")
