"""What a search finds beside texts, people and tags: pages of packages that register them (`register_beside`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.utils.functional import Promise

from communities.content.viewers import Viewer
from communities.models import Community
from communities.registries import Registry

MOST = 5

# Its label and its address.
Link = tuple[str, str]


@dataclass(frozen=True)
class Beside:
    """Pages with a name of their own, under `label`; none where their `feature` is closed. `find` answers with `most`
    of them at most that the viewer may open, and without a query where there can be none."""

    name: str
    label: Promise
    feature: str
    find: Callable[[Community, Viewer, str, int], list[Link]] = field(compare=False)
    order: int = 50


BESIDE: Registry[Beside] = Registry("kind of page that is found")


def register_beside(beside: Beside) -> None:
    BESIDE.register(beside)


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    name: str
    label: Promise
    links: list[Link]


def found_beside(community: Community, viewer: Viewer, words: str, features: Collection[str]) -> list[Group]:
    """The groups in which something was found."""
    groups = [
        Group(one.name, one.label, one.find(community, viewer, words, MOST))
        for one in BESIDE
        if one.feature in features
    ]
    return [group for group in groups if group.links]
