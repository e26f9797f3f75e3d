"""Files that a community keeps outside its own folder of uploads: portraits, logos, pictures of banners.

They lie in folders that all communities share, so that only the rows know whose they are. Each package registers its
own when its app is ready; when a community is deleted, its files go by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from communities.registries import Registry


@dataclass(frozen=True)
class Stored:
    """Files named by rows.

    `take(community, most)` forgets up to `most` of them in the rows of the community in scope, and names their paths in
    the default storage; empty once there are none. They are deleted in the same transaction.
    `weigh()` says how many bytes of them, in scope, count in the quota of storage: 0 for what is small or soon gone.
    """

    name: str
    take: Callable[[Any, int], list[str]] = field(compare=False)
    weigh: Callable[[], int] = field(default=int, compare=False)


stored: Registry[Stored] = Registry("kind of stored file")


def register_stored(kind: Stored) -> None:
    stored.register(kind)


def stored_in(name: str, rows: Callable[[], Any], field: str, *, size: str = "") -> Stored:
    """Files whose paths stand in one column; `rows` answers, in scope, with the rows that may have one. `size` is the
    column of their bytes, where they count in the quota of storage."""

    def take(community: Any, most: int) -> list[str]:
        found = dict(rows().exclude(**{field: ""}).order_by("pk").values_list("pk", field)[:most])
        rows().filter(pk__in=list(found)).update(**{field: ""})
        return list(found.values())

    def weigh() -> int:
        return int(rows().aggregate(bytes=Sum(size))["bytes"] or 0) if size else 0

    return Stored(name, take, weigh)
