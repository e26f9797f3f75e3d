"""How a job enters a community: it takes ids, opens the scope itself and never trusts an ambient one."""

from __future__ import annotations

from typing import Any

from celery.contrib.django.task import DjangoTask

from communities.scoping import community_scope


class CommunityTask(DjangoTask):
    """Base of jobs on community rows: called with `community_id=…`, runs inside that scope (one transaction)."""

    abstract = True
    # `community_id` is taken here and never reaches the job, so its signature cannot be checked when it is sent.
    typing = False

    def __call__(self, *args: Any, **options: Any) -> Any:
        community_id = options.pop("community_id")
        with community_scope(int(community_id)):
            return self.run(*args, **options)
