"""Sitemaps: every public address, ten thousand to a file, walked by id so that no file costs more than another.

A file of its own: views write XML, this decides what stands in it. Kinds say which threads are theirs; packages whose
pages are of something else (products, blogs of members) register them with `register_mapped` when their app is ready.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import F, Window
from django.db.models.functions import Mod, RowNumber

from communities.content.addresses import absolute_address, community_root
from communities.content.kinds import KINDS, Kind, open_kinds
from communities.content.managers import ThreadQuerySet
from communities.content.models import Tag, Thread
from communities.content.viewers import Viewer, readable_spaces, unfolded
from communities.launch.features import is_open, open_features
from communities.models import Community
from communities.registries import Registry

# The protocol allows 50,000; smaller files are written and read sooner.
IN_A_FILE, ALLOWED_IN_A_FILE = 10_000, 50_000
STARTS_KEPT = 3600  # seconds


@dataclass(frozen=True)
class Location:
    """One address with its last change and its pictures."""

    address: str
    changed_at: datetime.datetime | None = None
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapped:
    """Pages besides those of threads, spaces and tags. `name` is what their files are called in addresses; of a
    `feature` that is closed to visitors there are none. `rows` are those that the viewer may see and that search
    engines may keep, with a `pk`, cut off by whoever asks; `located` says where they stand."""

    name: str
    feature: str
    rows: Callable[[Community, Viewer], Any] = field(compare=False)
    located: Callable[[Community, Sequence[Any]], list[Location]] = field(compare=False)


MAPPED: Registry[Mapped] = Registry("kind of page in sitemaps")


def register_mapped(mapped: Mapped) -> None:
    MAPPED.register(mapped)


def files_of(community: Community, viewer: Viewer) -> list[tuple[str, int]]:
    """The (name, number) of each sitemap of a community that has something in it."""
    files = [("spaces", 1)]
    for kind in open_kinds(open_features(community, None)):
        count = len(_kept_starts(community, viewer, kind))
        files += [(kind.threads_name, number) for number in range(1, count + 1)]
    for mapped in _open_mapped(community):
        count = len(_kept_of(community, viewer, mapped))
        files += [(mapped.name, number) for number in range(1, count + 1)]
    if is_open(community, None, "tags") and _tags(viewer).exists():
        files.append(("tags", 1))
    return files


def locations(community: Community, viewer: Viewer, name: str, number: int) -> list[Location]:
    """What stands in one file; nothing where there is no such file."""
    for kind in KINDS:
        if kind.threads_name == name:
            return _thread_locations(community, viewer, kind, number)
    for mapped in _open_mapped(community):
        if mapped.name == name:
            return _mapped_locations(community, viewer, mapped, number)
    if number != 1:
        return []
    if name == "spaces":
        return list(_space_locations(community, viewer))
    if name == "tags" and is_open(community, None, "tags"):
        return [
            Location(absolute_address(community, tag.get_absolute_url())) for tag in _tags(viewer)[:IN_A_FILE]
        ]
    return []


def _threads(viewer: Viewer, kind: Kind) -> ThreadQuerySet:
    visible: ThreadQuerySet = Thread.objects.visible_to(viewer)
    return visible.of_kind(*kind.thread_names)


def _open_mapped(community: Community) -> list[Mapped]:
    return [mapped for mapped in MAPPED if is_open(community, None, mapped.feature)]


def _kept_starts(community: Community, viewer: Viewer, kind: Kind) -> list[int]:
    # In spaces of the kind: all others hold none, and may hold very many threads.
    spaces = [space.pk for space in readable_spaces(community, viewer, kind.name)]
    return _kept(community, kind.name, lambda: _threads(viewer, kind).filter(space_id__in=spaces))


def _kept_of(community: Community, viewer: Viewer, mapped: Mapped) -> list[int]:
    return _kept(community, mapped.name, lambda: mapped.rows(community, viewer))


def _kept(community: Community, name: str, rows: Callable[[], Any]) -> list[int]:
    """The first id of each file, as it was within the last hour: a robot fetches an index and then its files, and each
    would number all rows again. A place with one file is asked each time."""
    key = f"sitemap-starts:{community.pk}:{name}:{community.launch_version}"
    kept: list[int] | None = cache.get(key)
    if kept is None:
        kept = _starts(rows())
        if len(kept) > 1:
            cache.set(key, kept, STARTS_KEPT)
    return kept


def _starts(rows: Any) -> list[int]:
    """The first id of each file: one walk over the index of ids."""
    numbered = rows.annotate(number=Window(RowNumber(), order_by=F("pk").asc()))
    firsts = numbered.annotate(rest=Mod(F("number"), IN_A_FILE)).filter(rest=1 % IN_A_FILE)
    return list(firsts.order_by("pk").values_list("pk", flat=True))


def _in_file(rows: Any, starts: list[int], number: int) -> tuple[Any, int] | None:
    """The rows up to the end of a file, and the first id that stands in it; None where there is no such file."""
    if number < 1 or (number > 1 and number > len(starts)):
        return None
    # To the next start, however many are public by now; the last one to its end.
    if number < len(starts):
        rows = rows.filter(pk__lt=starts[number])
    return rows, starts[number - 1] if number > 1 else 1


def _mapped_locations(community: Community, viewer: Viewer, mapped: Mapped, number: int) -> list[Location]:
    found = _in_file(mapped.rows(community, viewer), _kept_of(community, viewer, mapped), number)
    if found is None:
        return []
    rows, start = found
    return mapped.located(community, list(rows.filter(pk__gte=start).order_by("pk")[:ALLOWED_IN_A_FILE]))


def _thread_locations(community: Community, viewer: Viewer, kind: Kind, number: int) -> list[Location]:
    found = _in_file(_threads(viewer, kind), _kept_starts(community, viewer, kind), number)
    if found is None:
        return []
    threads, start = found
    spaces = {space.pk: space for space in readable_spaces(community, viewer)}
    rows = list(
        threads.after(start - 1).only(
            "community_id", "space_id", "kind", "slug", "published_at", "edited_at", "last_activity_at"
        )[:ALLOWED_IN_A_FILE]
    )
    pictures = kind.pictures(community, threads.after(start - 1)[: len(rows)])
    for row in rows:
        row.space = spaces[row.space_id]
    return [_location(community, row, pictures.get(row.pk)) for row in rows]


def _location(community: Community, thread: Thread, picture: str | None) -> Location:
    dates: list[Any] = [thread.published_at, thread.edited_at, thread.last_activity_at]
    changed = max(date for date in dates if date is not None)
    address = absolute_address(community, thread.get_absolute_url())
    return Location(address, changed, (picture,) if picture else ())


def _space_locations(community: Community, viewer: Viewer) -> Iterable[Location]:
    yield Location(community_root(community))
    spaces = readable_spaces(community, viewer)
    held = {space.kind for space in spaces}
    for kind in KINDS:
        if kind.name in held:
            yield Location(absolute_address(community, kind.list_url()))
    for space in unfolded(spaces, None):
        yield Location(absolute_address(community, space.get_absolute_url()))


def _tags(viewer: Viewer) -> Any:
    return Tag.objects.seen_by(viewer).worth_indexing()
