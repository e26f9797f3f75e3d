"""Closing a question because it was asked before, and opening it again."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from communities.content.models import Thread
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.forums.exceptions import SameError
from communities.forums.models import QUESTION
from communities.forums.permissions import can_close_as_same
from communities.forums.same import LONGEST_REASON, close_as_same, open_again
from communities.forums.views.threads import reachable_thread
from communities.in_place import say_done
from communities.launch.features import feature_required
from communities.middleware import MemberRequest, member_of


class SameQuestionForm(forms.Form):
    original = forms.CharField(
        label=gettext_lazy("Which question asked it before"),
        max_length=400,
        widget=forms.TextInput({"class": "input"}),
        help_text=gettext_lazy("Its address, or its exact title."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why they are the same"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput({"class": "input"}),
        help_text=gettext_lazy("Shown to whoever asked it and to everyone who follows it."),
    )


@feature_required("questions")
@require_http_methods(["GET", "HEAD", "POST"])
def close_question(request: MemberRequest, slug: str) -> HttpResponse:
    """Which question asked it before, and why it is the same."""
    thread = reachable_thread(request, slug)
    by = member_of(request)
    if not can_close_as_same(by, thread):
        raise NotAllowed
    form = SameQuestionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            original = _named(request, form.cleaned_data["original"])
            close_as_same(thread, original=original, by=by, reason=form.cleaned_data["reason"])
        except SameError as refusal:
            form.add_error(refusal.field or None, str(refusal))
        else:
            undo = reverse("forums:open-question", args=[thread.slug])
            say_done(request, _("Closed. Whoever asked it, and everyone who follows it, is told."), undo=undo)
            return redirect(thread)
    context = {"thread": thread, "form": form, "robots": "noindex"}
    return render(request, "forums/close_question.html", context, status=422 if form.errors else 200)


@feature_required("questions")
@require_POST
def open_question(request: MemberRequest, slug: str) -> HttpResponse:
    thread = reachable_thread(request, slug)
    if open_again(thread, by=member_of(request)):
        messages.success(request, _("The question is open again."))
    return redirect(thread)


def _named(request: MemberRequest, typed: str) -> Thread:
    """A question by its address, the last part of that, or its title; raises SameError."""
    typed = typed.strip().replace("\0", "\ufffd")
    try:
        path = urlsplit(typed).path if "/" in typed else typed
    except ValueError:
        # No address, though it has the signs of one.
        path = ""
    slug = path.strip("/").rpartition("/")[2]
    questions = Thread.objects.visible_to(viewer_of(request)).of_kind(QUESTION).select_related("space")
    by_title = questions.filter(searchable_title__title=typed[:200]).order_by("-published_at", "-pk")
    found: Thread | None = questions.filter(slug=slug[:80]).first() or by_title.first()
    if found is None:
        said = _("There is no such question. Copy its address, or its exact title.")
        raise SameError(said, field="original")
    return found
