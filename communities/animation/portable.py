"""What of animation travels: how newcomers were received. What was done on a day stays with that day."""

from __future__ import annotations

from communities.animation.models import Handling, Introduction, Welcome
from communities.portable import Portable, Stays, register_portable


def register() -> None:
    register_portable(
        Stays(
            Handling, why="What one team did on its days; it names things by the numbers that they have here."
        ),
        Portable(Welcome),
        Portable(Introduction),
    )
