"""For those who write: what the editor's script has to know, and how a text will look before it is sent."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from communities.content.editor import present_settings
from communities.content.exceptions import ContentError
from communities.content.forms import PREVIEW_ONLY, PreviewForm
from communities.content.models import Post
from communities.content.post_forms import said_of_unread
from communities.content.services.composing import compose, unread_formulas
from communities.exceptions import DomainError
from communities.limits import Limited, TooFast, count_asking, refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import in_any_state, public_page
from communities.unasked import is_unasked
from members.adapter import is_own_path


@require_POST
def preview_post(request: MemberRequest) -> HttpResponse:
    """The rendered text: a fragment for the editor, or a page that carries the whole form without it."""
    form = PreviewForm(request.POST)
    shown: Post | None = None
    stopped: DomainError | None = None
    unread: list[str] = []
    if form.is_valid():
        try:
            count_asking(request, Limited.PREVIEW)
            composed = compose(
                form.cleaned_data["body"],
                fmt=form.cleaned_data["body_format"],
                by=request.membership,
                # Nobody asked: it is the editor that opens a text.
                for_readers=not is_unasked(request),
            )
            if not is_unasked(request):
                data = form.cleaned_data
                unread = unread_formulas(data["body"], fmt=data["body_format"], community=request.community)
            shown = Post(body_html=composed.html)
        except (ContentError, TooFast) as refusal:
            stopped = refusal
    context = {
        "form": form,
        "shown": shown,
        "error": str(stopped or ""),
        "unread": said_of_unread(unread) if unread else "",
        "target": _target(request),
        "carried": _carried(request),
    }
    template = "fragment" if request.headers.get("X-Editor") else "page"
    status = 200 if shown else 422
    return refused(render(request, f"content/preview_post/{template}.html", context, status=status), stopped)


def _target(request: MemberRequest) -> str:
    """Where the form was to be sent before its preview was asked for; only within this community."""
    target = request.POST.get("form_action", "")
    return target if is_own_path(target) else ""


def _carried(request: MemberRequest) -> list[tuple[str, str]]:
    """The other fields of the form, so that nothing typed is lost on the way."""
    fields = [(name, values) for name, values in request.POST.lists() if name not in PREVIEW_ONLY]
    return [(name, value) for name, values in fields for value in values]


@public_page
@in_any_state
@require_safe
def show_editor_settings(request: CommunityRequest, version: str) -> HttpResponse:
    """What the editor's script has to know, in one language. A former address leads to the present one."""
    present = present_settings(version)
    if present is None:
        raise Http404
    if version != present.version:
        moved = redirect("content:show-editor-settings", present.version)
        moved.headers["Cache-Control"] = "no-store"
        return moved
    return HttpResponse(
        present.text,
        content_type="application/json",
        headers={"Cache-Control": "public, max-age=31536000, immutable"},
    )
