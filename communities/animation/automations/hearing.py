"""From what happens to the queue: one row for each automation that begins with it, in the same transaction.

What an automation does is heard by none. While one acts, nothing is heard at all (`acting`); what it brought about is
known by its name for good (`Origin`), whenever and wherever it is told of later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from communities.animation.automations.models import Automation, Firing, Origin
from communities.automatic import PERSON, Occurrence, Trigger, automatics
from communities.memory import Memory
from communities.reads import CompiledRead
from communities.scoping import in_scope
from members.jobs import ask_for

logger = logging.getLogger(__name__)

SOON = "communities.animation.automations.tasks.carry_out_soon"
_acting: ContextVar[bool] = ContextVar("acting", default=False)


@contextmanager
def acting() -> Iterator[None]:
    """While an automation does something: nothing of it begins another one, nor itself."""
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def is_acting() -> bool:
    return _acting.get()


_triggers: CompiledRead[tuple[str]] = CompiledRead(
    lambda: Automation.objects.running().values_list("trigger")
)


def _begun_with(community_id: int) -> frozenset[str]:
    return frozenset(trigger for (trigger,) in _triggers())


# The triggers of automations that run, in the scope of their community: whoever writes asks once a second at most.
wanted: Memory[frozenset[str]] = Memory(_begun_with)


def hear(
    sender: type[Trigger],
    trigger: Trigger,
    community_id: int,
    occurrences: Callable[[], Iterable[Occurrence]],
    **_extra: Any,
) -> None:
    """Whatever is wrong with an automation, whoever has done something is not kept from it."""
    if is_acting() or not in_scope() or trigger.name not in wanted.get(community_id):
        return
    try:
        with transaction.atomic():
            _queue_all(trigger, list(occurrences()))
    except Exception:
        logger.exception("an automation did not hear", extra={"community": community_id})
        return
    ask_for(SOON, community_id=community_id)


def _queue_all(trigger: Trigger, found: Sequence[Occurrence]) -> None:
    found = without_own_work(trigger.name, found)
    for automation in Automation.objects.beginning_with(trigger.name) if found else ():
        queue(automation, trigger.fitting(found, automation.trigger_values))


def without_own_work(trigger: str, found: Sequence[Occurrence]) -> list[Occurrence]:
    """Less what automations brought about."""
    own = Origin.objects.among(trigger, [one.subject for one in found]) if found else set()
    return [one for one in found if one.subject not in own]


def queue(automation: Automation, found: Iterable[Occurrence]) -> None:
    """What is there already stays as it is. What leads to nobody is nothing for an act about somebody."""
    act = automatics.get(automation.act)
    about_somebody = act is not None and PERSON in act.needs
    rows = [
        Firing(
            automation=automation,
            subject=one.subject[:80],
            moment=one.at,
            person_id=one.person,
            thread_id=one.thread,
            post_id=one.post,
            path=one.path[:200],
            what=one.what[:200],
        )
        for one in found
        if one.person is not None or not about_somebody
    ]
    Firing.objects.bulk_create(rows, ignore_conflicts=True)
