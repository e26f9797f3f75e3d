"""Stored files on their way to a browser; who may have one was asked before."""

from __future__ import annotations

import hashlib
import posixpath
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

# Under this path the proxy finds MEDIA_ROOT, and only we may send it there (deploy/nginx.conf, deploy/Caddyfile).
HANDED_OVER = "/handed-over/"
FOR_NOBODY_ELSE = "private, no-store"


def stored_file(
    request: HttpRequest, path: str, *, content_type: str, cache: str, save_as: str | None = None
) -> HttpResponse:
    """The file `path` under the media folder. What a path holds never changes: who has it gets no second.

    `cache` is its Cache-Control; with `save_as` it is a download of that name. Where a proxy reads the folder too
    (`FILES_BY_PROXY`) it sends the file, in pieces if asked. Raises Http404 where the file is gone.
    """
    try:
        response = _handed_over(path) if settings.FILES_BY_PROXY else _streamed(path)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if save_as is not None:
        disposition = content_disposition_header(as_attachment=True, filename=save_as)
        response.headers["Content-Disposition"] = disposition or "attachment"
    if settings.FILES_BY_PROXY or "no-store" in cache:
        return response
    etag = f'"{hashlib.sha256(path.encode()).hexdigest()[:24]}"'
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def _streamed(path: str) -> HttpResponse:
    # A streamed answer is not an HttpResponse by class, but is one to every middleware.
    return cast("HttpResponse", FileResponse(default_storage.open(path)))


def _handed_over(path: str) -> HttpResponse:
    if not default_storage.exists(path):
        raise FileNotFoundError(path)
    return HttpResponse(headers={"X-Accel-Redirect": posixpath.join(HANDED_OVER, quote(path))})
