"""For forms without a token: what another site’s page has a browser send is refused.

A token shows that a form is ours. Some doors take none: the button of a mail program (RFC 8058), a page that is the
same for all visitors. A browser says where it was sent from; what says nothing is no browser, and acts in nobody’s
name.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt

View = TypeVar("View", bound=Callable[..., Any])
READING = ("GET", "HEAD", "OPTIONS")


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that a page of another host has sent this."""
    if request.headers.get("Sec-Fetch-Site", "") in ("cross-site", "same-site"):
        return True
    origin = request.headers.get("Origin", "")
    if not origin:
        return False
    try:
        return urlsplit(origin).netloc.lower() != request.get_host().lower()
    except (ValueError, DisallowedHost):
        return True


def without_token(view: View) -> View:
    """Takes forms without a token, and none that another site’s page has sent."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method not in READING and is_from_elsewhere(request):
            return import_string(settings.CSRF_FAILURE_VIEW)(request, reason="sent from another site")
        return view(request, *args, **kwargs)

    return cast("View", csrf_exempt(answer))
