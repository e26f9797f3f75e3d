"""From a host or a path to a community, and the scope around the view."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from communities.exceptions import NotAllowed, PartClosed
from communities.journal.refusals import note_refusal
from communities.languages import spoken
from communities.memory import LARGEST, Memory
from communities.models import Community, Membership
from communities.packing import accepts_packed
from communities.permissions import hide_draft, is_hidden_from, refuse_stranger
from communities.queries import locate
from communities.reads import CompiledRead
from communities.responses import OLD_PARAMETERS, moved, permanently
from communities.scoping import community_scope
from communities.unasked import is_unasked
from members.models import Member

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

# Load balancers and the like ask for these under any host name; about certificates the proxy, which calls us as it
# likes.
MACHINE_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/internal/tls-ask"})


class CommunityRequest(HttpRequest):
    """A request as views see it after the middleware."""

    community: Community
    membership: Membership | None
    community_prefix: str
    htmx: Any
    # A manager’s preview as another audience (communities.launch.previewing), if one is in progress.
    preview: Any
    csp_nonce: str


class MemberRequest(CommunityRequest):
    """A request for a page of members: the middleware has refused everybody else."""

    membership: Membership


def member_of(request: CommunityRequest) -> Membership:
    """The membership, on a page that visitors do not reach: the middleware has sent them away."""
    assert request.membership is not None
    return request.membership


def person_of(request: HttpRequest) -> Member:
    """The account, on a page that asks for one: nobody else is let in."""
    return cast("Member", request.user)


class CommunityMiddleware:
    """Sets `request.community` and strips the path prefix, so that there is one URLconf and one `reverse()`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast("CommunityRequest", request)
        request.community = None  # type: ignore[assignment]
        request.community_prefix = ""
        if request.path in MACHINE_PATHS:
            request.urlconf = "config.platform_urls"
            return self.get_response(request)
        # No address holds U+0000, and PostgreSQL knows no such character.
        is_text = "\0" not in request.path_info
        address = locate(request.get_host(), request.path_info) if is_text else None
        if address is None:
            request.urlconf = "config.unknown_urls"
            return self.get_response(request)
        # A form or a hook that is sent to a former address is answered there: a redirect would lose what it holds.
        if address.canonical_host and request.method in ("GET", "HEAD"):
            path = request.get_full_path().removeprefix(address.prefix)
            return moved(f"{request.scheme}://{address.canonical_host}{path}")
        if address.community is None:
            request.urlconf = "config.platform_urls"
            return self.get_response(request)
        request.community = address.community
        request.community_prefix = address.prefix
        outer_prefix = get_script_prefix()
        if address.prefix:
            request.path_info = request.path_info.removeprefix(address.prefix) or "/"
            # Part of the script name now, so that build_absolute_uri() and reverse() agree.
            set_script_prefix(f"{address.prefix}/")
            request.META["SCRIPT_NAME"] = address.prefix
        try:
            response = self.get_response(request)
            _record(request, response)
            return response
        finally:
            set_script_prefix(outer_prefix)


class LanguageMiddleware:
    """Interface language: the visitor's choice, else `Accept-Language` among the community's, else its own.

    A member's own setting is applied when they choose it (the choice is kept in the cookie), so that finding
    the language never costs a query.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        community: Community | None = getattr(request, "community", None)
        offered = community.all_languages if community else [code for code, _name in settings.LANGUAGES]
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in offered:
            asked = translation.get_language_from_request(request).split("-")[0]
            accepted = request.headers.get("Accept-Language")
            chosen = asked if accepted and asked in offered else offered[0]
        if community:
            timezone.activate(community.zone)
        with translation.override(spoken(chosen, community.address_form) if community else chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
        timezone.deactivate()
        response.headers.setdefault("Content-Language", chosen)
        return response


class KeptPage(NamedTuple):
    content: bytes
    headers: tuple[tuple[str, str], ...]


_pages: Memory[KeptPage | None] = Memory(lambda: None, size=max(settings.VISITOR_PAGES, 1))


# What visitors’ pages depend on besides their address. Few values: each has remembered pages of its own.
VisitorFact = Callable[[HttpRequest], Hashable]
_visitor_facts: list[VisitorFact] = []


def register_visitor_fact(tell: VisitorFact) -> None:
    if tell not in _visitor_facts:
        _visitor_facts.append(tell)


def facts_of_visitor(request: HttpRequest) -> list[Hashable]:
    return [tell(request) for tell in _visitor_facts]


class VisitorPageMiddleware:
    """All visitors get the same page, so a process remembers it for a second.

    Only whole pages for people without a session, and none that says anything of its reader: no cookie is set, no
    form's token or nonce is in it. What a member does is seen by visitors within that second, and by members at
    once. Settings: `VISITOR_PAGES`, how many are kept; 0 keeps none.
    """

    # A browser with one of these is signed in, or about to be.
    PERSONAL = frozenset(
        {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "operator-opening"}
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.VISITOR_PAGES or not self._is_for_everybody(request):
            return self.get_response(request)
        address = (request.scheme, request.get_host(), get_script_prefix(), request.get_full_path())
        rendered: list[HttpResponse] = []

        def render() -> KeptPage | None:
            rendered.append(self.get_response(request))
            return self._kept(request, rendered[0])

        facts = (request.LANGUAGE_CODE, accepts_packed(request), *facts_of_visitor(request))
        page = _pages.keep((*address, *facts), render)
        if rendered:
            return rendered[0]
        if page is None:
            return self.get_response(request)
        return HttpResponse(page.content, headers=dict(page.headers))

    def _is_for_everybody(self, request: HttpRequest) -> bool:
        return (
            request.method == "GET"
            and getattr(request, "community", None) is not None
            and self.PERSONAL.isdisjoint(request.COOKIES)
            and "HX-Request" not in request.headers
        )

    @staticmethod
    def _kept(request: HttpRequest, response: HttpResponse) -> KeptPage | None:
        personal = response.cookies or "CSRF_COOKIE" in request.META or hasattr(request, "_csp_nonce")
        is_page = response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
        if response.streaming or personal or not is_page or "no-store" in response.get("Cache-Control", ""):
            return None
        if len(response.content) > LARGEST:
            return None
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return KeptPage(response.content, tuple(response.headers.items()))


class ScopeMiddleware:
    """One transaction and one scope around each community view; refused or failed requests leave nothing behind."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        community: Community | None = getattr(request, "community", None)
        if community is None:
            return self.get_response(request)
        with community_scope(community):
            request.membership = _membership_of(request)  # type: ignore[attr-defined]
            response = self.get_response(request)
            # Where something was before tells of a draft, too.
            if _may_have_moved(request, response) and not is_hidden_from(request):
                response = _forwarded(request) or response
            if response.status_code >= 400:
                transaction.set_rollback(True)
            if not community.is_findable:
                response.headers.setdefault("X-Robots-Tag", "noindex")
            if request.user.is_authenticated:
                # Pages for people who are signed in are cached by nobody; public files say so themselves.
                response.headers.setdefault("Cache-Control", "private, no-store")
        _note_refusal(request, community)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """What the team may not do is noted once the act is rolled back."""
        if isinstance(exception, NotAllowed | PartClosed):
            cast("Any", request).is_refused = True

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Every community page is for members unless its view says otherwise (`@public_page`)."""
        if getattr(request, "community", None) is None:
            return None
        hidden = hide_draft(request, view)
        if hidden is not None or getattr(view, "is_public", False):
            return hidden
        return refuse_stranger(request)


def _note_refusal(request: HttpRequest, community: Community) -> None:
    """Acts only: whoever opens a page tries nothing, and a page that sends something by itself does not either. Seeing
    the place in other eyes is nobody’s act."""
    visit = cast("Any", request)
    if not getattr(visit, "is_refused", False) or request.method in ("GET", "HEAD") or is_unasked(request):
        return
    by = visit.membership
    if by is None or not by.is_staff or by.is_operator_looking or getattr(visit, "preview", None) is not None:
        return
    with community_scope(community):
        note_refusal(by, request.path_info)


# Told of every answered community request: path, referrer, agent and membership are the request’s, the status
# is the response’s. It must be quick, since the visitor waits.
Recorder = Callable[["CommunityRequest", HttpResponse], None]
_recorders: list[Recorder] = []


def register_recorder(record: Recorder) -> None:
    """`record(request, response)` measures the audience; whatever it raises is logged and kept from the visitor."""
    if record not in _recorders:
        _recorders.append(record)


def _record(request: CommunityRequest, response: HttpResponse) -> None:
    if request.method == "GET" and is_unasked(request):
        return  # a page that looks again whether something is done is not seen once more
    for record in _recorders:
        try:
            record(request, response)
        except Exception:
            logger.exception("a page view was not recorded")


Forwarding = Callable[[HttpRequest], str | None]
_forwardings: list[Forwarding] = []


def register_forwarding(find: Forwarding) -> None:
    """`find` names where a page that is not here has gone, or None; asked inside the community's scope."""
    if find not in _forwardings:
        _forwardings.append(find)


def _may_have_moved(request: HttpRequest, response: HttpResponse) -> bool:
    if request.method not in ("GET", "HEAD") or connection.needs_rollback:
        return False
    # The home page answers whatever is asked of it; imported sites had their articles at /?p=123.
    return response.status_code == 404 or (
        request.path_info == "/" and not OLD_PARAMETERS.isdisjoint(request.GET)
    )


def _forwarded(request: HttpRequest) -> HttpResponse | None:
    targets = (find(request) for find in _forwardings)
    target = next((found for found in targets if found), None)
    return permanently(request, target) if target else None


_own_membership: CompiledRead[Membership] = CompiledRead(
    lambda member_id: Membership.objects.active().filter(member_id=member_id)[:1], name="own_membership"
)


def _membership_of(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    membership = _own_membership.first(request.user.pk)
    if membership is not None:
        # Services ask the membership what is open to it: that must not cost a query.
        membership.community = request.community  # type: ignore[attr-defined]
    return membership
