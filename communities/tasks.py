"""How a job enters a community: it takes ids, opens the scope itself and never trusts an ambient one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from communities.models import Community
from communities.scoping import active_community_id, community_scope
from members.aside import go_on
from members.jobs import KeptTask

# Rows of communities in memory while jobs walk over them.
AT_ONCE = 500


class CommunityTask(KeptTask):
    """Base of jobs on community rows: called with `community_id=…`, runs inside that scope (one transaction)."""

    abstract = True
    # `community_id` is taken here and never reaches the job, so its signature cannot be checked when it is sent.
    typing = False

    def __call__(self, *args: Any, **options: Any) -> Any:
        community_id = options.pop("community_id")
        with community_scope(int(community_id)):
            return self.run(*args, **options)


def one_by_one(
    community: Community,
    find: Callable[[], Iterable[int]],
    work: Callable[[int], int | None],
    *,
    what: str,
    failed: Callable[[int], object] | None = None,
) -> int:
    """Do `work` for each of the numbers that `find` tells, in a transaction of its own; the sum of what it answered.

    One that fails stops no other: it is set aside (`members/aside.py`) as one of `what`, and `failed` puts it off in a
    transaction of its own. A worker that is killed has done each of them wholly or not at all.
    """
    with community_scope(community):
        numbers = list(find())

    def alone(number: int) -> int | None:
        with community_scope(community):
            return work(number)

    def put_off(number: int) -> None:
        if failed is not None:
            with community_scope(community):
                failed(number)

    return go_on(
        what, numbers, alone, community_number=community.pk, failed=put_off if failed is not None else None
    )


def each_apart(what: str, numbers: Iterable[int], work: Callable[[int], int | None]) -> int:
    """The same within the scope of a community, each behind a savepoint: for services that work off what is due."""

    def apart(number: int) -> int | None:
        with transaction.atomic():
            return work(number)

    return go_on(what, numbers, apart, community_number=active_community_id() or 0)


def in_each(ids: Iterable[int], work: Callable[[Community], int | None]) -> int:
    """Do `work` for each of these communities; what it did in all. One where it fails stops no other."""
    return _one_after_the_other(Community.objects.filter(pk__in=list(ids)), work)


def in_every_one(work: Callable[[Community], int | None], *, among: QuerySet[Community] | None = None) -> int:
    """Do `work` in the scope of each community, or of those `among`, in a transaction of its own; what it did in all.
    One where it fails stops no other."""

    def inside(community: Community) -> int | None:
        with community_scope(community):
            return work(community)

    return _one_after_the_other(Community.objects.all() if among is None else among, inside)


def _one_after_the_other(found: QuerySet[Community], work: Callable[[Community], int | None]) -> int:
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    here: dict[int, Community] = {}

    def numbers() -> Iterator[int]:
        # No cursor stays open: each of them ends transactions.
        for some in batched(ids, AT_ONCE):
            here.clear()
            here.update(Community.objects.in_bulk(some))
            yield from (pk for pk in some if pk in here)

    return go_on("community", numbers(), lambda pk: work(here[pk]))


def batched(ids: list[int], size: int) -> Iterator[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
