"""What another app shares into the place (`share_target` of the manifest), on its way into a new text."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from communities.content.begun import shared_query
from communities.content.permissions import spaces_offered_to
from communities.content.viewers import readable_spaces, viewer_of
from communities.middleware import MemberRequest


@require_safe
def receive_share(request: MemberRequest) -> HttpResponse:
    """Where does it belong? Each way to write opens with what was shared; signing in first loses none of it."""
    query = shared_query(request.GET)
    spaces = spaces_offered_to(request.membership, readable_spaces(request.community, viewer_of(request)))
    if len(spaces) == 1:
        return redirect(f"{spaces[0].start_url}?{query}")
    context = {"starts": spaces, "query": f"?{query}" if query else "", "robots": "noindex"}
    return render(request, "content/receive_share.html", context)
