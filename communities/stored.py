"""Keeping a file that somebody sent; and the files that a community keeps outside its own folder of uploads.

The latter are portraits, logos, pictures of banners. They lie in folders that all communities share, so that only the
rows know whose they are. Each package registers its own when its app is ready; when a community is deleted, its files
go by them.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.exceptions import DomainError
from communities.files import StoreAway, forget
from communities.registries import Registry

logger = logging.getLogger(__name__)

FULL = (errno.ENOSPC, errno.EDQUOT)


class NotKept(DomainError):
    """A file could not be stored, through no fault of it or of who sent it: nothing was changed."""

    message = _(
        "Files cannot be stored at the moment, and nothing was changed. In a few minutes, choose the file again and"
        " save once more."
    )


def keep(path: str, file: File[Any]) -> str:
    """Store a file that somebody sent; its path. Raises NotKept where the store does not answer or has no room, and
    then leaves nothing."""
    try:
        return str(default_storage.save(path, file))
    except StoreAway as away:
        # Nothing of it is there: an object is whole or is not.
        logger.error("a file could not be stored", extra={"problem": str(away)})
        raise NotKept from away
    except OSError as problem:
        forget(path)
        if not is_full(problem):
            raise
        logger.error("no room for files")
        raise NotKept(no_room()) from problem


def is_full(problem: OSError) -> bool:
    return problem.errno in FULL


def no_room() -> str:
    return gettext(
        "The server has no room for this file. Whoever runs it has to make some; nothing was changed."
    )


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
