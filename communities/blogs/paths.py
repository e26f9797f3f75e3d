"""The addresses by which measurement knows articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from communities.content.models import Redirect, Thread
from communities.queries import local_path


def paths_of(threads: Collection[Thread]) -> dict[int, list[str]]:
    """Where articles stand, and where they stood before they, or their blogs, were renamed or moved: days know them by
    these. Two queries, and one more where a place above one moved."""
    at = {thread.pk: local_path(thread.get_absolute_url()) for thread in threads}
    redirects: dict[str, list[str]] = defaultdict(list)
    for target, path in Redirect.objects.filter(target__in=list(at.values())).values_list("target", "path"):
        redirects[target].append(path)
    paths = {
        pk: [unquote(path), *(one for one in redirects[path] if one != unquote(path))]
        for pk, path in at.items()
    }
    above = {
        one[: at + 1]
        for own in paths.values()
        for one in own
        for at, sign in enumerate(one[:-1])
        if sign == "/" and at
    }
    moved = list(Redirect.objects.filter(below=True, target__in=[*above, *map(quote, above)]))
    former = {pk: _moved_with(own, moved) for pk, own in paths.items()}
    asked = {path for own in former.values() for path in own}
    # Where another article stood, which has an address of its own now.
    taken = (
        set(Redirect.objects.filter(path__in=list(asked)).values_list("path", flat=True)) if asked else set()
    )
    return {pk: own + sorted(former[pk] - taken) for pk, own in paths.items()}


def _moved_with(paths: Collection[str], moved: Iterable[Redirect]) -> set[str]:
    """The addresses that these had below places which have others by now."""
    return {
        place.path.rstrip("/") + "/" + one.removeprefix(unquote(place.target))
        for place in moved
        for one in paths
        if one.startswith(unquote(place.target))
    } - {*paths}
