"""What a community puts into its menu by itself, beside the places that packages have there: pages that it has written.

Whoever keeps such things says which of them a reader may see. The frame around every page asks, so an answer costs no
query, and what it comes from is among the facts of visitors’ pages (`communities/redrawing.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

# The label and the address of an entry.
OwnPlace = tuple[str, str]
Teller = Callable[[HttpRequest], list[OwnPlace]]

_tellers: list[Teller] = []


def register_own_places(tell: Teller) -> None:
    if tell not in _tellers:
        _tellers.append(tell)


def own_places(request: HttpRequest) -> list[OwnPlace]:
    """What this reader may see of it, in order."""
    return [place for tell in _tellers for place in tell(request)]
