"""What the team does: answer an idea, say who answers it by when, merge it, set what a box asks, reopen it."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.calendar import today
from communities.content.forms import mark_sent
from communities.content.models import State, Thread
from communities.content.unsent import forget_unsent, unsent_fields
from communities.exceptions import DomainError, FieldError, NotAllowed
from communities.ideas import boxes
from communities.ideas.answering import answer_idea, value_idea
from communities.ideas.answering import assign_idea as assign
from communities.ideas.box_forms import BoxForm
from communities.ideas.exceptions import BoxChanged, IdeaJoined, NotMerged
from communities.ideas.forms import AnswerForm, AssignForm, MergeForm
from communities.ideas.joining import Sums, refuse_merge, sums_of
from communities.ideas.joining import merge_ideas as merge
from communities.ideas.models import IDEA, Idea, idea_of
from communities.ideas.permissions import FEATURE, can_answer_idea, can_edit_box, can_merge_idea
from communities.ideas.queries import box_for_page, box_of
from communities.ideas.views.boxes import readable_box
from communities.ideas.views.reading import reachable_idea
from communities.launch.features import feature_required
from communities.limits import refused
from communities.middleware import MemberRequest, member_of


def answerable_idea(request: MemberRequest, slug: str) -> tuple[Thread, Idea]:
    """An idea that this person answers; raises Http404, NotAllowed."""
    thread = reachable_idea(request, slug)
    idea = idea_of(thread)
    if idea is None or thread.state != State.PUBLISHED:
        raise Http404
    if not can_answer_idea(request.membership, idea, box_of(thread.space)):
        raise NotAllowed
    return thread, idea


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def set_status(request: MemberRequest, slug: str) -> HttpResponse:
    """Set the state of an idea, with the answer that everybody reads."""
    thread, idea = answerable_idea(request, slug)
    if request.method != "POST":
        start = {"status": idea.status, "due_on": _promised_next(idea, today(request.community))}
        start |= unsent_fields(request, request.path)
        return _answer_page(request, thread, idea, AnswerForm(thread=thread, initial=start))
    form = AnswerForm(request.POST, thread=thread)
    if not form.is_valid():
        return _answer_page(request, thread, idea, form, status=422)
    try:
        answer_idea(thread, by=member_of(request), **form.arguments())
    except NotAllowed:
        # Who answers an idea may yet be refused as one who replies: what they wrote comes back.
        said = _("Who replies in this space: %(people)s.") % {"people": thread.space.repliers}
        form.add_error("body", said)
        return _answer_page(request, thread, idea, form, status=403)
    except DomainError as refusal:
        form.add_error("body", str(refusal))
        return refused(_answer_page(request, thread, idea, form, status=422), refusal)
    forget_unsent(request)
    messages.success(
        request, _("Answered. Its author and everybody who voted for it or follows it are told.")
    )
    return mark_sent(redirect(f"{thread.get_absolute_url()}#answer"), form.cleaned_data["submission"])


def _promised_next(idea: Idea, day: datetime.date) -> datetime.date | None:
    """The day that an earlier answer set, unless it has passed: the next answer would be promised for yesterday. A day
    that was promised before the first answer is kept by it."""
    if idea.answered_at is None or idea.due_on is None or idea.due_on < day:
        return None
    promised: datetime.date = idea.due_on
    return promised


def _answer_page(
    request: MemberRequest, thread: Thread, idea: Idea, form: AnswerForm, status: int = 200
) -> HttpResponse:
    context = {"thread": thread, "idea": idea, "form": form, "back": thread.get_absolute_url()}
    return render(request, "ideas/set_status.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def assign_idea(request: MemberRequest, slug: str) -> HttpResponse:
    """Who answers an idea, and by when."""
    thread, idea = answerable_idea(request, slug)
    by = member_of(request)
    form = AssignForm(request.POST if request.method == "POST" else None, idea=idea, values=by.can_manage)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            assign(thread, owner=said["owner"], due_on=said["due_on"], by=by)
            if "worth" in said:
                value_idea(thread, worth=said["worth"], by=by)
            messages.success(request, _("Saved."))
        except IdeaJoined as refusal:
            messages.error(request, str(refusal))
        return redirect(thread)
    context = {"thread": thread, "idea": idea, "form": form, "back": thread.get_absolute_url()}
    return render(request, "ideas/assign_idea.html", context, status=422 if form.errors else 200)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_ideas(request: MemberRequest, slug: str) -> HttpResponse:
    """Into which idea, then how the votes add up, then it is done: the second press is on the figures."""
    thread, idea = answerable_idea(request, slug)
    if not can_merge_idea(request.membership, thread, box_of(thread.space)):
        raise NotAllowed
    if request.method != "POST":
        return _merge_page(request, thread, MergeForm())
    form = MergeForm(request.POST)
    if not form.is_valid():
        return _merge_page(request, thread, form, status=422)
    try:
        target = _named(thread, form.cleaned_data["into"])
        into = idea_of(target)
        if into is None:
            raise NotMerged(_("Choose an idea of the same box."), field="into")
        # Whoever is asked whether they are sure is not refused afterwards.
        refuse_merge(thread, target, {thread.pk: idea, target.pk: into})
        if "sure" not in request.POST:
            return _merge_page(request, thread, form, target=target, sums=sums_of(idea, into))
        merge(thread, target, by=member_of(request))
    except FieldError as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _merge_page(request, thread, form, status=422)
    messages.success(request, _("Merged. Its author and everybody who voted for it are told."))
    return redirect(target)


def _named(thread: Thread, typed: str) -> Thread:
    """An idea of the same box by its address, the last part of that, or its title; raises NotMerged."""
    try:
        path = urlsplit(typed.strip()).path if "/" in typed else typed.strip()
    except ValueError:
        # No address, though it has the signs of one.
        path = ""
    slug = path.strip("/").rpartition("/")[2]
    ideas = Thread.objects.of_kind(IDEA).in_space(thread.space_id).filter(state=State.PUBLISHED)
    ideas = ideas.select_related("space", "idea")
    found: Thread | None = ideas.filter(slug=slug[:80]).first() or ideas.filter(title=typed.strip()).first()
    if found is None:
        said = _("There is no such idea in this box. Copy its address, or its exact title.")
        raise NotMerged(said, field="into")
    return found


def _merge_page(
    request: MemberRequest,
    thread: Thread,
    form: MergeForm,
    *,
    target: Thread | None = None,
    sums: Sums | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "thread": thread,
        "form": form,
        "target": target,
        "sums": sums,
        "back": thread.get_absolute_url(),
    }
    return render(request, "ideas/merge_ideas.html", context, status=status)


@feature_required(FEATURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_box(request: MemberRequest, space: str) -> HttpResponse:
    """What a box asks, its rules, its dates and how many votes everybody has; a draft is opened here."""
    here = readable_box(request, space)
    if not can_edit_box(request.membership):
        raise NotAllowed
    box = box_for_page(here)
    if request.method != "POST":
        return _box_page(request, BoxForm(box=box))
    form = BoxForm(request.POST, box=box)
    if not form.is_valid():
        return _box_page(request, form, status=422)
    opens = box.is_draft and "open" in request.POST
    try:
        version = form.cleaned_data["version"]
        boxes.edit_box(here, form.wishes(), by=member_of(request), version=version, opens=opens)
    except BoxChanged as refusal:
        form.add_error(None, str(refusal))
        form.data = {**request.POST.dict(), "version": str(box_for_page(here).version)}
        return _box_page(request, form, status=409)
    messages.success(request, _("The box is open to its readers.") if opens else _("Saved."))
    return redirect(here)


def _box_page(request: MemberRequest, form: BoxForm, status: int = 200) -> HttpResponse:
    context = {
        "box": form.box,
        "space": form.box.space,
        "form": form,
        "steps": form.steps(),
        "back": form.box.space.get_absolute_url(),
    }
    return render(request, "ideas/edit_box.html", context, status=status)


@feature_required(FEATURE)
@require_POST
def reopen_box(request: MemberRequest, space: str) -> HttpResponse:
    """The same box next year, as a draft whose dates are to be confirmed: one press."""
    here = readable_box(request, space)
    try:
        made = boxes.reopen_box(box_for_page(here), by=member_of(request), community=request.community)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    messages.success(request, _("Here is next year’s box. Confirm its dates to open it."))
    return redirect("ideas:edit-box", made.space.slug)
