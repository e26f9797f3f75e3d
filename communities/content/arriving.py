"""What was typed into any form is kept as a draft while one types (`static/js/kept.mjs`); a form that has arrived needs
none.

Forms that write a post forget theirs in their view (`forget_unsent`). All others are recognised here, by the row that
they name and by how they are answered, so that no view has to know.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from communities.content.services.keeping_unsent import MOST_NAMES, forget_sent
from communities.models import Membership

# In a form: the names of the row that it is kept in, as the script knows them.
ROW = "kept_row"
_ON_ITS_WAY = 600  # seconds that what was typed before may take longer than the form itself


class ArrivedMiddleware:
    """Inside of what turns redirects into words for htmx.

    Arrived is what led on, or was answered with nothing to show; not what came back with its page (refused, or to be
    looked at once more), nor what led on with an error or why not to read, nor what was sent without being a member any
    more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in (204, 302, 303) and ROW in request.POST:
            membership = getattr(request, "membership", None)
            if membership is not None and not _went_wrong(request):
                _forget(membership, request.POST[ROW])
        return response


def has_arrived(by: Membership, sending: uuid.UUID | None) -> bool:
    """Whether the form with this number has arrived, so that what was kept of it on the way comes too late."""
    return sending is not None and bool(cache.get(_mark(by, sending)))


def _forget(by: Membership, names: str) -> None:
    forget_sent(by, submission="", number=names)
    for name in names.split()[:MOST_NAMES]:
        try:
            cache.set(_mark(by, uuid.UUID(name)), True, _ON_ITS_WAY)
        except ValueError:
            continue


def _mark(by: Membership, sending: uuid.UUID) -> str:
    return f"arrived:{by.pk}:{sending}"


def _went_wrong(request: HttpRequest) -> bool:
    """Whether the page that one is led to says an error, or anything else and nothing of success (“This is a preview:
    nothing can be written in it.”). Looking neither takes it away nor brings back what was said already."""
    said: Any = messages.get_messages(request)
    used = said.used
    levels = {one.level for one in said if one.level >= messages.INFO}
    said.used = used
    return messages.ERROR in levels or (bool(levels) and messages.SUCCESS not in levels)
