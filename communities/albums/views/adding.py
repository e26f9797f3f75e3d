"""Adding photographs: several are sent at once, then each is described, with whose they are; without scripts too."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from communities.albums.exceptions import AlbumWaits
from communities.albums.forms import MOST_AT_ONCE, RightsForm, SendForm, WordsForm
from communities.albums.gatherings import gathering_said
from communities.albums.joining import joining_of, settle_album_of
from communities.albums.models import Photo
from communities.albums.permissions import FEATURE, UPLOADS, can_add_photographs
from communities.albums.queries import albums_of
from communities.albums.services import add_photograph
from communities.albums.showing import shown
from communities.albums.views.albums import get_album
from communities.content.exceptions import ContentError, UploadRefused
from communities.content.models import Attachment, Thread
from communities.content.services.uploading import upload_file
from communities.content.viewers import viewer_of
from communities.exceptions import DomainError, NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest, member_of


def _album(request: MemberRequest, slug: str) -> Thread:
    thread = get_album(request, slug)
    if not can_add_photographs(request.membership, thread):
        raise NotAllowed
    return thread


@feature_required(FEATURE)
@feature_required(UPLOADS)
@require_http_methods(["GET", "HEAD", "POST"])
def send_photographs(request: MemberRequest, slug: str) -> HttpResponse:
    """Choose files; those that can be kept are described next, and of each other one is said what is wrong with it."""
    thread = _album(request, slug)
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    sending = _Sending(request, thread, _("Back to the album"), form)
    if request.method != "POST" or not form.is_valid():
        return sending.page(422 if form.errors else 200)
    kept, stopped = _kept(request, form)
    return _next(request, thread, kept) if kept else sending.refused(stopped)


@feature_required(FEATURE)
@feature_required(UPLOADS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_to_gathering(request: MemberRequest, gathering: int) -> HttpResponse:
    """The same from the page of what people came together for: its album is found, or begins with what was sent, once
    that is described (`?picture=`)."""
    viewer, by = viewer_of(request), member_of(request)
    thread = gathering_said(viewer, str(gathering))
    if thread is None:
        raise Http404
    joining = joining_of(thread, albums_of(thread, viewer), request.community, viewer, by)
    if joining.waits:
        return _wait(request, thread)
    if joining.space is None:
        raise NotAllowed
    if (request.POST if request.method == "POST" else request.GET).getlist("picture"):
        return _describe(request, thread, request.path, lambda: _settled(request, thread))
    form = SendForm(request.POST, request.FILES) if request.method == "POST" else SendForm()
    sending = _Sending(request, thread, _("Back to “%(name)s”") % {"name": thread.title}, form)
    if request.method != "POST" or not form.is_valid():
        return sending.page(422 if form.errors else 200)
    kept, stopped = _kept(request, form)
    if not kept:
        return sending.refused(stopped)
    return _next(request, joining.album, kept)


def _settled(request: MemberRequest, thread: Thread) -> Thread:
    return settle_album_of(thread, by=member_of(request), community=request.community)


def _wait(request: MemberRequest, thread: Thread) -> HttpResponse:
    messages.info(request, _("A person reads the new album first. Add your photographs then."))
    return redirect(thread)


def _kept(request: MemberRequest, form: SendForm) -> tuple[list[Attachment], TooFast | None]:
    """What of the files can be kept; of each other one the form says what is wrong with it."""
    kept: list[Attachment] = []
    stopped: TooFast | None = None
    for file in form.cleaned_data["pictures"]:
        try:
            with transaction.atomic():
                kept.append(upload_file(file, by=member_of(request)))
        except TooFast as refusal:
            form.add_error("pictures", str(refusal))
            stopped = refusal
            break
        except UploadRefused as refusal:
            why = _("%(name)s was not taken: %(why)s") % {"name": file.name, "why": refusal}
            form.add_error("pictures", why)
    for said in form.errors.get("pictures", []) if kept else []:
        messages.error(request, str(said))
    return kept, stopped


def _next(request: MemberRequest, album: Thread | None, kept: list[Attachment]) -> HttpResponse:
    """The page that describes them: that of the album, or the same address while there is none."""
    query = urlencode([("picture", str(one.pk)) for one in kept])
    there = reverse("photos:describe-photographs", args=[album.slug]) if album is not None else request.path
    return redirect(f"{there}?{query}")


@dataclass(frozen=True)
class _Sending:
    """The page with the files to choose; it sends to itself."""

    request: MemberRequest
    thread: Thread
    back: str
    form: SendForm

    def page(self, status: int) -> HttpResponse:
        context = {"thread": self.thread, "form": self.form, "most": MOST_AT_ONCE, "back": self.back}
        return render(self.request, "photos/send_photographs.html", context, status=status)

    def refused(self, stopped: TooFast | None) -> HttpResponse:
        return refused(self.page(422), stopped) if stopped is not None else self.page(422)


@feature_required(FEATURE)
@feature_required(UPLOADS)
@require_http_methods(["GET", "HEAD", "POST"])
def describe_photographs(request: MemberRequest, slug: str) -> HttpResponse:
    """Say of each that was sent what it shows, and of all whose they are; then they are in the album."""
    thread = _album(request, slug)
    return _describe(request, thread, reverse("photos:send-photographs", args=[slug]), lambda: thread)


def _describe(request: MemberRequest, thread: Thread, back: str, album: Callable[[], Thread]) -> HttpResponse:
    """`thread` is what the page is about; `album` says, or begins, where they go once all is said."""
    sent = request.POST if request.method == "POST" else request.GET
    pictures = _own_unused(member_of(request).pk, sent.getlist("picture"))
    if not pictures:
        # Sent already, or left lying for too long.
        return redirect(thread) if request.method == "POST" else redirect(back)
    if request.method != "POST":
        words = [(one, WordsForm(prefix=str(one.pk))) for one in pictures]
        return _describing(request, thread, words, RightsForm())
    words = [(one, WordsForm(request.POST, prefix=str(one.pk))) for one in pictures]
    rights = RightsForm(request.POST)
    are_valid = [form.is_valid() for _picture, form in words]
    if not rights.is_valid() or not all(are_valid):
        return _describing(request, thread, words, rights, status=422)
    try:
        place = album()
    except AlbumWaits:
        return _wait(request, thread)
    except (ContentError, TooFast) as refusal:
        rights.add_error(None, ValidationError(str(refusal)))
        return refused(_describing(request, thread, words, rights, status=422), refusal)
    return _added(request, place, words, rights) if place.is_published else _wait(request, thread)


def _own_unused(uploader: int, asked: list[str]) -> list[Attachment]:
    """Those of these pictures that this person has sent and no text shows, in the order in which they were sent."""
    numbers = []
    for text in asked[:MOST_AT_ONCE]:
        try:
            numbers.append(uuid.UUID(text))
        except ValueError:
            continue
    found = Attachment.objects.pictures().filter(pk__in=numbers, uploader=uploader, post__isnull=True)
    return list(found.order_by("created_at", "pk"))


def _added(
    request: MemberRequest, thread: Thread, words: list[tuple[Attachment, WordsForm]], rights: RightsForm
) -> HttpResponse:
    """All that can be added now; the others come back with what was typed."""
    added: list[Photo] = []
    left = list(words)
    stopped: DomainError | None = None
    sent_with = uuid.uuid4()
    for picture, form in words:
        try:
            with transaction.atomic():
                photo = add_photograph(
                    thread,
                    by=member_of(request),
                    picture=picture,
                    rights=rights.rights(),
                    sent_with=sent_with,
                    **form.cleaned_data,
                )
        except (ContentError, TooFast) as refusal:
            rights.add_error(None, ValidationError(str(refusal)))
            stopped = refusal
            break
        added.append(photo)
        left.remove((picture, form))
    if added:
        _tell(request, added)
    if stopped is not None and added:
        # What is in the album stays there: an answer that refuses would take it back.
        return _describing(request, thread, left, rights)
    if stopped is not None:
        return refused(_describing(request, thread, left, rights, status=422), stopped)
    last = added[-1].post
    return redirect(thread.url_of(last.position) if last.position else thread.get_absolute_url())


def _tell(request: MemberRequest, added: list[Photo]) -> None:
    held = sum(photo.post.position is None for photo in added)
    if held:
        messages.info(request, _("Sent. A person reads it first."))
    if len(added) > held:
        n = len(added) - held
        said = ngettext("%(n)s photograph is in the album.", "%(n)s photographs are in the album.", n)
        messages.success(request, said % {"n": n})


def _describing(
    request: MemberRequest,
    thread: Thread,
    words: list[tuple[Attachment, WordsForm]],
    rights: RightsForm,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "thread": thread,
        "pictures": [(picture, shown(picture, "16rem"), form) for picture, form in words],
        "form": rights,
    }
    return render(request, "photos/describe_photographs.html", context, status=status)
