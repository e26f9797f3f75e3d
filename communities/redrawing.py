"""Pages for visitors that are drawn anew only when something they show has changed.

A page is made of what was read for it and of a few facts: the community's row, its spaces, its banners, the language.
All reads are noted while it is drawn; for the next visitor they are run again, and as long as each finds the same rows
and no fact has changed, the page is the same. So nothing has to be told when something changes, and nothing can be
forgotten: a page that asked anything that is not noted is not kept. Why so: docs/decisions/0058-redrawing.md.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, NamedTuple, TypeVar, cast

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.translation import get_language

from communities.drawing import LONGEST, Drawing, noted_in
from communities.memory import LARGEST, Memory
from communities.middleware import CommunityRequest, facts_of_visitor
from communities.models import fingerprint
from communities.queries import community_root
from communities.reads import reads_the_same

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Fact = Callable[[CommunityRequest], Hashable]

# With one of these, a browser is signed in, or has something to be told. A form’s token is none of them: a page that is
# kept holds none.
PERSONAL = frozenset({settings.SESSION_COOKIE_NAME, "messages", "operator-opening"})


class DrawnPage(NamedTuple):
    facts: Hashable
    reads: list[tuple[Any, tuple[Any, ...], list[Any]]]
    until: datetime.datetime
    content: bytes
    headers: tuple[tuple[str, str], ...]


_drawn: Memory[DrawnPage | None] = Memory(
    lambda: None, size=max(settings.VISITOR_PAGES, 1), lifetime=LONGEST.total_seconds(), told=True
)
_facts: list[Fact] = []


def register_fact(tell: Fact) -> None:
    """What pages of visitors show besides what they read: `tell` answers without a query, from what is remembered, and
    the memory that it asks is made with `told`."""
    if tell not in _facts:
        _facts.append(tell)


def redrawn_when_changed(view: View) -> View:
    """For a page that is the same for all visitors. Everybody else gets it drawn, as if nothing were kept."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visit = cast("CommunityRequest", request)
        if not settings.VISITOR_PAGES or not _is_for_visitors(visit):
            return view(request, *args, **kwargs)
        key = (
            request.scheme,
            request.get_host(),
            get_script_prefix(),
            request.get_full_path(),
            get_language(),
            # Two browsers of which one is asked something, or has closed it, do not take turns in one place.
            *facts_of_visitor(visit),
        )
        now, facts = timezone.now(), _facts_of(visit)
        page, drawing = _drawn.peek(key), Drawing(now)
        is_of_now = page is not None and page.facts == facts and now < page.until
        if page is not None and is_of_now and reads_the_same(page.reads, drawing):
            return HttpResponse(page.content, headers=dict(page.headers))
        with noted_in(drawing), connection.execute_wrapper(drawing.ask):
            response = view(request, *args, **kwargs)
        # What is remembered for a second may have become another while the page was drawn.
        if drawing.is_known and _can_be_kept(request, response) and facts == _facts_of(visit):
            _drawn.put(
                key,
                DrawnPage(
                    facts,
                    drawing.reads,
                    drawing.until,
                    cast("HttpResponse", response).content,
                    tuple(response.headers.items()),
                ),
            )
        return response

    return cast("View", kept)


def forget_drawn() -> None:
    """For measurements: the next pages are drawn."""
    _drawn.forget()


def _is_for_visitors(visit: CommunityRequest) -> bool:
    return (
        visit.method == "GET"
        and visit.membership is None
        and visit.preview is None
        and getattr(visit, "opening", None) is None
        and PERSONAL.isdisjoint(visit.COOKIES)
        and "HX-Request" not in visit.headers
    )


def _facts_of(visit: CommunityRequest) -> Hashable:
    community = visit.community
    told = [tell(visit) for tell in _facts]
    return (community.pk, fingerprint(community), community_root(community), *facts_of_visitor(visit), *told)


def _can_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A whole page, not too long, that says nothing of its reader: no cookie, no token of a form, no nonce."""
    is_personal = response.cookies or "CSRF_COOKIE" in request.META or hasattr(request, "_csp_nonce")
    is_page = response.status_code == 200 and isinstance(response, HttpResponse)
    is_page = is_page and len(cast("HttpResponse", response).content) <= LARGEST
    return is_page and not is_personal and "no-store" not in response.get("Cache-Control", "")
