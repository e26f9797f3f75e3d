"""Where members land who have just signed in."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest

from communities.navigation import landing_of


def landing_after_signing_in(request: HttpRequest) -> str:
    """For `members.landing`: of a member who has just signed in; empty for everybody else."""
    community = getattr(request, "community", None)
    if community is None or not request.user.is_authenticated:
        return ""
    # Apps register their places before there are models.
    people: Any = apps.get_model("communities", "Membership")
    membership = people.objects.active().filter(member=request.user).first()
    if membership is None:
        return ""
    membership.community = community
    return landing_of(membership)
