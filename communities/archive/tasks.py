"""Jobs of exports: writing one, bringing one in, taking up what has stopped, deleting what is old."""

from __future__ import annotations

import datetime

from celery import shared_task
from django.utils import timezone

from communities.archive.coming.working import comings_to_resume, forget_old, work_on_coming
from communities.archive.going.deleting import take_away
from communities.archive.going.working import exports_to_resume, work_on
from communities.archive.models import Export
from communities.files import ask_store
from communities.models import Community
from communities.queries import communities_by_question
from communities.scoping import community_scope
from communities.tasks import in_each, one_by_one
from members.rounds import Periodic

# The longest part is the file itself: pictures and pages of the whole place.
LONGEST = 6 * 60 * 60  # seconds
# Nobody has worked on it for so long: its worker is gone. One that is at a long part holds its lock.
STOPPED_AFTER = datetime.timedelta(minutes=2)


@shared_task(time_limit=LONGEST, soft_time_limit=LONGEST - 60)
def write_export(community_id: int, export_id: int) -> bool:
    """Write the next parts and send for the rest; whether it is done. Running twice is running once."""
    community = Community.objects.filter(pk=community_id).first()
    done = community is None or work_on(community, export_id)
    if not done:
        write_export.delay(community_id, export_id)
    return done


@shared_task(base=Periodic)
def resume_exports() -> int:
    """Take up exports that nobody works on, and delete files whose seven days are over; how many."""
    now = timezone.now()
    ids = communities_by_question("select communities_with_exports(%s, %s)", [now - STOPPED_AFTER, now])
    for coming_id in comings_to_resume(now - STOPPED_AFTER):
        bring_community.delay(coming_id)
    return in_each(ids, _settle) + forget_old(now)


@shared_task(time_limit=LONGEST, soft_time_limit=LONGEST - 60)
def bring_community(coming_id: int) -> None:
    """Check an uploaded export, or bring it in. Running twice is running once."""
    work_on_coming(coming_id)


def _settle(community: Community) -> int:
    now = timezone.now()
    with community_scope(community):
        stopped = exports_to_resume(now, STOPPED_AFTER)
    for export_id in stopped:
        write_export.delay(community.pk, export_id)
    return len(stopped) + one_by_one(community, _expired, _delete, what="export")


def _expired() -> list[int]:
    old = Export.objects.filter(state=Export.State.READY, expires_at__lte=timezone.now())
    return list(old.values_list("pk", flat=True))


def _delete(export_id: int) -> bool:
    export = Export.objects.get(pk=export_id)
    ask_store(export.path)
    return take_away(export)
