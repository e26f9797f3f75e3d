"""Things and reviews travel with each other; what an order has proved stays proved."""

from __future__ import annotations

from communities.portable import Portable, register_about, register_portable
from communities.reviews.models import Review, Thing
from communities.reviews.things import ADD, EDIT, REMOVE


def register() -> None:
    register_portable(
        Portable(Thing, files=("picture", "picture_renditions")),
        Portable(
            Review, blank={"shown_in": None}, why="Where it can be read says its thread, when it arrives."
        ),
    )
    register_about(Thing, acts=(ADD, EDIT, REMOVE))
