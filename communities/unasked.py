"""What a page sends by itself, without a press: how far one has read, drafts, whether something is done yet.

It may come after anything has changed: the case is decided, the text gone, the part closed, the session over. Nobody
did anything wrong then, and nobody reads the answer. So a script says by `HEADER` that it was not asked, and a refusal
answers 204 with its status in `REFUSED`: no error in the browser, no line in the log, no act in the journal. Inside,
the refusal keeps its own status, so that what it began is rolled back and nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

HEADER = "X-Unasked"
REFUSED = "X-Refused"


def is_unasked(request: HttpRequest) -> bool:
    return HEADER in request.headers


def in_words(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """A refusal whose words the page shows, and which leaves nothing to roll back: to what was not asked, an answer."""
    if is_unasked(request):
        refusal.status_code = 200
    return refusal


class UnaskedMiddleware:
    """Outside of all that may refuse. Failures of ours, from 500 on, stay what they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_unasked(request) or not 400 <= response.status_code < 500:
            return response
        nothing = HttpResponse(status=204, headers={"Cache-Control": "no-store"})
        nothing.headers[REFUSED] = str(response.status_code)
        return nothing

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Without the page that nobody would see, and without the lines that Django logs of a refusal."""
        if not is_unasked(request):
            return None
        if isinstance(exception, PermissionDenied):
            return HttpResponse(status=403)
        return HttpResponse(status=404) if isinstance(exception, Http404) else None
