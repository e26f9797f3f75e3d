from typing import Any

from django.conf import settings
from django.http import HttpRequest

from communities.launch.features import open_features
from communities.navigation import desk_for, foot_places, places_for


def community(request: HttpRequest) -> dict[str, Any]:
    """What every page needs to know about where it stands and who reads it."""
    current = getattr(request, "community", None)
    membership = getattr(request, "membership", None)
    context: dict[str, Any] = {
        "community": current,
        "membership": membership,
        "platform_name": settings.PLATFORM_NAME,
        "is_demo": settings.DEMO,
        "nav_places": [],
        "open_features": frozenset(),
        "preview": getattr(request, "preview", None),
    }
    if current is not None:
        features = open_features(current, membership)
        context["open_features"] = features
        context["nav_places"] = places_for(request, features, is_member=membership is not None)
        context["foot_places"] = foot_places()
        if membership is not None and membership.is_staff:
            context["desk_places"] = desk_for(request, membership)
    return context
