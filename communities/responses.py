"""Headers of pages that are for one person."""

from __future__ import annotations

from django.http import HttpResponse


def private(response: HttpResponse) -> HttpResponse:
    """No cache keeps it, not even that of the browser."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def by_token(response: HttpResponse) -> HttpResponse:
    """The same for a page whose address is a key: other sites are not told where somebody came from."""
    response.headers["Referrer-Policy"] = "same-origin"
    return private(response)
