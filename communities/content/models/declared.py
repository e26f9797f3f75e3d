"""What the models ask of the kinds of content. These are declared a layer above (`kinds`), in each kind's folder.

A kind is known by the name that its rows carry; the rows of a kind that nobody declares any more are shown to nobody.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communities.registries import Registry

# Kind and ThreadKind of `communities.content.kinds`, which cannot be named here: they know the models.
KINDS: Registry[Any] = Registry("kind of content")
THREAD_KINDS: Registry[Any] = Registry("kind of thread")
# Circle of `communities.content.circles`: whom a space lets read, start and reply.
CIRCLES: Registry[Any] = Registry("circle")
# Circles to which every active member belongs.
ALL_MEMBERS = frozenset({"public", "members"})


def of_those_within(people: str) -> str:
    """The words for these readers of a space that stands in another one, which not all members read."""
    return _("%(people)s, among those who read the space it is inside") % {"people": people}


def space_kinds() -> list[tuple[str, Any]]:
    """The choices of `Space.kind`."""
    return [(kind.name, kind.label) for kind in KINDS]


def thread_kinds() -> list[tuple[str, Any]]:
    """The choices of `Thread.kind`."""
    return [(kind.name, kind.label) for kind in THREAD_KINDS]


def reading_circles() -> list[tuple[str, Any]]:
    """The choices of `Space.audience`."""
    return [(circle.name, circle.label) for circle in CIRCLES if circle.reads]


def starting_circles() -> list[tuple[str, Any]]:
    """The choices of `Space.posting`."""
    return [(circle.name, circle.label) for circle in CIRCLES if circle.starts]


def replying_circles() -> list[tuple[str, Any]]:
    """The choices of `Space.replying`."""
    return [(circle.name, circle.label) for circle in CIRCLES if circle.replies]
