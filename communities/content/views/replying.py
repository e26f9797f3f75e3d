"""Replying at the end of a thread: one view for every kind of content.

A kind's URLconf says how it finds the thread of an address and shows its page; `reply_view` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communities.content.addresses import to_shown
from communities.content.forms import mark_sent
from communities.content.models import Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.post_forms import (
    EmptyReply,
    ReplyForm,
    tell_of_text,
    with_picture_in,
    with_picture_of,
)
from communities.content.services import reply_to
from communities.content.services.writing import refuse_reply
from communities.content.under_replies import ASKED
from communities.content.unsent import ask_to_sign_in, forget_unsent, unsent_fields
from communities.content.views.posts import address_of
from communities.content.views.queued import is_queued, take_queued
from communities.exceptions import DomainError, NotAllowed, PartClosed
from communities.launch.features import feature_required, is_open
from communities.limits import refused
from communities.middleware import CommunityRequest, member_of
from communities.permissions import public_page


class Show(Protocol):
    def __call__(
        self, request: CommunityRequest, thread: Thread, form: ReplyForm, status: int
    ) -> HttpResponse:
        """The last page of a thread with a reply that could not be taken."""


def reply_view(feature: str, *, find: Callable[..., Thread], show: Show) -> Callable[..., HttpResponseBase]:
    """The view behind the reply form of a kind of content.

    `find` takes the request and what the address names, and raises Http404; `show` is the page with the form.
    """

    def find_open(request: CommunityRequest, **address: str) -> Thread:
        if not is_open(request.community, request.membership, feature):
            raise PartClosed
        return find(request, **address)

    @feature_required(feature)
    @require_http_methods(["GET", "HEAD", "POST"])
    def take(request: CommunityRequest, **address: str) -> HttpResponse:
        thread = find(request, **address)
        if request.method != "POST":
            return _to_its_form(request, thread)
        if request.membership is None:
            return ask_to_sign_in(request, f"{thread.get_absolute_url()}#reply")
        form = ReplyForm(request.POST, request.FILES, thread=thread, by=request.membership)
        status = 422
        try:
            if ASKED in request.POST:
                return show(request, thread, _with_more(request, form), 200)
            if form.is_valid():
                return _replied(request, form)
        except DomainError as refusal:
            form.refused = refusal
            form.add_error("body", str(refusal))
            status = 403 if thread.locked or isinstance(refusal, NotAllowed) else 422
        return refused(show(request, thread, form, status), form.refused)

    @public_page
    def reply_to_thread(request: CommunityRequest, **address: str) -> HttpResponseBase:
        """Post a reply; whatever stops it, what was typed comes back."""
        if is_queued(request) and request.method == "POST":
            return take_queued(request, lambda: find_open(request, **address))
        return take(request, **address)

    return reply_to_thread


def _replied(request: CommunityRequest, form: ReplyForm) -> HttpResponse:
    """Post what a valid form says. Raises what `reply_to` does, and UploadRefused."""
    by = member_of(request)
    post = reply_to(form.thread, by=by, **with_picture_of(form, form.arguments(), by=by))
    forget_unsent(request, is_taken=post.has_taken_draft)
    if post.position is None:
        messages.info(request, _("Sent. A person reads it first."))
    tell_of_text(request, form)
    return cast("HttpResponse", mark_sent(redirect(address_of(post)), form.cleaned_data["submission"]))


def _to_its_form(request: CommunityRequest, thread: Thread) -> HttpResponse:
    """A button that asks for more fields leaves this address in the browser, so it is loaded again, and drafts name it
    as their page."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(f"{thread.get_absolute_url()}{query}#reply")


def _with_more(request: CommunityRequest, sent: ReplyForm) -> ReplyForm:
    """The form as it was typed, with the fields that one of its buttons asked for. Raises what a reply is refused
    with, and UploadRefused."""
    by = member_of(request)
    refuse_reply(sent.thread, by)
    picture = sent.files.get("picture") if "picture" in sent.fields else None
    fields = with_picture_in(request.POST.dict(), picture, by=by)
    typed = {"follow": "", **fields, "body": to_shown(fields.get("body", ""))}
    return ReplyForm(thread=sent.thread, by=by, initial=typed)


def _unsent(request: CommunityRequest, thread: Thread) -> dict[str, str]:
    return unsent_fields(request, f"{thread.get_absolute_url()}reply/", about=f"reply:{thread.pk}")


def reply_form(request: CommunityRequest, thread: Thread) -> ReplyForm | None:
    """The form for those who may reply, filled with what they had sent when their session ended."""
    if not can_reply_to_thread(request.membership, thread):
        return None
    unsent = _unsent(request, thread)
    return ReplyForm(thread=thread, by=request.membership, initial=dict(unsent))


def empty_or_filled(request: CommunityRequest, thread: Thread) -> ReplyForm | EmptyReply | None:
    """The same, without making the form where nothing is to be in it."""
    if not can_reply_to_thread(request.membership, thread):
        return None
    unsent = _unsent(request, thread)
    if not unsent:
        return EmptyReply(thread, request.membership)
    return ReplyForm(thread=thread, by=request.membership, initial=dict(unsent))
