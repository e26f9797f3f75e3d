"""The project's own middleware; that of communities is in communities/middleware.py."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from csp.constants import HEADER as POLICY
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from communities.content.text.cards import films_on
from communities.content.text.films import players_of
from config.error_views import show_error
from config.logs import request_id

HEADER = "X-Request-Id"
# Where views that want another policy say so, by the library’s decorators.
_OF_ITS_OWN = frozenset(
    f"_csp_{said}{only}" for said in ("exempt", "config", "update", "replace") for only in ("", "_ro")
)
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Gives each request an id: the proxy's, if it sends a plain one, or a new one. Log lines carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        current = sent if ACCEPTED.fullmatch(sent) else secrets.token_hex(16)
        token = request_id.set(current)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = current
        return response


class PolicyMiddleware(CSPMiddleware):
    """The content security policy: put together once for all answers that ask for none of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        policy = getattr(settings, "CONTENT_SECURITY_POLICY", None) or {}
        is_one = not policy.get("EXCLUDE_URL_PREFIXES") and not hasattr(
            settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY"
        )
        self._usual = build_policy() if is_one and not settings.DEBUG else ""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_usual = self._usual and _OF_ITS_OWN.isdisjoint(response.__dict__)
        if not is_usual or getattr(request, "_csp_nonce", None) is not None:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers.setdefault(POLICY, self._usual)
        # As the library does: who asks for a nonce now would get one that the policy does not know.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response


class FilmMiddleware:
    """A page that shows cards of films may frame their players; every other page frames nothing.

    It stands inside of what packs pages and remembers them. A view with a policy of its own keeps it: there a film
    opens at its provider.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or POLICY in response or not _OF_ITS_OWN.isdisjoint(response.__dict__):
            return response
        if players := players_of(films_on(response.content)):
            nonce = getattr(request, "_csp_nonce", None)
            response.headers[POLICY] = build_policy(update={"frame-src": players}, nonce=nonce)
        return response


class LineEndsMiddleware:
    """Line breaks of a form as its writer counted them: browsers take one for one character, and send two.

    Everything that is read of a form is read after this, so that a text exactly at its limit is not refused, and none
    is stored with two. What other machines send to an address of theirs is left as it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: object, _options: object
    ) -> None:
        if request.method == "POST" and not getattr(view, "csrf_exempt", False):
            request.POST = with_plain_line_ends(request.POST)  # type: ignore[assignment]  # not to be changed either


def with_plain_line_ends(sent: QueryDict) -> QueryDict:
    """The same form with one character for each line break."""
    if not any("\r" in value for _name, values in sent.lists() for value in values):
        return sent
    plain = sent.copy()
    for name, values in sent.lists():
        plain.setlist(name, [value.replace("\r\n", "\n").replace("\r", "\n") for value in values])
    plain._mutable = False
    return plain


class WrongMethodMiddleware:
    """A page for GET requests to an address that only takes POST: reloading a refused form leads there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = show_error(request, 405, template="errors/404.html")
        page.headers["Allow"] = response.headers["Allow"]
        return page
