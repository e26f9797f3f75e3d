from typing import Any

from django.conf import settings
from django.http import HttpRequest

from communities.launch.features import open_features
from communities.navigation import Frame


def community(request: HttpRequest) -> dict[str, Any]:
    """What every page needs to know about its community and its reader."""
    current = getattr(request, "community", None)
    membership = getattr(request, "membership", None)
    features = open_features(current, membership) if current is not None else frozenset()
    return {
        "community": current,
        "membership": membership,
        "platform_name": settings.PLATFORM_NAME,
        "is_demo": settings.DEMO,
        "keeps_offline_page": settings.OFFLINE_PAGE,
        "open_features": features,
        "places": Frame(request, current, membership, features),
        "preview": getattr(request, "preview", None),
    }
