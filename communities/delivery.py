"""Stored files on their way to a browser; who may have one was asked before."""

from __future__ import annotations

import hashlib
import logging
import posixpath
from contextlib import ExitStack
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from communities.files import Readable, StoreAway, in_store, opened

logger = logging.getLogger(__name__)

# Under this path the proxy finds MEDIA_ROOT, and only we may send it there (deploy/nginx.conf, deploy/Caddyfile).
HANDED_OVER = "/handed-over/"
# The same for a bucket: what follows is path and query of a signed address at its endpoint.
FROM_STORE = "/from-store"
FOR_NOBODY_ELSE = "private, no-store"
PIECE = 64 * 1024
# A store that does not answer may in a while: nobody is to remember until then that it did not.
TRY_AGAIN = {"Retry-After": "10", "Cache-Control": "no-store"}


def stored_file(
    request: HttpRequest, path: str, *, content_type: str, cache: str, save_as: str | None = None
) -> HttpResponse:
    """The stored file `path`. What a path holds never changes: who has it gets no second.

    `cache` is its Cache-Control; with `save_as` it is a download of that name. Where a proxy reads the folder too
    (`FILES_BY_PROXY`), or the bucket (`proxy=1` of `MEDIA_STORE`), it sends the file, in pieces if asked. Raises
    Http404 where the file is gone.
    """
    by_proxy = _by_proxy()
    kept = not by_proxy and "no-store" not in cache
    etag = f'"{hashlib.sha256(path.encode()).hexdigest()[:24]}"' if kept else None
    try:
        response = _handed_over(path) if by_proxy else _sent(request, path, etag)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    except StoreAway as away:
        logger.error("a stored file could not be sent", extra={"problem": str(away)})
        return HttpResponse(status=503, headers=TRY_AGAIN)
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if save_as is not None:
        disposition = content_disposition_header(as_attachment=True, filename=save_as)
        response.headers["Content-Disposition"] = disposition or "attachment"
    if etag is None:
        return response
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _by_proxy() -> bool:
    if in_store():
        return bool(cast("Any", default_storage).by_proxy)
    return bool(settings.FILES_BY_PROXY)


def _sent(request: HttpRequest, path: str, etag: str | None) -> HttpResponse:
    """By this process. Of a file in a bucket that the browser has already, nothing is fetched."""
    if not in_store():
        return _streamed(path)
    if etag is not None and request.headers.get("If-None-Match") == etag:
        if not default_storage.exists(path):
            raise FileNotFoundError(path)
        return HttpResponse()
    with ExitStack() as stack:
        found, size = stack.enter_context(opened(path))
        pieces = _Pieces(found, stack.pop_all())
    # A streamed answer is not an HttpResponse by class, but is one to every middleware.
    return cast("HttpResponse", StreamingHttpResponse(pieces, headers={"Content-Length": str(size)}))


class _Pieces:
    """What comes of a file, closed when the answer is."""

    def __init__(self, found: Readable, closing: ExitStack) -> None:
        self._found = found
        self.close = closing.close

    def __iter__(self) -> _Pieces:
        return self

    def __next__(self) -> bytes:
        piece = self._found.read(PIECE)
        if not piece:
            raise StopIteration
        return piece


def _streamed(path: str) -> HttpResponse:
    # A streamed answer is not an HttpResponse by class, but is one to every middleware.
    return cast("HttpResponse", FileResponse(default_storage.open(path)))


def _handed_over(path: str) -> HttpResponse:
    if in_store():
        # The proxy asks at once, and answers 404 itself where there is nothing.
        signed = cast("Any", default_storage).address_for_proxy(path)
        return HttpResponse(headers={"X-Accel-Redirect": f"{FROM_STORE}{signed}"})
    if not default_storage.exists(path):
        raise FileNotFoundError(path)
    return HttpResponse(headers={"X-Accel-Redirect": posixpath.join(HANDED_OVER, quote(path))})
