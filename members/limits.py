"""How often one machine may send a form; the numbers are in the settings (`ACCOUNT_RATE_LIMITS`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.decorators import rate_limit

View = TypeVar("View", bound=Callable[..., Any])


def limited(action: str) -> Callable[[View], View]:
    """Answers 429 to those who send this form too often."""
    return cast("Callable[[View], View]", rate_limit(action=action))
