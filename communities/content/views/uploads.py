"""Pictures and files in and out."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from communities.content.attachments import as_shown, file_as_sent, path_of, picture_of
from communities.content.exceptions import UploadRefused
from communities.content.forms import UploadForm
from communities.content.kinds import kind_of
from communities.content.managers import WAITING
from communities.content.models import Attachment, Post
from communities.content.permissions import reads_as_author
from communities.content.renditions import AVIF, is_avif
from communities.content.services.uploading import upload_any
from communities.content.viewers import Viewer, public_viewer, viewer_of
from communities.delivery import FOR_NOBODY_ELSE, stored_file
from communities.launch.features import feature_required
from communities.limits import TooFast, refused
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Membership
from communities.permissions import public_page
from communities.unasked import in_words

# What an address shows never changes; shared caches ask again after an hour, should the post be hidden.
PUBLIC_CACHE = "public, max-age=31536000, s-maxage=3600, immutable"


@feature_required("uploads")
@require_POST
def upload_file(request: MemberRequest) -> HttpResponse:
    """A picture or a file from the editor: JSON with how to show it, or with a sentence on why not (422)."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        message = next(iter(form.errors.values()))[0]
        return in_words(request, JsonResponse({"error": str(message)}, status=422))
    try:
        attachment = upload_any(
            form.cleaned_data["file"],
            by=request.membership,
            alt=form.cleaned_data["alt"],
        )
    except TooFast as refusal:
        return refused(JsonResponse({"error": str(refusal)}, status=422), refusal)
    except UploadRefused as refusal:
        return in_words(request, JsonResponse({"error": str(refusal)}, status=422))
    told = file_as_sent(attachment) if attachment.is_file else as_shown(picture_of(attachment))
    return JsonResponse({"id": str(attachment.pk), **told}, status=201)


@public_page
@require_safe
def serve_file(request: CommunityRequest, id: uuid.UUID, rendition: str) -> HttpResponse:
    """A stored picture, or a file as a download, for those who may read its post; 404 for everybody else."""
    viewer = viewer_of(request)
    attachment = _reachable(id, viewer) or _signed(id, request.membership)
    # Whoever takes anything has not said that it reads this.
    reads_avif = AVIF in request.headers.get("Accept", "")
    path = path_of(attachment, rendition, avif=reads_avif) if attachment else None
    if attachment is None or path is None:
        raise Http404
    if attachment.is_file:
        # Asked for anew each time, whoever reads the post now.
        kind, name = attachment.content_type, attachment.name
        return stored_file(request, path, content_type=kind, cache=FOR_NOBODY_ELSE, save_as=name)
    is_public = viewer.membership_id is None or _reachable(id, public_viewer(request.community)) is not None
    cache = PUBLIC_CACHE if is_public else FOR_NOBODY_ELSE
    kind = AVIF if is_avif(path) else attachment.content_type
    response = stored_file(request, path, content_type=kind, cache=cache)
    patch_vary_headers(response, ["Accept"])
    return response


def _reachable(id: uuid.UUID, viewer: Viewer) -> Attachment | None:
    attachment: Attachment | None = (
        Attachment.objects.reachable_by(viewer, Post.objects.visible_to(viewer)).filter(pk=id).first()
    )
    return attachment


def _signed(id: uuid.UUID, membership: Membership | None) -> Attachment | None:
    """A picture of what was taken back, for somebody who has signed it beside its first author; one of a draft for all
    who read that."""
    found: Attachment | None = (
        Attachment.objects.filter(pk=id, post__state__in=("published", *WAITING))
        .select_related("post__thread__space")
        .first()
    )
    if found is None or found.post is None or membership is None:
        return None
    post, thread = found.post, found.post.thread
    is_read = post.is_published and reads_as_author(membership, thread)
    if not is_read and thread.state in WAITING and (post.is_body or not thread.last_position):
        is_read = reads_as_author(membership, thread) or kind_of(thread).reads_draft(membership, thread)
    return found if is_read else None
