"""How often one machine may send a form; the numbers are in the settings (`ACCOUNT_RATE_LIMITS`). What members may
do, by trust, is the table of `communities/limits.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from allauth.decorators import rate_limit
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


def limited(action: str) -> Callable[[View], View]:
    """Answers 429 to those who send this form too often."""
    return cast("Callable[[View], View]", rate_limit(action=action))


def network_address(request: HttpRequest) -> str:
    """Where a request comes from, as far as trusted proxies say; empty where they say nothing sensible: all who come so
    share one allowance."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return ""
