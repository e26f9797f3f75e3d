"""The real pages of a place in a frame, as they would look: nothing is saved, nothing is written."""

from __future__ import annotations

import copy
import re
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponse
from django.urls import resolve, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods

from communities.console.brand.drafts import draft_of
from communities.content.models import Thread
from communities.content.viewers import viewer_for
from communities.mails import brand_for, speaking
from communities.middleware import CommunityRequest, MemberRequest
from communities.models import Community, Membership
from communities.permissions import can_edit_brand, team_page
from members.mails.building import Letter, build

# A mail in a frame: its own styles, no script; pictures of this place.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
SCHEMES = ("light", "dark")
_NAV = re.compile(rb"(<nav\b[^>]*aria-label=\")")
_SCRIPT = re.compile(rb"<(?:script)\b.*?</script>", re.DOTALL)


@require_http_methods(["GET", "HEAD", "POST"])
@team_page(can_edit_brand)
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "script-src": [NONE]})  # type: ignore[arg-type]
def preview_brand(request: MemberRequest) -> HttpResponse:
    """What was sent by the form of one of the pages, drawn as a visitor, as a member, or as a mail."""
    sent = request.POST if request.method == "POST" else request.GET
    draft = draft_of(request.community, sent)
    if sent.get("as") == "mail":
        return _mail(draft, request)
    with transaction.atomic():
        pretended = _pretended(request, draft, as_member=sent.get("as") == "member")
        path = _path(pretended, sent.get("page", ""))
        match = resolve(path)
        pretended.path = pretended.path_info = path
        pretended.resolver_match = match
        response = match.func(pretended, *match.args, **match.kwargs)
        # Reading leaves marks; a preview leaves none.
        transaction.set_rollback(True)
    return _framed(response, sent.get("scheme", "light"))


def _pretended(request: MemberRequest, draft: Community, *, as_member: bool) -> CommunityRequest:
    """A request of somebody else for another page. It shares nothing that the pages change."""
    pretended = copy.copy(cast("CommunityRequest", request))
    pretended.__dict__.pop("viewer", None)
    pretended.method = "GET"
    pretended.GET = pretended.POST = type(request.POST)()
    pretended.preview = None
    pretended.community = draft
    pretended.membership = _plain_member(request.membership, draft) if as_member else None
    if not as_member:
        pretended.user = AnonymousUser()
    return pretended


def _plain_member(membership: Membership, draft: Community) -> Membership:
    """The manager's own membership without a role. Never to be saved."""
    plain = copy.copy(membership)
    plain._state = copy.copy(membership._state)
    plain._state.fields_cache = {**membership._state.fields_cache}
    plain.community = draft
    plain.role = Membership.Role.MEMBER
    return plain


def _path(request: CommunityRequest, page: str) -> str:
    """The page that is shown: the newest text where one was asked for and there is one, else home."""
    if page == "text":
        viewer = viewer_for(request.community, request.membership)
        newest = Thread.objects.visible_to(viewer).published_before().select_related("space").first()
        if newest is not None:
            return str(newest.get_absolute_url()).removeprefix(request.community_prefix)
    return reverse("front:show-home").removeprefix(request.community_prefix) or "/"


def _framed(response: HttpResponse, scheme: str) -> HttpResponse:
    """In one of the two schemes, whatever the browser prefers; links open beside it: other pages allow no frame."""
    marks = f' data-theme="{scheme}"' if scheme in SCHEMES else ""
    # The frame’s policy allows no scripts; without them its browser has nothing to complain of.
    content = _SCRIPT.sub(b"", response.content).replace(b"<html", f"<html{marks}".encode(), 1)
    content = _named(content)
    framed = HttpResponse(
        content.replace(b"<head>", b'<head><base target="_blank">', 1), status=response.status_code
    )
    framed.headers["Cache-Control"] = "private, no-store"
    framed.headers["X-Robots-Tag"] = "noindex"
    return framed


def _named(content: bytes) -> bytes:
    """The landmarks of the framed page are told from those of the page around it."""
    name = escape(_("Preview")).encode()
    content = _NAV.sub(rb"\1" + name + b": ", content)
    for landmark in (b'<header class="top"', b"<main"):
        content = content.replace(landmark, landmark + b' aria-label="' + name + b'"', 1)
    return content


def _mail(draft: Community, request: MemberRequest) -> HttpResponse:
    with speaking(draft, request.LANGUAGE_CODE):
        letter = Letter("nobody@example.invalid", draft.name, "console/brand/sample_mail", _sample(draft))
        mail = build(letter, brand_for(draft))
    html = cast("Any", mail.alternatives[0])[0]
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _sample(draft: Community) -> dict[str, Any]:
    newest = Thread.objects.visible_to(viewer_for(draft, None)).published_before().first()
    return {"newest": newest.title if newest else draft.tagline or draft.name}
