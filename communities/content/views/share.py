from __future__ import annotations

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from communities.content.models import Thread
from communities.content.showing.sharing import share_version
from communities.content.viewers import public_viewer
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.theming import share_image, share_path

# Drawing takes about a tenth of a second; the address changes with what is drawn.
KEPT = 60 * 60 * 24
KEEPING = {"Cache-Control": "public, max-age=31536000, s-maxage=3600"}


@public_page
@require_safe
def show_share_image(request: CommunityRequest, version: str) -> HttpResponse:
    """The brand's own picture where it has one, else its name on its colour."""
    own = share_path(request.community)
    if own and default_storage.exists(own):
        with default_storage.open(own) as picture:
            return HttpResponse(picture.read(), content_type="image/jpeg", headers=KEEPING)
    return _picture(request, request.community.name)


@public_page
@require_safe
def show_thread_share_image(request: CommunityRequest, slug: str, version: str) -> HttpResponse:
    """The share picture with the title of a public thread."""
    visible = Thread.objects.visible_to(public_viewer(request.community))
    return _picture(request, get_object_or_404(visible.only("title"), slug=slug).title)


def _picture(request: CommunityRequest, title: str) -> HttpResponse:
    key = f"share:{request.community.pk}:{share_version(request.community, title)}"
    picture = cache.get(key)
    if picture is None:
        picture = share_image(request.community, title)
        cache.set(key, picture, KEPT)
    return HttpResponse(
        picture,
        content_type="image/png",
        headers=KEEPING,
    )
