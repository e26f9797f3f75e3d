"""A space as a visitor or a member sees it: its own page, drawn for them, in a frame that can do nothing."""

from __future__ import annotations

import copy
import re
from typing import Any, cast

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from communities.console.spaces.queries import fetch_space
from communities.content.audiences import Reach
from communities.content.models import Space
from communities.launch.previewing import Preview, membership_as
from communities.middleware import MemberRequest
from communities.permissions import can_edit_spaces, team_page
from communities.queries import local_path

SEEN_AS = ("visitor", "member")
# What would lead out of the frame, or act in the name of whoever looks; and the landmarks of a page, of which the
# page around the frame has its own.
AROUND = re.compile(
    r"""<(?:script)\b.*?</script>|<header class="(?:top|wrap top-in)".*?</header>|<footer\b.*?</footer>"""
    r"""|<nav class="dock.*?</nav>|<a class="skip".*?</a>""",
    re.DOTALL,
)
MAIN = re.compile(r"<main\b[^>]*>")
LINKS = re.compile(r"""<a\s(?:[^>"']|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
# With the target go the words about it, which HTML allows on links only.
TARGETS = re.compile(r"""\s(?:href|rel|target|hreflang|download)=("[^"]*"|'[^']*')""", re.IGNORECASE)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "script-src": [NONE], "form-action": [NONE]})  # type: ignore[arg-type]
@team_page(can_edit_spaces)
def preview_space(request: MemberRequest, id: int) -> HttpResponse:
    """The real page with the rights of somebody else; where it is not there for them, a sentence says so."""
    space = fetch_space(id)
    seen_as = request.GET.get("as", "visitor")
    if seen_as not in SEEN_AS:
        raise Http404
    try:
        page = _page_as(request, space, seen_as)
    except Http404:
        context = {"space": space, "seen_as": seen_as}
        page = render(request, "console/spaces/not_there.html", context)
    label = escape(_("The space as others see it"))
    html = MAIN.sub(f'<main aria-label="{label}">', AROUND.sub("", page.content.decode()))
    page.content = LINKS.sub(lambda link: TARGETS.sub("", link[0]), html).encode()
    return page


def _page_as(request: MemberRequest, space: Space, seen_as: str) -> HttpResponse:
    address = space.get_absolute_url()
    match = resolve(local_path(address))
    pretended = copy.copy(request)
    # What this request has resolved of its own reader.
    pretended.__dict__.pop("viewer", None)
    pretended.path, pretended.path_info = address, local_path(address)
    pretended.resolver_match = match
    pretended.GET = cast("Any", request.GET.__class__())
    member = membership_as(request.membership, request.community, Preview(0, 0, "", seen_as))
    if member is None:
        pretended.user = AnonymousUser()
    else:
        # Somebody of whom nothing is known: what a field of one's own profile opens is not everybody's, nor what a
        # term of one's own does.
        member.profile = {}
        member.__dict__["_given"] = Reach()
    cast("Any", pretended).membership = member
    return cast("HttpResponse", match.func(pretended, *match.args, **match.kwargs))
