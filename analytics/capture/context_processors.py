from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from analytics.capture.consent import is_asked


def audience(request: HttpRequest) -> dict[str, Any]:
    """Whether the page asks its visitor to be measured; never the team, and not beside the same question."""
    membership = getattr(request, "membership", None)
    match = request.resolver_match
    elsewhere = match is None or match.view_name != "capture:set-choices"
    staff = membership is not None and membership.is_staff
    return {"asks_to_measure": elsewhere and not staff and is_asked(request)}
