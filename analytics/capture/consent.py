"""How a community may measure its audience, and what a visitor has chosen."""

from __future__ import annotations

import secrets
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from communities.middleware import CommunityRequest
from communities.models import Community

COOKIE = "audience"
REFUSED, AGREED = "no", "yes."
# Thirteen months from the choice; visits do not extend it.
COOKIE_LIFE = 395 * 24 * 60 * 60


class Mode(StrEnum):
    """EXEMPT: anonymous figures, nobody is asked; CONSENT: only those who agreed are counted, and recognised; OFF:
    nothing.
    """

    EXEMPT = "exempt"
    CONSENT = "consent"
    OFF = "off"


MODES = {mode.value: mode for mode in Mode}
# Looking up a member of an enumeration by its class takes long, for what is asked at each request.
DEFAULT, CONSENT, OFF = Mode.EXEMPT, Mode.CONSENT, Mode.OFF


def mode_of(community: Community) -> Mode:
    """`settings["audience"]` of the community; what it does not say, or says wrongly, is EXEMPT."""
    return MODES.get(community.settings.get("audience", ""), DEFAULT)


def choice_of(request: HttpRequest) -> str:
    """“” (not asked), REFUSED, or AGREED followed by this browser’s number."""
    said = request.COOKIES.get(COOKIE)
    if not said:
        return ""
    agreed = said.startswith(AGREED) and len(said) == len(AGREED) + 32
    return said if agreed or said == REFUSED else ""


def refuses_by_browser(meta: dict[str, str]) -> bool:
    """Global Privacy Control, and the older Do Not Track."""
    return "1" in (meta.get("HTTP_SEC_GPC"), meta.get("HTTP_DNT"))


def is_asked(request: HttpRequest) -> bool:
    """Whether a page asks its visitor: the community measures who agrees, and neither they nor their browser have
    answered.
    """
    community: Community | None = getattr(request, "community", None)
    if community is None or mode_of(community) is not CONSENT or not settings.CAPTURE:
        return False
    return not choice_of(request) and not refuses_by_browser(request.META)


def is_from_here(request: CommunityRequest) -> bool:
    """Whether the answer was sent from one of our pages. Browsers say where a form comes from, and pages cannot forge
    that."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def remember_choice(request: CommunityRequest, response: HttpResponse, *, agrees: bool) -> str:
    """Keep what the visitor chose, for this community only; the new choice."""
    earlier = choice_of(request)
    if agrees and earlier.startswith(AGREED):
        return earlier
    prefix = request.community_prefix
    if agrees and mode_of(request.community) != Mode.CONSENT:
        # Being counted anonymously needs no cookie.
        response.delete_cookie(COOKIE, path=f"{prefix}/", samesite="Lax")
        return ""
    choice = AGREED + secrets.token_hex(16) if agrees else REFUSED
    response.set_cookie(
        COOKIE,
        choice,
        max_age=COOKIE_LIFE,
        path=f"{prefix}/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return choice
