"""Texts that were typed and not sent: kept while one types, read again, taken up, thrown away."""

from __future__ import annotations

import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.content.arriving import has_arrived
from communities.content.forms import mark_sent
from communities.content.models import Post, UnsentText
from communities.content.permissions import spaces_offered_to
from communities.content.post_forms import with_picture_in
from communities.content.services.composing import compose
from communities.content.services.keeping_unsent import (
    FORM,
    MOST_FIELDS,
    Typed,
    discard_unsent,
    keep_unsent,
    kept_for,
)
from communities.content.showing.unsent import can_go_on, fields_of, subject_of, text_of
from communities.content.unsent import NOT_KEPT, TAKEN_UP, ask_to_sign_in, page_of, shown_fields
from communities.content.viewers import readable_spaces, viewer_of
from communities.exceptions import DomainError
from communities.limits import refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.permissions import in_any_state, public_page
from members.adapter import is_own_path


@public_page
@in_any_state
@require_http_methods(["GET", "HEAD", "POST"])
def keep_unsent_text(request: CommunityRequest) -> HttpResponse:
    """Keep a form as it was left; read, what is kept of the form that a script names.

    For the editor's script, which asks by itself: JSON with `number`, or with `error` and a sentence; never an error
    of the protocol, whatever has become of the session meanwhile. For a press without script: the text's own page.
    """
    if request.method != "POST":
        return _kept_of_form(request)
    by_script = "X-Editor" in request.headers
    if request.membership is None:
        if by_script:
            return JsonResponse({"error": _signed_out(request)})
        return ask_to_sign_in(request, _page(request), path=request.POST.get("form_action", ""))
    try:
        typed = _with_picture(request, typed_in(request), by=request.membership)
        late = typed.about.startswith(FORM) and has_arrived(request.membership, typed.submission)
        number = request.POST.get("unsent", "")
        kept = None if late else keep_unsent(typed, by=request.membership, number=number)
    except DomainError as refusal:
        if by_script:
            return JsonResponse({"error": str(refusal)})
        return refused(_not_kept(request, refusal), refusal)
    if by_script:
        hour = date_format(timezone.localtime(), "TIME_FORMAT")
        words = _("Draft saved in your account, {time}").format(time=hour)
        return JsonResponse({"number": kept.number, "kept": hour, "said": words} if kept else {"number": ""})
    if kept is None:
        messages.info(request, _("There was nothing to keep: write something first."))
        return redirect(_page(request))
    messages.success(request, _("Draft saved."))
    return redirect("content:show-unsent", kept.pk)


def _signed_out(request: CommunityRequest) -> str:
    if request.GET.get("about", "").startswith(FORM):
        return _("You are signed out. Sign in in another tab and go on here; do not close this page.")
    return _("You are signed out. This browser keeps what you type.")


def _kept_of_form(request: CommunityRequest) -> JsonResponse:
    """What a member typed into a form and did not send, with the words that offer it; nothing for anybody else."""
    about, path = request.GET.get("about", ""), _within(request.GET.get("path", ""))
    if request.membership is None or not about.startswith(FORM):
        return JsonResponse({})
    asked = {"about": about.replace("\0", ""), "path": path, "number": request.GET.get(TAKEN_UP, "")}
    kept = kept_for(request.membership, **asked)
    if kept is None:
        return JsonResponse({"draft": None})
    moment = date_format(timezone.localtime(kept.kept_at), "DATETIME_FORMAT")
    draft = {
        "number": kept.names,
        "fields": shown_fields(kept),
        "said": _("Not saved yet: what you typed here, kept %(moment)s.") % {"moment": moment},
        "take": _("Put it back in"),
        "discard": _("Discard"),
        "thrown": reverse("content:discard-unsent", args=[kept.pk]),
    }
    return JsonResponse({"draft": draft})


@require_safe
def show_unsent(request: MemberRequest, id: int) -> HttpResponse:
    """An unsent text, to be read, copied, taken up or thrown away; also where its form is no more."""
    unsent = _own(request, id)
    fields = shown_fields(unsent)
    viewer, me = viewer_of(request), request.membership
    goes_on = can_go_on(unsent, me, viewer)
    context = {
        "unsent": unsent,
        "subject": subject_of(unsent, viewer),
        "fields": fields_of(fields),
        "text": text_of(unsent, fields),
        "shown": _rendered(request, fields),
        "page": page_of(unsent) if goes_on else "",
        "taken_up": f"?{TAKEN_UP}={unsent.pk}",
        "starts": [] if goes_on else spaces_offered_to(me, readable_spaces(request.community, viewer)),
    }
    return render(request, "content/show_unsent.html", context)


@require_POST
def discard_unsent_text(request: MemberRequest, id: int) -> HttpResponse:
    unsent = _own(request, id)
    discard_unsent(unsent, by=request.membership)
    messages.success(request, _("Draft discarded."))
    # What this browser keeps of it goes as well: the list asks its script to.
    return mark_sent(redirect("content:list-drafts"), unsent.submission)


def _own(request: MemberRequest, id: int) -> UnsentText:
    unsent: UnsentText | None = UnsentText.objects.filter(pk=id, membership=request.membership).first()
    if unsent is None:
        raise Http404
    return unsent


def _rendered(request: MemberRequest, fields: dict[str, str]) -> Post | None:
    """As it would appear; None where it cannot be rendered, and is shown as it was typed."""
    if not fields.get("body", "").strip():
        return None
    fmt = fields.get("body_format")
    try:
        composed = compose(
            fields["body"],
            fmt=Post.Format.HTML if fmt == Post.Format.HTML else Post.Format.MARKDOWN,
            by=request.membership,
        )
    except DomainError:
        return None
    return Post(body_html=composed.html)


def typed_in(request: CommunityRequest) -> Typed:
    """The form that was sent, as its page had it."""
    sent = request.POST
    names = [name for name in sent if name not in NOT_KEPT and "\0" not in name][:MOST_FIELDS]
    try:
        submission = uuid.UUID(sent.get("submission", ""))
    except ValueError:
        submission = None
    return Typed(
        about=request.GET.get("about", "").replace("\0", ""),
        page=_within(_page(request)),
        path=_within(sent.get("form_action", "")),
        fields={name: sent.get(name, "").replace("\0", "") for name in names},
        submission=submission,
    )


def _with_picture(request: CommunityRequest, typed: Typed, *, by: Membership) -> Typed:
    """A form without script carries its picture or file beside the text. Raises UploadRefused, NotAllowed."""
    picture = request.FILES.get("picture")
    if picture is None:
        return typed
    return replace(typed, fields=with_picture_in(typed.fields, picture, by=by))


def _page(request: CommunityRequest) -> str:
    """The page with the form: as the script says, else as the browser says, else where the form goes."""
    told = (
        request.POST.get("written_on", ""),
        _page_before(request),
        request.POST.get("form_action", ""),
    )
    return next((page for page in told if is_own_path(page)), get_script_prefix())


def _page_before(request: CommunityRequest) -> str:
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    return f"{before.path}?{before.query}".rstrip("?") if before.netloc == request.get_host() else ""


def _within(path: str) -> str:
    return path.removeprefix(get_script_prefix()).replace("\0", "") if is_own_path(path) else ""


def _not_kept(request: CommunityRequest, refusal: DomainError) -> HttpResponse:
    """What was typed, to be copied, and why it could not be kept."""
    fields = {name: request.POST.get(name, "") for name in request.POST if name not in NOT_KEPT}
    context = {"error": str(refusal), "fields": fields_of(fields), "text": fields.get("body", "")}
    return render(request, "content/unsent_refused.html", {**context, "page": _page(request)}, status=422)
