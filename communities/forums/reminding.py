"""What the clock does with threads that somebody is to answer: on the day they are reminded, once."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import ngettext

from communities.forums.models import AssignedThread
from communities.forums.notices import ThreadDue, due_occasion_of
from communities.forums.permissions import can_be_assigned
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.planned import Planned, register_planned
from communities.queries import local_path
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50


def register() -> None:
    register_planned(
        Planned(
            "threads to answer",
            order=19,
            fields=("remind_at",),
            rows=lambda now: AssignedThread.objects.filter(remind_at__gt=now),
            said=lambda n: (
                ngettext("%(n)s reminder of a thread to answer", "%(n)s reminders of threads to answer", n)
                % {"n": n}
            ),
        )
    )


def remind_of_answers(community: Community) -> int:
    """Everybody who is due to be reminded in the community in scope; of how many threads."""
    due = AssignedThread.objects.filter(remind_at__lte=timezone.now()).order_by("remind_at", "pk")
    return each_apart("thread to answer", list(due.values_list("pk", flat=True)[:MOST]), remind)


def remind(number: int) -> int:
    """Of one, once; 0 where it was answered or given back meanwhile, or somebody else is doing it. Of what they cannot
    read that day, or while they are not of the team, nobody is reminded."""
    rows = AssignedThread.objects.select_for_update(of=("self",), skip_locked=True)
    rows = rows.filter(remind_at__lte=timezone.now()).select_related("thread__space", "assignee")
    row = rows.filter(pk=number).first()
    if row is None:
        return 0
    row.remind_at = None
    row.save(update_fields=["remind_at"])
    if row.thread.is_published and can_be_assigned(row.assignee):
        path = local_path(row.thread.get_absolute_url())
        about = About(thread=row.thread, path=path, occasion=due_occasion_of(row))
        tell(ThreadDue, [row.assignee_id], about)
    return 1
