"""Answers on their way out: named by what they hold, and packed where they are text."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import set_response_etag

from communities.memory import LARGEST, Memory

# Everything else that we send (pictures, fonts, archives) is packed already.
PACKED_BY_NOTHING = (
    "text/",
    "application/json",
    "application/manifest+json",
    "application/ld+json",
    "application/feed+json",
    "application/rss+xml",
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
)
# By the name of what they hold.
_packed: Memory[tuple[bytes, dict[str, str]]] = Memory(
    lambda: (b"", {}), size=max(settings.VISITOR_PAGES, 1), lifetime=300.0, told=True
)


def accepts_packed(request: HttpRequest) -> bool:
    return bool(re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))


class AskedAgainMiddleware(ConditionalGetMiddleware):
    """304 to those who have the answer already. Outside the memory of visitors' pages, which keeps whole ones."""

    def needs_etag(self, response: HttpResponseBase) -> bool:
        """Never: what may be kept has one by now."""
        return False


class PackingMiddleware(GZipMiddleware):
    """Sends text as gzip to those who take it, and gives pages that all may keep an ETag.

    It stands inside the memory of visitors' pages, so that these are packed once and not for each visitor. Who
    guesses at a secret by the length of packed answers (BREACH) is answered twice: the only secret in a page, the
    token of its forms, is masked anew each time it is drawn, and each answer is longer by a random number of bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith(PACKED_BY_NOTHING):
            return response
        if not isinstance(response, HttpResponse) or not _is_for_all(request, response):
            packed: HttpResponseBase = super().process_response(request, response)
            return packed
        # Of the text itself: what is packed differs from time to time.
        if not response.has_header("ETag"):
            set_response_etag(response)
        return self._packed_once(request, response)

    def _packed_once(self, request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
        if not accepts_packed(request) or len(response.content) > LARGEST:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer

        def pack() -> tuple[bytes, dict[str, str]]:
            super(PackingMiddleware, self).process_response(request, response)
            named = ("Content-Encoding", "ETag", "Vary", "Content-Length")
            return response.content, {name: response.headers[name] for name in named if name in response}

        key = (response.headers["ETag"], len(response.content), response.get("Vary", ""))
        content, headers = _packed.keep(key, pack)
        response.content = content
        for name, value in headers.items():
            response.headers[name] = value
        return response


def _is_for_all(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether it says nothing of who asks, nor holds a token."""
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and not response.cookies
        and "CSRF_COOKIE" not in request.META
        and "no-store" not in response.get("Cache-Control", "")
    )
