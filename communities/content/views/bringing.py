"""Pictures of other sites: named, and brought in when their writer says so."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communities.content.attachments import as_shown, picture_of
from communities.content.exceptions import ContentError, UploadRefused
from communities.content.forms import RemotePictureForm
from communities.content.models import Post
from communities.content.permissions import can_edit_post
from communities.content.services.bringing import (
    bring_picture,
    bring_pictures,
    pictures_elsewhere,
    text_to_change,
)
from communities.content.text.remote import Remote
from communities.content.views.posts import address_of, own_post, tell_that_it_waits
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import MemberRequest
from communities.models import Membership


@feature_required("uploads")
@require_POST
def fetch_picture(request: MemberRequest) -> HttpResponse:
    """A picture of another site, for the editor of whoever pasted it: answered like one that was sent."""
    form = RemotePictureForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": _("Nothing can be fetched from this address.")}, status=422)
    data = form.cleaned_data
    try:
        attachment = bring_picture(data["address"], by=request.membership, alt=data["alt"])
    except (UploadRefused, TooFast) as refusal:
        return refused(JsonResponse({"error": str(refusal)}, status=422), refusal)
    return JsonResponse({"id": str(attachment.pk), **as_shown(picture_of(attachment))}, status=201)


@feature_required("uploads")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_pictures(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """The pictures of other sites that one’s text names, one by one; those that are chosen are brought in."""
    post = own_post(request, public_id)
    if not can_edit_post(request.membership, post):
        raise NotAllowed
    context = {"post": post, "thread": post.thread, "back": address_of(post)}
    chosen = request.POST.getlist("address")
    if request.method != "POST" or not chosen:
        status = 422 if request.method == "POST" else 200
        context |= {"pictures": _named_in(post, request.membership), "nothing": request.method == "POST"}
        return render(request, "content/choose_pictures.html", context, status=status)
    try:
        brought = bring_pictures(post, chosen, by=request.membership)
    except (ContentError, TooFast) as refusal:
        context |= {"pictures": _named_in(post, request.membership), "refusal": str(refusal)}
        return refused(render(request, "content/choose_pictures.html", context, status=422), refusal)
    if brought.count and not brought.post.edit_waits:
        said = ngettext(
            "%(count)s picture is in your text now.",
            "%(count)s pictures are in your text now.",
            brought.count,
        )
        messages.success(request, said % {"count": brought.count})
    if brought.post.edit_waits:
        tell_that_it_waits(request)
    if not brought.lost:
        return redirect(address_of(brought.post))
    context |= {
        "pictures": _named_in(brought.post, request.membership),
        "lost": brought.lost,
        "post": brought.post,
    }
    return render(request, "content/choose_pictures.html", context)


def _named_in(post: Post, by: Membership) -> list[Remote]:
    return pictures_elsewhere(text_to_change(post, by))
