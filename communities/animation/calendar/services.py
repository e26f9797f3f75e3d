"""Planning: a text gets a day, an owner, a draft; it is moved, scheduled, taken out again."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.html import linebreaks

from communities.animation.calendar.exceptions import (
    AlreadyOut,
    DayIsOver,
    MovedMeanwhile,
    NoDay,
    NoSpaceYet,
    NotWritten,
    NotYoursToPublish,
)
from communities.animation.calendar.models import Entry
from communities.animation.calendar.notices import TextGiven
from communities.animation.calendar.permissions import (
    can_delete_entry,
    can_edit_calendar,
    can_note_idea,
    can_write_entry,
)
from communities.calendar import today
from communities.content.kinds import KINDS
from communities.content.models import Space, State, Thread
from communities.content.services import (
    schedule_draft,
    start_thread,
    unpublish_thread,
)
from communities.exceptions import NotAllowed
from communities.fields import one_line
from communities.journal.services import record
from communities.models import Community, Membership
from communities.notices import About
from communities.notifications.services import tell


@dataclass(frozen=True)
class Plan:
    """What somebody wants to see published. Without a day it is an idea."""

    title: str
    kind: str
    space: Space | None = None
    brief: str = ""
    owner: Membership | None = None
    day: datetime.date | None = None
    hour: datetime.time | None = None
    step: str = Entry.Step.IDEA

    def put_into(self, entry: Entry) -> None:
        entry.title, entry.kind, entry.space, entry.brief = (
            one_line(self.title),
            self.kind,
            self.space,
            self.brief.strip(),
        )
        entry.owner, entry.step = self.owner, self.step
        entry.day, entry.hour = self.day, self.hour if self.day else None


@transaction.atomic
def plan_text(plan: Plan, *, by: Membership, community: Community) -> Entry:
    """Put a text into the calendar, or an idea into the backlog; whoever is to write it is told.

    Raises NotAllowed, DayIsOver.
    """
    plans = can_edit_calendar(by)
    is_idea = plan.day is None and plan.owner is None
    if not plans and not (can_note_idea(by) and is_idea):
        raise NotAllowed
    _check_day(plan.day, community)
    entry = Entry(created_by=by)
    plan.put_into(entry)
    entry.save()
    record(by, "text_planned", what=entry.title, about=entry.pk)
    tell_owner(entry, by)
    return entry


@transaction.atomic
def edit_entry(
    entry: Entry, plan: Plan, *, by: Membership, community: Community, version: int | None = None
) -> Entry:
    """Change what is planned. `version` is the one that its form was opened with.

    Raises NotAllowed, MovedMeanwhile, DayIsOver, AlreadyOut.
    """
    row = _locked(entry, version)
    if not can_edit_calendar(by):
        raise NotAllowed
    before, owner = row.values(), row.owner_id
    plan.put_into(row)
    if (row.day, row.hour) != (before["day"], before["hour"]):
        _check_move(row, community, is_later=row.day != before["day"])
        _move_text(row, by, community)
    if row.space_id != before["space"] and row.thread_id is not None:
        # The text stands where it stands; it is moved by the acts of its space.
        row.space_id = before["space"]
    _save(row)
    record(by, "plan_edited", what=row.title, about=row.pk, before=before, after=row.values())
    if row.owner_id != owner:
        tell_owner(row, by)
    return row


@transaction.atomic
def move_entry(
    entry: Entry,
    day: datetime.date | None,
    hour: datetime.time | None,
    *,
    by: Membership,
    community: Community,
    version: int | None = None,
) -> Entry:
    """Put a card on another day, or back among the ideas. A scheduled text goes out at its new moment; one that has
    no day any more is a draft again. The card is locked first of all: of two who move it the second is told.

    Raises NotAllowed, MovedMeanwhile, DayIsOver, AlreadyOut, and what refuses a schedule.
    """
    row = _locked(entry, version)
    if not can_edit_calendar(by):
        raise NotAllowed
    before = {"day": row.day, "hour": row.hour}
    row.day, row.hour = day, hour if day else None
    if {"day": row.day, "hour": row.hour} == before:
        return row
    _check_move(row, community, is_later=row.day != before["day"])
    _move_text(row, by, community)
    _save(row)
    after = {"day": row.day, "hour": row.hour}
    record(by, "plan_moved", what=row.title, about=row.pk, before=before, after=after)
    return row


@transaction.atomic
def begin_draft(entry: Entry, *, by: Membership, community: Community) -> Thread:
    """The draft that an entry leads to: made with its title and brief where there is none yet. Whoever begins it is
    its author, and its owner where it had none.

    Raises NotAllowed, NoSpaceYet, and what refuses a new thread.
    """
    row = _locked(entry)
    if not can_write_entry(by, row):
        raise NotAllowed
    if row.thread is not None:
        return row.thread
    if row.space is None:
        raise NoSpaceYet
    thread = _laid_out(row, row.space, by=by, community=community)
    # What stands there now is a brief, and no text.
    Thread.objects.filter(pk=thread.pk).update(outline=True)
    thread.outline = True
    row.thread, row.step = thread, Entry.Step.WORK
    if row.owner_id is None:
        row.owner = by
    _save(row)
    record(by, "plan_begun", what=row.title, about=row.pk)
    return thread


def _laid_out(entry: Entry, space: Space, *, by: Membership, community: Community) -> Thread:
    """In the kind’s own way, where it has one."""
    body = linebreaks(entry.brief or entry.title, autoescape=True)
    own = KINDS[space.kind].first_draft(space, title=entry.title, body=body, by=by, community=community)
    if own is not None:
        return own
    draft: Thread = start_thread(
        space,
        by=by,
        community=community,
        kind=entry.kind,
        title=entry.title,
        body=body,
        state=State.DRAFT,
    )
    return draft


@transaction.atomic
def set_step(entry: Entry, step: str, *, by: Membership, version: int | None = None) -> Entry:
    """Say how far it is: in work, to review. Raises NotAllowed, MovedMeanwhile."""
    row = _locked(entry, version)
    if not can_write_entry(by, row):
        raise NotAllowed
    before = {"step": row.step}
    if step not in Entry.Step.values or step == row.step:
        return row
    row.step = step
    _save(row)
    record(by, "plan_edited", what=row.title, about=row.pk, before=before, after={"step": step})
    return row


@transaction.atomic
def schedule_entry(entry: Entry, *, by: Membership, community: Community) -> Entry:
    """Let its text go out on its day, at its hour. Raises NotAllowed, NoDay, NotWritten, AlreadyOut,
    NotYoursToPublish, ContentError."""
    row = _locked(entry)
    if not can_edit_calendar(by):
        raise NotAllowed
    moment = row.moment(community)
    if moment is None:
        raise NoDay
    if row.thread is None or row.thread.outline:
        raise NotWritten
    if row.is_out:
        raise AlreadyOut
    _publish_at(row.thread, by, moment)
    _save(row)
    record(by, "plan_scheduled", what=row.title, about=row.pk)
    return row


@transaction.atomic
def delete_entry(entry: Entry, *, by: Membership, version: int | None = None) -> None:
    """Take it out of the calendar; a text that it led to stays, as its author’s.

    Raises NotAllowed, MovedMeanwhile.
    """
    row = _locked(entry, version)
    if not can_delete_entry(by, row):
        raise NotAllowed
    before = row.values() | {"thread": row.thread_id, "created_by": row.created_by_id}
    record(by, "plan_deleted", what=row.title, about=row.pk, before=before)
    row.delete()


def _locked(entry: Entry, version: int | None = None) -> Entry:
    """The row as it is now, held against others. Raises MovedMeanwhile where it is gone or another one was seen."""
    # Without what it leads to: of a row that was waited for, the database joins what stood there before.
    row: Entry | None = Entry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if row is None or (version is not None and version != row.version):
        raise MovedMeanwhile
    return row


def _save(row: Entry) -> None:
    row.version += 1
    row.save()


def _check_day(day: datetime.date | None, community: Community) -> None:
    if day is not None and day < today(community):
        raise DayIsOver


def _check_move(row: Entry, community: Community, *, is_later: bool) -> None:
    if row.is_out:
        raise AlreadyOut
    if is_later:
        _check_day(row.day, community)


def _move_text(row: Entry, by: Membership, community: Community) -> None:
    """A scheduled text follows its card."""
    if not row.is_scheduled or row.thread is None:
        return
    _publish_at(row.thread, by, row.moment(community))


def _publish_at(thread: Thread, by: Membership, moment: datetime.datetime | None) -> None:
    """None: at no time any more. Raises NotYoursToPublish, and what refuses a schedule."""
    try:
        if moment is None:
            unpublish_thread(thread, by=by)
        else:
            schedule_draft(thread, by=by, at=moment)
    except NotAllowed as refusal:
        raise NotYoursToPublish from refusal


def tell_owner(entry: Entry, by: Membership | None) -> None:
    """Whoever is to write it is told, unless they said so themselves; None: a ritual did."""
    if entry.owner_id is None or (by is not None and entry.owner_id == by.pk):
        return
    # Whoever gets it back after somebody else had it is told again.
    occasion = f"{entry.pk} {entry.version}"
    about = About(actor=by, path=f"/manage/calendar/{entry.pk}/", occasion=occasion)
    tell(TextGiven, [entry.owner_id], about)
