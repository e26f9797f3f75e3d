"""Files that browsers ask for: the stylesheet of the brand, its icon, its manifest, public pictures."""

from __future__ import annotations

import json
import posixpath

from django.core.files.storage import default_storage
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.views.decorators.http import require_safe

from communities.delivery import stored_file
from communities.middleware import CommunityRequest
from communities.models import Community
from communities.permissions import in_any_state, public_page
from communities.theming import (
    APP_SIZE,
    favicon_svg,
    icon_path,
    read_theme,
    theme_css,
    theme_version,
    touch_icon,
)
from members.signs import cut

FOR_A_YEAR = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"
# What we store ourselves; anything else under public/ is not served.
PICTURES = {
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@public_page
@in_any_state
@require_safe
def serve_public_picture(request: HttpRequest, path: str) -> HttpResponse:
    """A portrait, a logo, a drawing, a font: files whose names nobody can guess and whose contents never change."""
    kind = PICTURES.get(posixpath.splitext(path)[1].lower())
    clean = posixpath.normpath(path)
    if kind is None or clean != path or clean.startswith((".", "/")) or "\\" in path or "\0" in path:
        raise Http404
    return stored_file(request, f"public/{clean}", content_type=kind, cache=FOR_A_YEAR)


@public_page
@in_any_state
@require_safe
def show_theme(request: CommunityRequest, version: str) -> HttpResponse:
    """The brand’s stylesheet. Its address changes with it; a former address leads to the present one."""
    current = theme_version(request.community.theme)
    if version != current:
        moved = HttpResponseRedirect(reverse("front:show-theme", kwargs={"version": current}))
        moved.headers["Cache-Control"] = "no-store"
        return moved
    response = HttpResponse(theme_css(request.community.theme), content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = FOR_A_YEAR
    return response


@public_page
@in_any_state
@require_safe
def show_favicon(request: CommunityRequest) -> HttpResponse:
    mark = icon_path(request.community, 32)
    if mark:
        return stored_file(request, mark, content_type="image/png", cache=FOR_AN_HOUR)
    response = HttpResponse(favicon_svg(request.community), content_type="image/svg+xml")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


@public_page
@in_any_state
@require_safe
def show_touch_icon(request: CommunityRequest) -> HttpResponse:
    """Phones that keep a page on their home screen do not read SVG."""
    mark = icon_path(request.community, 180)
    if mark:
        return stored_file(request, mark, content_type="image/png", cache=FOR_AN_HOUR)
    response = HttpResponse(touch_icon(request.community), content_type="image/png")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


@public_page
@in_any_state
@require_safe
def show_manifest(request: CommunityRequest) -> HttpResponse:
    """How the community looks on a phone's home screen."""
    community, home = request.community, reverse("front:show-home")
    colour = read_theme(community.theme).colour
    manifest = {
        "id": home,
        "name": community.name,
        "short_name": cut(community.name, 24),
        "description": community.tagline,
        "lang": community.language,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "theme_color": colour,
        "background_color": "#fbfcfd",
        "icons": _icons(community),
        "share_target": {
            "action": reverse("content:receive-share"),
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    response = HttpResponse(json.dumps(manifest), content_type="application/manifest+json")
    response.headers["Cache-Control"] = FOR_AN_HOUR
    return response


def _icons(community: Community) -> list[dict[str, str]]:
    """The letter fills its square, so that a phone may cut it to any shape; a mark of one’s own may not be cut."""
    mark = icon_path(community, APP_SIZE)
    large = default_storage.url(mark) if mark else reverse("front:show-app-icon")
    size, touch = f"{APP_SIZE}x{APP_SIZE}", reverse("front:show-touch-icon")
    return [
        {"src": large, "sizes": size, "type": "image/png", "purpose": "any"},
        *([] if mark else [{"src": large, "sizes": size, "type": "image/png", "purpose": "maskable"}]),
        {"src": touch, "sizes": "180x180", "type": "image/png"},
    ]
