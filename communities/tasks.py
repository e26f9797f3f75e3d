"""How a job enters a community: it takes ids, opens the scope itself and never trusts an ambient one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery.contrib.django.task import DjangoTask

from communities.models import Community
from communities.scoping import community_scope

logger = logging.getLogger(__name__)


class CommunityTask(DjangoTask):
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
    work: Callable[[int], bool],
    *,
    failed: Callable[[int], object] = bool,
) -> int:
    """Do `work` for each of the ids that `find` tells, in a transaction of its own; how many times it said yes.

    One that fails stops no other: it is logged, and `failed` puts it off in a transaction of its own. A worker that
    is killed has done each of them wholly or not at all.
    """
    with community_scope(community):
        keys = list(find())
    done = 0
    for key in keys:
        try:
            with community_scope(community):
                done += work(key)
        except Exception:
            logger.exception("left aside", extra={"community": community.pk, "row": key})
            with community_scope(community):
                failed(key)
    return done


def in_each(ids: Iterable[int], work: Callable[[Community], int]) -> int:
    """Do `work` for each of these communities; what it did in all. One where it fails stops no other."""
    done = 0
    for community in Community.objects.filter(pk__in=list(ids)).order_by("pk"):
        try:
            done += work(community)
        except Exception:
            logger.exception("left aside", extra={"community": community.pk})
    return done
