"""How other sites understand a page: its canonical address, its share picture, its structured data. A file of its own
because pages of every kind need the same metadata.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from communities.content.addresses import absolute_address, community_root
from communities.content.models import Thread
from communities.memory import Memory
from communities.models import Community, fingerprint
from communities.navigation import address_of
from communities.theming import share_path, theme_version

_versions: Memory[str] = Memory(lambda: "", size=2048, lifetime=600.0, told=True)


def graph_of(*things: dict[str, Any]) -> dict[str, Any]:
    """Several things about one page, for the tag `structured_data`."""
    return {"@context": "https://schema.org", "@graph": list(things)}


def breadcrumb_data(community: Community, crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`crumbs` are (label, address) from below home to the page itself."""
    steps = [(community.name, community_root(community))]
    steps += [(label, absolute_address(community, address)) for label, address in crumbs]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": label, "item": address}
            for number, (label, address) in enumerate(steps, 1)
        ],
    }


def share_address(community: Community, thread: Thread | None = None) -> str:
    """The absolute address of the picture with a thread's title (or the community's name) on the brand's colour.

    It changes with the title and the theme, so that it can be kept for a year.
    """
    version = share_version(community, thread.title if thread else community.name)
    if thread is None:
        return absolute_address(community, address_of("content:show-share-image", version))
    return absolute_address(community, address_of("content:show-thread-share-image", thread.slug, version))


def share_version(community: Community, title: str) -> str:
    return _versions.keep((fingerprint(community), title), lambda: _version_of(community, title))


def _version_of(community: Community, title: str) -> str:
    known = f"{theme_version(community.theme)}\0{community.name}\0{share_path(community)}\0{title}"
    return hashlib.sha256(known.encode()).hexdigest()[:12]
