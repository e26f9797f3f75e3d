from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.content import services
from communities.content.exceptions import EditConflict
from communities.content.models import Post, State, Thread
from communities.content.permissions import signs_thread
from communities.exceptions import DomainError, NotAllowed
from communities.limits import refused
from communities.middleware import MemberRequest
from communities.unasked import in_words


class DraftForm(forms.Form):
    """The long texts of a writing page; its other fields are saved with the form."""

    title = forms.CharField(max_length=200)
    body = forms.CharField(strip=False)
    body_format = forms.ChoiceField(choices=Post.Format.choices, required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


@require_POST
def save_draft(request: MemberRequest, id: int) -> HttpResponse:
    """Every few seconds while somebody writes: JSON with the new version, 409 when somebody else has saved.

    The page says the words of a refusal; for what it sent by itself they are an answer.
    """
    thread = Thread.objects.waiting().select_related("space").filter(pk=id).first()
    if thread is None or request.membership is None or not signs_thread(request.membership, thread):
        raise Http404
    form = DraftForm(request.POST)
    if not form.is_valid():
        return in_words(
            request, JsonResponse({"error": _("Not saved: a title and a text are needed.")}, status=422)
        )
    data = form.cleaned_data
    try:
        saved = services.save_draft(
            thread,
            by=request.membership,
            title=data["title"],
            body=data["body"],
            body_format=data["body_format"] or Post.Format.MARKDOWN,
            version=data["version"],
        )
    except EditConflict as conflict:
        return in_words(request, JsonResponse({"error": str(conflict), "stopped": True}, status=409))
    except DomainError as refusal:
        return in_words(request, refused(JsonResponse({"error": str(refusal)}, status=422), refusal))
    return JsonResponse({"version": saved.version, "saved": _("Saved at %(hour)s") % {"hour": _clock()}})


@require_POST
def publish_draft(request: MemberRequest, id: int) -> HttpResponse:
    """Publish what one wrote and kept, or what was laid out for one to begin with."""
    thread = _own_draft(request, id)
    try:
        visible = services.publish_drafts([thread], by=request.membership, sure="sure" in request.POST)
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        if visible:
            messages.success(request, _("It is published."))
    return redirect(thread.get_absolute_url())


@require_POST
def discard_draft(request: MemberRequest, id: int) -> HttpResponse:
    services.discard_draft(_own_draft(request, id), by=request.membership)
    messages.success(request, _("Draft discarded."))
    return redirect("content:list-drafts")


def _own_draft(request: MemberRequest, id: int) -> Thread:
    draft: Thread | None = (
        Thread.objects.filter(pk=id, state=State.DRAFT, author=request.membership)
        .select_related("space")
        .first()
    )
    if draft is None:
        raise Http404
    return draft


def _clock() -> str:
    return date_format(timezone.localtime(), "TIME_FORMAT")
