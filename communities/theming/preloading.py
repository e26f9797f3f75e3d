"""The typefaces that a page is set in are asked for with the page, not once its stylesheets have been read.

They are named in the answer’s head (`Link`), which costs a page none of its bytes and reaches browsers before them.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.templatetags.static import static

from communities.memory import Memory
from communities.models import Community, fingerprint
from communities.theming.fonts import is_own_path
from communities.theming.themes import OWN
from communities.theming.typefaces import FOLDER, TYPEFACES

# Every page’s interface is set in it, and headings where nothing else is chosen.
INTERFACE = "humanist"
# What says where the typefaces are.
STYLED = b"css/tokens"
# Where there is a text to be read (static/css/components/prose.css), the page fetches the face of texts as well.
READ = (b'class="prose"', b'class="stand"')

Handler = Callable[[HttpRequest], HttpResponseBase]
_said: Memory[str] = Memory(lambda: "", size=1024, lifetime=600.0, told=True)


class PreloadMiddleware:
    """Names in `Link` what a whole page is set in. It stands inside the memory of visitors’ pages, which keeps that."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and _is_page(request, response):
            content, community = response.content, getattr(request, "community", None)
            is_read = any(mark in content for mark in READ)
            # The same on page after page of a place; that of static files never changes while a process lives.
            key = (community and (community.pk, fingerprint(community)), is_read)
            response.headers["Link"] = _said.keep(key, lambda: _links(community, is_read=is_read))
        return response


def _links(community: Community | None, *, is_read: bool) -> str:
    theme = (community and community.theme) or {}
    parts = ["face", "reading"] if is_read else ["face"]
    found = [address_of(INTERFACE, {}), *(_address(theme, part) for part in parts)]
    return ", ".join(
        f'<{address}>; rel=preload; as=font; type="font/woff2"; crossorigin'
        for address in dict.fromkeys(found)
        if address
    )


def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.get("Content-Type", "").startswith("text/html")
        # Redirects and mails that are looked at have no stylesheet of ours.
        and STYLED in response.content
        and "HX-Request" not in request.headers
    )


def _address(theme: dict[str, object], part: str) -> str:
    default = INTERFACE if part == "face" else "transitional"
    face = theme.get(part)
    return address_of(face if isinstance(face, str) else default, theme.get(f"{part}_font")) or address_of(
        default, {}
    )


def address_of(face: str, own: object) -> str:
    """Where the letters of a face lie that pages need first; empty for none that we know. `own` is what
    `Community.theme` keeps of the brand’s font."""
    if face in TYPEFACES:
        return static(f"{FOLDER}/{face}.woff2")
    path = own.get("path") if face == OWN and isinstance(own, dict) else None
    return default_storage.url(str(path)) if is_own_path(path) else ""
