"""Files that carry the brand: its stylesheet and its favicon."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.theming import favicon_svg, theme_css, theme_version

YEAR = 31_536_000  # seconds
DAY = 86_400


@require_safe
@public_page
def show_theme(request: CommunityRequest, version: str) -> HttpResponse:
    """The community's stylesheet. Only its present version has an address that is kept for a year."""
    if request.community is None:
        raise Http404
    response = HttpResponse(theme_css(request.community.theme), content_type="text/css; charset=utf-8")
    if version == theme_version(request.community.theme):
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        # A page kept from before asks for a theme that is gone: it gets the present one, for this once.
        patch_cache_control(response, no_store=True)
    return response


@require_safe
@public_page
def show_favicon(request: CommunityRequest) -> HttpResponse:
    """For those who ask for /favicon.ico without reading the page."""
    response = HttpResponse(favicon_svg(request.community), content_type="image/svg+xml")
    patch_cache_control(response, public=True, max_age=DAY)
    return response
