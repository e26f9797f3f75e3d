"""The quota of storage: what the files of a community take, and whether another one has room."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext as _

from communities.content.exceptions import NoRoom
from communities.content.models import Attachment
from communities.models import Community
from communities.quotas import Quota, limit_of, lock_storage
from communities.scoping import active_community_id, in_scope
from communities.sizes import size_in_words
from communities.stored import stored


def stored_bytes() -> int:
    """What the files of the community in scope take: its pictures, and what other packages say that they keep."""
    pictures = int(Attachment.objects.aggregate(bytes=Sum("size"))["bytes"] or 0)
    return pictures + sum(kind.weigh() for kind in stored)


def refuse_without_room() -> None:
    """Every picture and font passes here before anything is done with it. Raises NoRoom once all is used."""
    limit = _limit()
    if limit is not None and stored_bytes() >= limit:
        raise NoRoom(_used_up(limit))


def take_room(size: int) -> None:
    """The same for a file whose size in bytes is known, and whose row comes next in this transaction: until that ends,
    others wait to be told whether theirs fits too. Raises NoRoom."""
    limit = _limit()
    if limit is None:
        return
    lock_storage(active_community_id())
    left = limit - stored_bytes()
    if left <= 0:
        raise NoRoom(_used_up(limit))
    if size > left:
        raise NoRoom(_does_not_fit(size, left))


def _limit() -> int | None:
    """None where there is no quota; the platform’s own pictures belong to no community."""
    if not in_scope():
        return None
    return limit_of(Community.objects.only("quotas").get(pk=active_community_id()), Quota.STORAGE)


def _used_up(limit: int) -> str:
    return _(
        "This community has used up its storage (%(limit)s). Your text is safe without the picture;"
        " its team can delete pictures, or ask for more."
    ) % {"limit": size_in_words(limit)}


def _does_not_fit(size: int, left: int) -> str:
    return _(
        "This picture takes %(size)s, and this community has room for %(left)s. Your text is safe without it;"
        " choose a smaller one, or have its team delete pictures or ask for more."
    ) % {"size": size_in_words(size), "left": size_in_words(left)}
