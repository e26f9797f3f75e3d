"""Spaces in spaces: who stands in which, in the order of lists. Why so: docs/decisions/0122-rooms.md."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from communities.content.models import Space


def nested(spaces: Iterable[Space]) -> list[Space]:
    """Spaces in order, each followed by those that stand in it; who asks one for its `parent` asks no database where
    that is among them."""
    rows = list(spaces)
    known = {space.pk: space for space in rows}
    for space in rows:
        if space.parent_id in known:
            space.parent = known[space.parent_id]
    return sorted(rows, key=_place)


def _place(space: Space) -> tuple[int, ...]:
    own = (space.place, space.pk)
    above = own if space.parent is None else (space.parent.place, space.parent.pk)
    return (*above, int(space.parent is not None), *own)


def inside(space: Space, spaces: Sequence[Space]) -> list[Space]:
    """Those of these spaces that stand in one."""
    return [one for one in spaces if one.parent_id == space.pk]


def by_parent(spaces: Sequence[Space]) -> list[tuple[Space, list[Space]]]:
    """Each with those in it, for a list; one whose upper space is not among them stands by itself."""
    ids = {space.pk for space in spaces}
    return [(space, inside(space, spaces)) for space in spaces if space.parent_id not in ids]


def narrowed(readable: Collection[int], spaces: Sequence[Space]) -> frozenset[int]:
    """The narrower wins: of spaces that somebody may read, those whose upper space they may read, too."""
    return frozenset(
        space.pk
        for space in spaces
        if space.pk in readable and (space.parent_id is None or space.parent_id in readable)
    )


def crumbs_of(space: Space, readable: Collection[int]) -> list[dict[str, str]]:
    """The way to a space and to what stands in it, from below its list; the last one is the space. `readable` are the
    ids of what the reader may read (`Viewer.space_ids`)."""
    return [{"label": one.name, "url": one.get_absolute_url()} for one in _way_to(space, readable)]


def name_behind(space: Space, readable: Collection[int]) -> str:
    """The name of a space behind that of the one it stands in: in lists where nothing else says so."""
    return " › ".join(one.name for one in _way_to(space, readable))


def _way_to(space: Space, readable: Collection[int]) -> list[Space]:
    """Who looks after the inner space alone reads it without the upper one, of which nothing is said then."""
    above = space.parent if space.parent_id in readable else None
    return [space] if above is None else [above, space]
