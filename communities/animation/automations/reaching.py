"""Whom an automation may reach, and whether what was asked holds: the same for what runs and for what is rehearsed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.permissions import can_edit_automations
from communities.automatic import (
    PERSON,
    Automatic,
    Found,
    Occurrence,
    Order,
    Trigger,
    automatics,
    conditions,
    triggers,
)
from communities.content.models import Post, Thread
from communities.models import Community, Membership

Reason, Why = Firing.Reason, Automation.Why


def parts_of(automation: Automation) -> tuple[Trigger, Automatic] | None:
    """None where a room that it needs is not here (any more)."""
    trigger, act = triggers.get(automation.trigger), automatics.get(automation.act)
    return (trigger, act) if trigger is not None and act is not None and act.takes(trigger) else None


def why_stopped(automation: Automation) -> str:
    """Why it cannot go on, whatever it is about, as a Why; empty where it can."""
    parts = parts_of(automation)
    if parts is None:
        return Why.UNKNOWN
    trigger, act = parts
    by, to = automation.signed_by, automation.to
    if by is None or not by.is_active or not can_edit_automations(by) or not act.may(by):
        return Why.SIGNER
    if act.asks_to and (to is None or not to.is_active or not act.may_be_given_to(to, trigger)):
        return Why.PERSON
    return ""


def found_by(firing: Firing, community: Community, now: datetime.datetime) -> Found:
    """Read now: what stood there when it was queued may have changed."""
    return Found(
        community,
        firing.moment,
        now,
        Membership.objects.filter(pk=firing.person_id).first() if firing.person_id else None,
        _threads([firing.thread_id]).get(firing.thread_id or 0),
        Post.objects.filter(pk=firing.post_id).first() if firing.post_id else None,
        firing.path,
        firing.what,
        firing.subject,
    )


def found_in(occurrences: Iterable[Occurrence], community: Community, now: datetime.datetime) -> list[Found]:
    """The same for many, in three queries."""
    rows = list(occurrences)
    people = Membership.objects.in_bulk({one.person for one in rows if one.person})
    threads = _threads([one.thread for one in rows])
    posts = Post.objects.in_bulk({one.post for one in rows if one.post})
    memo: dict[str, Any] = {
        "people": list(people),
        "threads": list(threads),
        "whats": [one.what for one in rows],
    }
    return [
        Found(
            community,
            one.at,
            now,
            people.get(one.person or 0),
            threads.get(one.thread or 0),
            posts.get(one.post or 0),
            one.path,
            one.what,
            one.subject,
            memo,
        )
        for one in rows
    ]


def _threads(numbers: Iterable[int | None]) -> dict[int, Thread]:
    wanted = {number for number in numbers if number}
    return Thread.objects.select_related("space").in_bulk(wanted) if wanted else {}


def out_of_reach(order: Order, act: Automatic) -> str:
    """Why the person it is about is left in peace, as a Reason; empty where it may reach them."""
    if PERSON not in act.needs:
        return ""
    person = order.found.person
    if person is None or not person.is_active or person.unclaimed or person.member_id is None:
        return Reason.GONE
    if person.silent_until is not None:
        return Reason.MEASURE
    if act.writes and act.notice in person.muted_mails:
        return Reason.UNWANTED
    return Reason.OWN if person.pk == order.by.pk else ""


def conditions_hold(automation: Automation, found: Found) -> bool:
    """One that is not here any more does not hold: what nobody can check is not done."""
    for name, key in automation.conditions:
        condition = conditions.get(name)
        if condition is None or not condition.holds(found, key):
            return False
    return True
