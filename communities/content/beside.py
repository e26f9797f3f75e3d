"""What other kinds show on the page of a thread for which people come together (`ThreadKind.gathers`).

    register_beside(Beside("albums", "photos", draw_albums))     # when its app is ready

The page says where by `{% beside_thread thread %}`, and knows nobody who draws there.
"""

from __future__ import annotations

from collections.abc import Callable
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


def register_beside(part: Beside) -> None:
    BESIDES.register(part)


def draw_beside(thread: Thread, request: CommunityRequest) -> list[str]:
    """The parts that there are for this reader."""
    open_ones = [part for part in BESIDES if is_open(request.community, request.membership, part.feature)]
    return [drawn for part in open_ones if (drawn := part.draw(thread, request))]
