"""Who may be meant while somebody types `@`."""

from __future__ import annotations

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from communities.content.finding.mentions import suggested
from communities.limits import Limited, asks_quietly
from communities.middleware import MemberRequest


@require_safe
@asks_quietly(Limited.SUGGEST)
def suggest_members(request: MemberRequest) -> JsonResponse:
    """At most eight members whose handle or name begins so; for members only."""
    response = JsonResponse({"members": suggested(request.GET.get("q", ""))})
    response.headers["Cache-Control"] = "private, max-age=30"
    return response
