"""How a job enters a community: it takes ids, opens the scope itself and never trusts an ambient one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction

from communities import queries, quotas
from communities.models import Community
from communities.queries import hosts_of
from communities.scoping import active_community_id, community_scope
from members.aside import aside_together, go_on, known_aside, let_go
from members.jobs import KeptTask
from members.rounds import in_order, paced

logger = logging.getLogger(__name__)

Row = TypeVar("Row")

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


# So many of a community are left out of what is done together.
MOST_ASIDE = 20


def together(
    community: Community,
    work: Callable[[tuple[int, ...]], int | None],
    apart: Callable[[], int],
    *,
    what: str,
    waiting: Callable[[Collection[int]], Iterable[int]],
) -> int:
    """Do many things of a community in one transaction, which costs a part of one for each of them; how many.

    `work` is told which numbers to leave alone: what could not be done before is left to `apart`, which does the same
    by `one_by_one`. So is everything where `work` fails: then nothing of it is done, and nobody knows which one it was.
    A worker that is killed has done all of them or none. `waiting` says which of some numbers still wait, whenever
    their turn is: what could not be done and waits no more would be left to `apart` for ever.
    """
    aside = _still_aside(community, what, waiting)
    # So many say that it is none of them: all are tried alone, which is bounded, and no statement names them all.
    if len(aside) > MOST_ASIDE:
        return apart()
    try:
        with community_scope(community):
            done = int(work(aside) or 0)
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # noqa: BLE001  what it was is said by whoever meets it alone
        logger.info("not all at once", extra={"what": what, "community": community.pk})
        return apart()
    return done + (apart() if aside else 0)


def _still_aside(
    community: Community, what: str, waiting: Callable[[Collection[int]], Iterable[int]]
) -> tuple[int, ...]:
    """What could not be done before, in order; asked only where there is any, which is hardly ever."""
    known = known_aside(what, community_number=community.pk).keys()
    if not known:
        return ()
    with community_scope(community):
        still = known & set(waiting(known))
    let_go(what, known - still, community_number=community.pk)
    return tuple(sorted(still))


def each_apart(what: str, numbers: Iterable[int], work: Callable[[int], int | None]) -> int:
    """The same within the scope of a community, each behind a savepoint: for services that work off what is due."""

    def apart(number: int) -> int | None:
        with transaction.atomic():
            return work(number)

    return go_on(what, numbers, apart, community_number=active_community_id() or 0)


def each_together(
    what: str,
    find: Callable[[], dict[int, Row]],
    work: Callable[[Row], int | None],
    apart: Callable[[Row], int | None],
) -> int:
    """The same behind one savepoint, for rows that `find` reads and locks. Where `work` fails, or has failed before
    with one of them, they are read again, and `apart` does each behind a savepoint of its own."""
    rows = find()
    known = known_aside(what, community_number=active_community_id()) if rows else {}
    if rows and not known.keys() & rows.keys():
        try:
            with transaction.atomic():
                return sum(int(work(row) or 0) for row in rows.values())
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # noqa: BLE001  as above
            logger.info("not all at once", extra={"what": what, "community": active_community_id()})
            rows = find()
    return each_apart(what, rows, lambda pk: apart(rows[pk]))


def in_each(ids: Iterable[int], work: Callable[[Community], int | None]) -> int:
    """Do `work` for each of these communities; what it did in all. One where it fails stops no other.

    In a job of beat’s table it begins where the run before stopped, and stops when its seconds are over.
    """
    order = in_order(ids)
    here: dict[int, Community] = {}
    hosts: dict[int, str] = {}

    def numbers() -> Iterator[int]:
        # No cursor stays open: each of them ends transactions.
        for place, pk in enumerate(paced(order)):
            if place % AT_ONCE == 0:
                here.clear()
                here.update(Community.objects.in_bulk(order[place : place + AT_ONCE]))
                hosts.clear()
                hosts.update(hosts_of(here))
            if pk in here:
                # Whoever asks for it while it has its turn has it at hand.
                queries.remember(here[pk], hosts.get(pk, ""))
                quotas.remember(here[pk])
                yield pk

    if not order:
        return 0
    with aside_together():
        return go_on("community", numbers(), lambda pk: work(here[pk]))


def inside_each(ids: Iterable[int], work: Callable[[Community], int | None]) -> int:
    """The same in the scope of each community, in a transaction of its own."""

    def inside(community: Community) -> int | None:
        with community_scope(community):
            return work(community)

    return in_each(ids, inside)
