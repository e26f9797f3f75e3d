"""Which addresses that the team has typed can be opened by who reads: a link that leads them nowhere is none.

    with_link = openable(request, [banner.target for banner in banners])

Views say by themselves which features they ask for (`feature_required`), kinds which space and which thread an address
of theirs names; nobody else is asked. However many addresses there are, and wherever they lead, this costs one
statement where one of them may be that of a thread, and none otherwise. Where some lead nowhere as they are, they may
be former ones: another statement says where all of these lead, and the same is asked of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from django.urls import Resolver404, resolve

from communities.content.addresses import local_path
from communities.content.kinds import KINDS, Kind
from communities.content.models import Thread
from communities.content.queries import led_on
from communities.content.viewers import Viewer, readable_spaces, spaces_of, viewer_of
from communities.launch.features import open_features
from communities.memory import Memory
from communities.middleware import CommunityRequest
from communities.models import Community, Membership
from communities.reads import CompiledRead
from communities.remembered_reads import RememberedRead

# As long as an address of a thread is.
LONGEST = 80
# How often an address may lead on: to a space that was renamed, and there to a thread that was, too.
HOPS = 3


@dataclass(frozen=True)
class Asked:
    """What an address names: the features of its page, the kind that it belongs to, the words in it."""

    path: str
    features: frozenset[str]
    namespace: str
    route: str
    words: tuple[str, ...]


def may_open(request: CommunityRequest, target: str) -> bool:
    return target in openable(request, [target])


def openable(request: CommunityRequest, targets: Iterable[str]) -> frozenset[str]:
    """Those of these addresses that lead this reader somewhere. One elsewhere does, and one that no page has: it may be
    of an old site. What asks a visitor to sign in does, too, where its part is open to them."""
    return openable_by(request.membership, request.community, viewer_of(request), targets)


def openable_by(
    membership: Membership | None, community: Community, viewer: Viewer, targets: Iterable[str]
) -> frozenset[str]:
    """The same where there is no request at hand."""
    wanted = frozenset(targets)
    features = open_features(community, membership)
    leading = {target: _path_of(target) for target in wanted if target.startswith("/")}
    nowhere: set[str] = set()
    for hops_left in range(HOPS, -1, -1):
        shut = _shut(community, viewer, features, set(leading.values()))
        leading = {target: path for target, path in leading.items() if path in shut}
        if not leading:
            break
        # As the page that is not found leads on.
        onward = led_on(viewer, leading.values()) if hops_left else {}
        nowhere |= {target for target, path in leading.items() if path not in onward}
        leading = {target: _path_of(onward[path]) for target, path in leading.items() if path in onward}
    return wanted - nowhere


def _shut(community: Community, viewer: Viewer, features: frozenset[str], paths: set[str]) -> set[str]:
    """Those of these paths at which there is nothing for this reader."""
    known = {path: one for path in paths if (one := _asked(path)) is not None}
    inside = {path: one for path, one in known.items() if one.features <= features}
    kinds = {path: kind for path, one in inside.items() if (kind := _kind_at(one.namespace)) is not None}
    threads = _named(viewer, {word for path in kinds for word in inside[path].words})
    return (known.keys() - inside.keys()) | {
        path for path, kind in kinds.items() if not _opens(community, viewer, kind, inside[path], threads)
    }


def _path_of(target: str) -> str:
    return unquote(target.partition("#")[0].partition("?")[0])


@lru_cache(maxsize=1024)
def _asked(path: str) -> Asked | None:
    try:
        match = resolve(path)
    except Resolver404:
        # Without the slash at its end, as people type it: Django leads to the page that has it.
        return None if path.endswith("/") else _asked(f"{path}/")
    words = tuple(
        word for word in match.kwargs.values() if isinstance(word, str) and 0 < len(word) <= LONGEST
    )
    features: frozenset[str] = getattr(match.func, "features", frozenset())
    return Asked(path, features, match.namespace, match.url_name or "", words)


def _kind_at(namespace: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.path == namespace), None)


def _opens(community: Community, viewer: Viewer, kind: Kind, asked: Asked, threads: Sequence[Thread]) -> bool:
    """Whether a page of a kind has something for this reader: a space of it that they read, the one that it names, and
    the thread. The list of its spaces is there for all."""
    if asked.route == kind.list_route:
        return True
    readable = {space.slug for space in readable_spaces(community, viewer, kind.name)}
    if not readable:
        return False
    living = {space.slug for space in spaces_of(community) if space.kind == kind.name}
    if any(word in living and word not in readable for word in asked.words):
        return False
    if asked.route == kind.space_route:
        return bool(readable.intersection(asked.words))
    thread = next((one for one in threads if asked.path.startswith(local_path(one.get_absolute_url()))), None)
    if thread is None:
        return asked.route != kind.thread_route
    # Its author and the team may read it while others do not; nobody has to be led there.
    return thread.is_published and thread.space_id in viewer.space_ids


def _named(viewer: Viewer, words: set[str]) -> Sequence[Thread]:
    """The threads that have one of these words as their address. Members’ pages ask anew after a second; of visitors’
    pages, which are kept, it is one of the reads that they are drawn from."""
    if not words:
        return ()
    sought = tuple(sorted(words))
    if not viewer.is_member:
        return _threads(sought)
    return _remembered.get(viewer.community_id, sought)


def _by_words(words: Any) -> Any:
    return Thread.objects.filter(slug__in=words).select_related("space")


_threads: CompiledRead[Thread] = CompiledRead(_by_words)
_again: RememberedRead[Thread] = RememberedRead(_by_words)
_remembered: Memory[list[Thread]] = Memory(lambda _community, words: _again(words), size=512)
