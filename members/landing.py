"""Where somebody lands after signing in. The layer above knows what their day begins with."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import get_script_prefix

Landing = Callable[[HttpRequest], str]
_landings: list[Landing] = []


def register_landing(find: Landing) -> None:
    """`find` names the path for whoever has just signed in; empty where it knows none."""
    if find not in _landings:
        _landings.append(find)


def landing_page(request: HttpRequest) -> str:
    return next(filter(None, (find(request) for find in _landings)), get_script_prefix())
