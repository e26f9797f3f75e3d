"""Making automations, switching them, stopping them, taking back what they did: by managers and owners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.animation.automations.exceptions import AutomationChanged, CannotRun, NotUndoable, TooMany
from communities.animation.automations.hearing import acting, wanted
from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.permissions import can_edit_automations
from communities.animation.automations.reaching import found_by, why_stopped
from communities.animation.automations.stopping import halt
from communities.automatic import Order, automatics, triggers
from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.models import Community, Membership
from communities.queries import locked_community

# All of them stand on one page.
MOST = 100
State, Why = Automation.State, Automation.Why


@dataclass(frozen=True)
class AutomationWishes:
    """When, if, then, and how often; what the names mean stands in `communities/automatic.py`."""

    trigger: str
    act: str
    trigger_values: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[tuple[str, str], ...] = ()
    act_values: Mapping[str, Any] = field(default_factory=dict)
    to: Membership | None = None
    words: str = ""
    daily: int = 10
    person_days: int = 30
    pause: int = 0

    def put_into(self, automation: Automation) -> None:
        automation.trigger, automation.act = self.trigger, self.act
        automation.trigger_values, automation.act_values = dict(self.trigger_values), dict(self.act_values)
        automation.conditions = [list(one) for one in self.conditions]
        automation.to, automation.words = self.to, self.words.strip()
        automation.daily, automation.person_days, automation.pause = self.daily, self.person_days, self.pause


@transaction.atomic
def make_automation(wishes: AutomationWishes, *, by: Membership, on: bool = False) -> Automation:
    """Make one, signed by `by`: it acts in their name. Raises NotAllowed, TooMany, CannotRun."""
    _check_may(by)
    _refuse_more(by)
    automation = Automation(signed_by=by)
    wishes.put_into(automation)
    automation.save()
    record(by, "automation_made", what=str(automation), about=automation.pk)
    if on:
        _start(automation, by)
    return automation


@transaction.atomic
def edit_automation(
    automation: Automation,
    wishes: AutomationWishes,
    *,
    by: Membership,
    version: int | None = None,
    on: bool = False,
) -> Automation:
    """Change it; from now on it acts in the name of `by`. One that runs goes on with what happens from now on; with
    `on` one that does not begins to run, or nothing of it is changed.

    Raises NotAllowed, AutomationChanged, CannotRun.
    """
    row = _locked(automation, by, version)
    before = row.values()
    wishes.put_into(row)
    signed = row.signed_by_id
    row.signed_by = by
    if row.values() != before or signed != by.pk:
        if row.is_on:
            _refuse_broken(row)
            _begin(row)
        _save(row)
        record(by, "automation_edited", what=str(row), about=row.pk, before=before, after=row.values())
    if on and not row.is_on:
        _start(row, by)
    return row


@transaction.atomic
def switch_on(automation: Automation, *, by: Membership) -> Automation:
    """Let it run, with what happens from now on; as it was if it runs. Raises NotAllowed, AutomationChanged,
    CannotRun."""
    row = _locked(automation, by)
    if not row.is_on:
        _start(row, by)
    return row


@transaction.atomic
def switch_off(automation: Automation, *, by: Membership) -> Automation:
    """What is queued is left out. Raises NotAllowed, AutomationChanged."""
    row = _locked(automation, by)
    if row.state != State.OFF:
        before = str(row.state)
        halt(row)
        record(
            by,
            "automation_switched",
            what=str(row),
            about=row.pk,
            before={"state": before},
            after={"state": str(row.state)},
        )
        transaction.on_commit(wanted.forget)
    return row


@transaction.atomic
def stop_all(*, by: Membership) -> int:
    """Stop all that run, at once; how many. What is queued is left out. Raises NotAllowed."""
    _check_may(by)
    rows = list(Automation.objects.running().select_for_update(of=("self",), no_key=True).order_by("pk"))
    for row in rows:
        halt(row, Why.ALL)
    if rows:
        record(by, "automations_stopped", what=str(len(rows)))
        transaction.on_commit(wanted.forget)
    return len(rows)


@transaction.atomic
def go_on(*, by: Membership) -> int:
    """Let those run again that were stopped all together; how many. One that cannot any more says why, and stays
    stopped. Raises NotAllowed."""
    _check_may(by)
    stopped = Automation.objects.living().filter(state=State.STOPPED, why=Why.ALL)
    started = 0
    for pk in list(stopped.values_list("pk", flat=True)):
        row = _locked(Automation(pk=pk), by)
        if row.why != Why.ALL:
            continue
        why = why_stopped(row)
        if why:
            row.why = why
            _save(row)
            continue
        _begin(row)
        _save(row)
        started += 1
    if started:
        record(by, "automations_resumed", what=str(started))
        transaction.on_commit(wanted.forget)
    return started


@transaction.atomic
def remove_automation(automation: Automation, *, by: Membership) -> None:
    """Take it from the list, off; what it did stays in the log. Raises NotAllowed, AutomationChanged."""
    row = _locked(automation, by)
    before = str(row.state)
    halt(row)
    Automation.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    record(
        by,
        "automation_removed",
        what=str(row),
        about=row.pk,
        before={"removed": False, "state": before},
        after={"removed": True, "state": str(State.OFF)},
    )
    transaction.on_commit(wanted.forget)


@transaction.atomic
def bring_back(automation: Automation, *, by: Membership) -> Automation:
    """Put a removed one back on the list, off. Raises NotAllowed, TooMany, AutomationChanged where
    it stands there."""
    _check_may(by)
    _refuse_more(by)
    row = Automation.objects.select_for_update(of=("self",), no_key=True).filter(pk=automation.pk).first()
    if row is None or row.ended_at is None:
        raise AutomationChanged
    row.ended_at = None
    _save(row)
    record(
        by,
        "automation_removed",
        what=str(row),
        about=row.pk,
        before={"removed": True},
        after={"removed": False},
    )
    return row


@transaction.atomic
def undo_firing(firing: Firing, *, by: Membership, community: Community) -> None:
    """Put back what an automation did once, by the same act’s undoing. Raises NotAllowed, NotUndoable, and whatever
    refuses it."""
    _check_may(by)
    row = Firing.objects.select_for_update(of=("self",)).filter(pk=firing.pk).first()
    if row is None or row.state != Firing.State.DONE or row.undone_at is not None:
        raise NotUndoable
    automation = Automation.objects.get(pk=row.automation_id)
    act, trigger = automatics.get(row.kept.get("act", automation.act)), triggers.get(automation.trigger)
    if act is None or trigger is None or not act.can_be_undone:
        raise NotUndoable
    order = Order(found_by(row, community, timezone.now()), by, automation.act_values, trigger)
    with acting():
        act.undo(order, row.kept, by=by)
    row.undone_at, row.undone_by = timezone.now(), by
    row.save(update_fields=["undone_at", "undone_by"])
    record(by, "firing_undone", what=str(automation), about=automation.pk)


def _start(row: Automation, by: Membership) -> None:
    _refuse_broken(row)
    before = str(row.state)
    _begin(row)
    _save(row)
    record(
        by,
        "automation_switched",
        what=str(row),
        about=row.pk,
        before={"state": before},
        after={"state": str(row.state)},
    )
    transaction.on_commit(wanted.forget)


def _begin(row: Automation) -> None:
    """From now on: nothing of before is taken up."""
    now, trigger = timezone.now(), triggers.get(row.trigger)
    row.state, row.why, row.stopped_at, row.on_since = State.ON, "", None, now
    row.looked_until = row.look_at = now if trigger is not None and trigger.is_state else None


def _refuse_more(by: Membership) -> None:
    """Of two who make the last one at once, the second waits, and is refused. Raises TooMany."""
    locked_community(by.community_id)
    if Automation.objects.living().count() >= MOST:
        raise TooMany(_("%(n)s automations at most: remove one first.") % {"n": MOST})


def _refuse_broken(row: Automation) -> None:
    """Raises CannotRun."""
    if why := why_stopped(row):
        raise CannotRun(Why(why).label)


def _locked(automation: Automation, by: Membership, version: int | None = None) -> Automation:
    """The row alone, then whom it leads to. Raises NotAllowed, AutomationChanged."""
    _check_may(by)
    rows = Automation.objects.select_for_update(of=("self",), no_key=True)
    row: Automation | None = rows.filter(pk=automation.pk, ended_at__isnull=True).first()
    if row is None or (version is not None and row.version != version):
        raise AutomationChanged
    return row


def _save(row: Automation) -> None:
    row.version += 1
    row.save()


def _check_may(by: Membership) -> None:
    if not can_edit_automations(by):
        raise NotAllowed
