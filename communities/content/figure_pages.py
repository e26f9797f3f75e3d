"""Spaces of a kind that have figures of their own: said by the kind, and led to from the results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from communities.content.models import Space
from communities.content.viewers import Viewer
from communities.models import Community, Membership
from communities.registries import Registry


@dataclass(frozen=True)
class FigurePages:
    """`title` stands above the spaces, `said` and `label` beside each, `route` is its page, by the slug of the space.
    `outcomes`: they say what came of projects."""

    name: str
    title: Any
    said: Any
    label: Any
    route: str
    spaces: Callable[[Community, Viewer, Membership], Sequence[Space]] = field(compare=False)
    outcomes: bool = False
    order: int = 0


figure_pages: Registry[FigurePages] = Registry("pages of figures")


@dataclass(frozen=True)
class Shown:
    """Those of one kind that a reader may open; each with its space and its address."""

    name: str
    title: Any
    said: Any
    label: Any
    rows: list[tuple[Space, str]]


def shown_figures(
    community: Community, viewer: Viewer, by: Membership, *, of_outcomes: bool = False
) -> Iterator[Shown]:
    for one in figure_pages:
        spaces = one.spaces(community, viewer, by) if one.outcomes or not of_outcomes else ()
        if spaces:
            rows = [(space, reverse(one.route, args=[space.slug])) for space in spaces]
            yield Shown(one.name, one.title, one.said, one.label, rows)
