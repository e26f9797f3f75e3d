"""The kit and the tasks: what the team gives, and what whoever has a term finds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.animation.ambassadors import kit
from communities.animation.ambassadors.forms import ItemForm, TaskForm
from communities.animation.ambassadors.models import KitItem, Task
from communities.animation.ambassadors.months import day_months_after
from communities.animation.ambassadors.permissions import FEATURE, can_run_programme
from communities.animation.ambassadors.proposing import proposed_tasks
from communities.animation.ambassadors.queries import (
    MOST_ITEMS,
    came_of,
    kit_of,
    running_term,
    tasks_of,
)
from communities.animation.ambassadors.views import found_programme
from communities.calendar import today
from communities.content.exceptions import UploadRefused
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.permissions import team_page
from communities.responses import private


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_programme)
def edit_kit(request: MemberRequest, pk: int) -> HttpResponse:
    """What there is to share, and something more."""
    programme = found_programme(pk)
    is_post = request.method == "POST"
    form = ItemForm(request.POST, request.FILES) if is_post else ItemForm()
    if is_post and form.is_valid():
        try:
            kit.add_item(programme, form.wishes(), by=request.membership, picture=form.cleaned_data["file"])
        except UploadRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Now in the kit."))
            return HttpResponseRedirect(request.path)
    context = {
        "programme": programme,
        "items": list(KitItem.objects.of(programme.pk)[:MOST_ITEMS]),
        "form": form,
    }
    return private(render(request, "ambassadors/edit_kit.html", context, status=422 if is_post else 200))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def remove_from_kit(request: MemberRequest, pk: int, item: int) -> HttpResponse:
    found = KitItem.objects.filter(pk=item, programme=pk).first()
    if found is None:
        raise Http404
    kit.remove_item(found, by=request.membership)
    messages.success(request, _("Removed from the kit. Links already shared keep working."))
    return HttpResponseRedirect(reverse("animation:edit-kit", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@feature_required(FEATURE)
@team_page(can_run_programme)
def edit_tasks(request: MemberRequest, pk: int) -> HttpResponse:
    """The tasks of this month and the next; what is due on Today is proposed."""
    programme = found_programme(pk)
    is_post = request.method == "POST"
    form = TaskForm(request.POST if is_post else None, community=request.community)
    if form.is_valid():
        data = form.cleaned_data
        try:
            kit.set_task(programme, data["title"], data["month"], by=request.membership, path=data["path"])
        except FieldError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The task has been set."))
            return HttpResponseRedirect(request.path)
    first = today(request.community).replace(day=1)
    months = [first, day_months_after(first, 1)]
    set_already = [(month, list(Task.objects.of_month(programme.pk, month))) for month in months]
    titles = {task.title for _month, tasks in set_already for task in tasks}
    context = {
        "programme": programme,
        "form": form,
        "months": set_already,
        "proposed": [one for one in proposed_tasks(request) if one.title not in titles],
        "month": first,
    }
    return private(render(request, "ambassadors/edit_tasks.html", context, status=422 if is_post else 200))


@require_POST
@feature_required(FEATURE)
@team_page(can_run_programme)
def remove_task(request: MemberRequest, pk: int, task: int) -> HttpResponse:
    found = Task.objects.filter(pk=task, programme=pk).first()
    if found is None:
        raise Http404
    kit.remove_task(found, by=request.membership)
    messages.success(request, _("The task has been withdrawn."))
    return HttpResponseRedirect(reverse("animation:edit-tasks", args=[pk]))


@require_safe
@feature_required(FEATURE)
def show_kit(request: MemberRequest) -> HttpResponse:
    """One’s own links, texts and pictures, the tasks of this month, what came of it; 404 without a term."""
    term = running_term(request.membership)
    if term is None:
        raise Http404
    month = today(request.community).replace(day=1)
    shared = kit_of(term, request.community)
    context: dict[str, Any] = {
        "term": term,
        "shared": shared,
        "came": came_of(shared),
        "tasks": tasks_of(term, month),
        "month": month,
        "robots": "noindex",
    }
    return private(render(request, "ambassadors/show_kit.html", context))


@require_POST
@feature_required(FEATURE)
def tick_task(request: MemberRequest, pk: int) -> HttpResponse:
    """Done, or not done after all (`undo`)."""
    term = running_term(request.membership)
    task = Task.objects.filter(pk=pk, programme=term.programme_id).first() if term is not None else None
    if task is None:
        raise Http404
    try:
        kit.tick_task(task, by=request.membership, done="undo" not in request.POST)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{reverse('animation:show-kit')}#tasks")
