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
        "hears": _hears(request, membership),
        "open_features": features,
        "places": Frame(request, current, membership, features),
        "preview": getattr(request, "preview", None),
    }


def _hears(request: HttpRequest, membership: Any) -> bool:
    """Whether the page is told what happens while it is open: members’ own pages, not what is seen in other eyes."""
    return bool(
        settings.OPEN_PAGES
        and membership is not None
        and getattr(request, "preview", None) is None
        and not membership.is_operator_looking
    )
