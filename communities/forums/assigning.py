"""Giving a thread to somebody of the team, who answers it by a day; and taking it back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.calendar import moment_at, today
from communities.content.audiences import readers_among
from communities.content.models import Space, Thread
from communities.exceptions import NotAllowed
from communities.forums.exceptions import AssignedMeanwhile, AssignError
from communities.forums.models import AssignedThread
from communities.forums.notices import ThreadAssigned, occasion_of
from communities.forums.permissions import can_assign_thread, can_be_assigned, can_unassign_thread
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import local_path

# When whoever has a thread is reminded of it, on its day.
MORNING = datetime.time(8)
# Nobody promises further ahead.
LONGEST = datetime.timedelta(days=366)
# Among whom one chooses.
MOST_PEOPLE = 200


def people_to_assign(space: Space) -> list[Membership]:
    """The team, as far as it reads a space, by name."""
    team = Membership.objects.team().order_by("display_name", "pk")[:MOST_PEOPLE]
    people = [person for person in team if can_be_assigned(person)]
    readers = readers_among(space, [person.pk for person in people])
    return [person for person in people if person.pk in readers]


@transaction.atomic
def assign_thread(
    thread: Thread,
    *,
    to: Membership,
    due_on: datetime.date,
    seen: int | None,
    by: Membership,
    community: Community,
) -> bool:
    """Have somebody answer a thread by a day, which may change later; False where nothing does. They are told, and
    reminded on that day; it stands on their Today until they have answered. `seen` is who had it when whoever gives it
    looked.

    Raises NotAllowed, AssignError, AssignedMeanwhile where somebody else has given it away since.
    """
    held = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    if held is None or not can_assign_thread(by, held):
        raise NotAllowed
    if to.pk not in {person.pk for person in people_to_assign(held.space)}:
        raise AssignError(_("Choose somebody on the team who reads this space."), field="to")
    first = today(community)
    if not first <= due_on <= first + LONGEST:
        raise AssignError(_("Choose a day from today on, within a year."), field="due_on")
    row = assignment_of(held)
    if (row.assignee_id if row is not None else None) != seen:
        raise AssignedMeanwhile(_meanwhile(row))
    if row is not None and (row.assignee_id, row.due_on) == (to.pk, due_on):
        return False
    is_new = row is None or row.assignee_id != to.pk
    row = row or AssignedThread(thread=held)
    row.assignee, row.due_on, row.assigned_by = to, due_on, by
    row.assigned_at = timezone.now() if is_new else row.assigned_at
    # On the day itself whoever is given it hears of it now, and who sets their own day knows it.
    knows = due_on == first and (is_new or to.pk == by.pk)
    row.remind_at = None if knows else moment_at(due_on, MORNING, community)
    row.save()
    if is_new and to.pk != by.pk:
        path = local_path(held.get_absolute_url())
        tell(ThreadAssigned, [to.pk], About(thread=held, actor=by, path=path, occasion=occasion_of(row)))
    return True


@transaction.atomic
def unassign_thread(thread: Thread, *, by: Membership) -> bool:
    """It is with nobody; False where it was so. Raises NotAllowed."""
    held = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    row = assignment_of(held) if held is not None else None
    if held is None or not can_unassign_thread(by, held, row.assignee_id if row is not None else 0):
        raise NotAllowed
    if row is None:
        return False
    row.delete()
    return True


def settle_assigned(thread_id: int, *, assignee_id: int | None = None) -> None:
    """It is done: answered by whoever has it, or an answer is accepted (then whoever has it)."""
    rows = AssignedThread.objects.filter(thread=thread_id)
    if assignee_id is not None:
        rows = rows.filter(assignee=assignee_id)
    rows.delete()


def carry_assigned(source: Thread, target: Thread, *, by: Membership) -> None:
    """A thread has become part of another one: whoever was to answer it answers that, unless somebody has it already.
    They are told. What they had stays with the thread that is gone, for the day it comes back."""
    row = assignment_of(source)
    if row is None or AssignedThread.objects.filter(thread=target).exists():
        return
    carried = AssignedThread.objects.create(
        thread=target,
        assignee=row.assignee,
        due_on=row.due_on,
        assigned_by=row.assigned_by,
        assigned_at=row.assigned_at,
        remind_at=row.remind_at,
    )
    if row.assignee_id != by.pk:
        path = local_path(target.get_absolute_url())
        about = About(thread=target, actor=by, path=path, occasion=occasion_of(carried))
        tell(ThreadAssigned, [row.assignee_id], about)


def take_back_carried(source: Thread, target: Thread) -> None:
    """Posts went back where they came from: so does what `carry_assigned` has taken along with them."""
    row = assignment_of(target)
    if row is not None:
        carried = AssignedThread.objects.filter(thread=source, assignee=row.assignee)
        carried.filter(assigned_at=row.assigned_at).delete()


def assignment_of(thread: Thread) -> AssignedThread | None:
    rows = AssignedThread.objects.select_related("assignee", "assigned_by")
    row: AssignedThread | None = rows.filter(thread=thread).first()
    return row


def _meanwhile(row: AssignedThread | None) -> str:
    if row is None:
        return _("Somebody has taken it back in the meantime. Look again before you give it to somebody.")
    said = _("It has been given to %(name)s in the meantime. Look again before you give it to somebody else.")
    return said % {"name": row.assignee.display_name}
