"""What runs by itself: jobs, mails, backups; and the journal."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from communities.console.operator import queries, services
from communities.console.operator.backups import MOST_SHOWN, each_day, kept_backups
from communities.console.operator.models import Alarm, FailedJob
from communities.console.operator.state import state_of_machine
from communities.console.operator.views.requests import OperatorRequest
from communities.models import Community
from communities.permissions import operator_page
from members.models import SetAside


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def list_jobs(request: OperatorRequest) -> HttpResponse:
    """Periodic jobs and how they are doing; what failed, what is set aside, and can be tried again; what waits."""
    aside = queries.things_aside(after=request.GET.get("aside", ""))
    context = {
        "jobs": queries.periodic_jobs(),
        "queues": queries.queues(),
        "aside": aside,
        "lines": queries.places_of_aside(aside.rows),
        "failed": queries.failed_jobs(after=request.GET.get("after", "")),
        "machine": state_of_machine(),
        "robots": "noindex",
    }
    return render(request, "operator/list_jobs.html", context)


@require_POST
@operator_page
def run_again(request: OperatorRequest, pk: int) -> HttpResponse:
    if services.run_again(get_object_or_404(FailedJob, pk=pk), by=request.user):
        messages.success(request, _("It is started again."))
    else:
        messages.info(request, _("It was started again already."))
    return redirect("platform:list-jobs")


@require_POST
@operator_page
def decide_aside(request: OperatorRequest, pk: int) -> HttpResponse:
    """Try what was set aside again, or leave it out for good."""
    row = SetAside.objects.filter(pk=pk).first()
    if row is None:
        messages.info(request, _("It has been done in the meantime."))
    elif request.POST.get("act") == "leave":
        services.leave_aside(row, by=request.user)
        messages.success(request, _("It is left out until you have it tried again."))
    else:
        services.try_aside_again(row, by=request.user)
        messages.success(request, _("The next run tries it again."))
    return redirect("platform:list-jobs")


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def list_mail(request: OperatorRequest) -> HttpResponse:
    """How many mails wait, and what did not arrive: by community, kind and the mail server’s answer."""
    context = {"box": queries.outbox_of_all(), "problems": queries.undelivered_mails(), "robots": "noindex"}
    return render(request, "operator/list_mail.html", context)


@require_POST
@operator_page
def send_again(request: OperatorRequest) -> HttpResponse:
    """Mails that failed alike go back into the outbox, or are given up."""
    said = {name: request.POST.get(name, "").replace("\0", "") for name in ("community", "kind", "problem")}
    slug = said["community"]
    community = get_object_or_404(Community, slug=slug) if slug else None
    kind, problem = said["kind"][:40], said["problem"][:200]
    if request.POST.get("act") == "drop":
        dropped = services.drop_mails(by=request.user, community=community, kind=kind, problem=problem)
        told = ngettext("%(n)s mail is given up.", "%(n)s mails are given up.", dropped) % {"n": dropped}
        messages.success(request, told) if dropped else messages.info(request, _("Nothing was left."))
        return redirect("platform:list-mail")
    again = services.send_mails_again(by=request.user, community=community, kind=kind, problem=problem)
    told = ngettext("%(n)s mail is tried again now.", "%(n)s mails are tried again now.", again)
    messages.success(request, told % {"n": again}) if again else messages.info(
        request, _("Nothing was left.")
    )
    return redirect("platform:list-mail")


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def list_backups(request: OperatorRequest) -> HttpResponse:
    """What there is to restore from, on this machine."""
    context = {
        "backups": kept_backups()[:MOST_SHOWN],
        "folder": settings.BACKUP_ROOT,
        "alarm": Alarm.objects.filter(pk=Alarm.Kind.BACKUP_FAILED).first(),
        "each_day": each_day(),
        "robots": "noindex",
    }
    return render(request, "operator/list_backups.html", context)


@require_safe
@operator_page
@cache_control(private=True, no_store=True)
def show_journal(request: OperatorRequest) -> HttpResponse:
    """What operators did: the database keeps every line."""
    page = queries.journal(after=request.GET.get("after", ""))
    return render(request, "operator/show_journal.html", {"page": page, "robots": "noindex"})
