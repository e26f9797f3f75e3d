"""What other kinds show on the page of a thread for which people come together (`ThreadKind.gathers`).

    register_beside(Beside("albums", "photos", draw_albums))     # when its app is ready

The page says where by `{% beside_thread thread %}`, and knows nobody who draws there.

What another kind holds, and a text of any kind takes part in, says so on the page of that text in the same way:

    register_holding(Beside("challenges", "challenges", draw_challenges))

where `{% takes_part thread %}` stands. `Thread.takes_part` says whether there is any; all other pages ask nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from communities.content.models import Thread
from communities.launch.features import is_open
from communities.middleware import CommunityRequest
from communities.registries import Registry


@dataclass(frozen=True)
class Beside:
    """A part of such pages: the feature that must be open to its reader, and what draws it, as safe markup; "" where
    there is nothing to show."""

    name: str
    feature: str
    draw: Callable[[Thread, CommunityRequest], str]
    order: int = 50


BESIDES: Registry[Beside] = Registry("part beside a thread")
HOLDINGS: Registry[Beside] = Registry("what threads take part in")


def register_beside(part: Beside) -> None:
    BESIDES.register(part)


def register_holding(part: Beside) -> None:
    HOLDINGS.register(part)


def draw_beside(thread: Thread, request: CommunityRequest) -> list[str]:
    """The parts that there are for this reader."""
    return _drawn(BESIDES, thread, request)


def draw_taking_part(thread: Thread, request: CommunityRequest) -> list[str]:
    """What this reader is told of what a thread takes part in."""
    return _drawn(HOLDINGS, thread, request) if thread.takes_part else []


def _drawn(parts: Iterable[Beside], thread: Thread, request: CommunityRequest) -> list[str]:
    open_ones = [part for part in parts if is_open(request.community, request.membership, part.feature)]
    return [drawn for part in open_ones if (drawn := part.draw(thread, request))]
