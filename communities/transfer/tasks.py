"""Imports outside requests."""

from __future__ import annotations

import datetime

from celery import shared_task
from django.utils import timezone

from communities.models import Community
from communities.queries import communities_by_question
from communities.scoping import community_scope
from communities.tasks import in_each
from communities.transfer.importing.working import STALLED_AFTER, forget_due_files, imports_to_resume, work_on
from members.rounds import Periodic

# A rehearsal is one transaction, and cannot be done in slices.
LONGEST = datetime.timedelta(hours=3)


@shared_task(time_limit=int(LONGEST.total_seconds()), soft_time_limit=int(LONGEST.total_seconds()) - 60)
def work_on_import(community_id: int, import_id: int) -> None:
    """Rehearse an import, bring it in or take it back, for some minutes; it sends for its next slice itself."""
    community = Community.objects.filter(pk=community_id).first()
    if community is not None:
        work_on(community, import_id)


@shared_task(base=Periodic)
def look_after_imports() -> int:
    """Take up imports that have lost their worker, and delete files whose seven days are over; how many."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_imports(%s, %s)", [now - STALLED_AFTER, now])
    return in_each(ids, _look_after)


def _look_after(community: Community) -> int:
    with community_scope(community):
        stalled = imports_to_resume()
    for import_id in stalled:
        work_on_import.delay(community_id=community.pk, import_id=import_id)
    with community_scope(community):
        return len(stalled) + forget_due_files()
