"""The checklist from an empty place to a living one: ticked by what is true, put away by hand or once all is done."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from communities.exceptions import NotAllowed
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_configure_community
from communities.queries import locked_community
from communities.setup import Check, Step, steps

# The key of Community.settings; without it, the list shows until all of it is done.
KEY, AWAY, SHOWN = "checklist", "away", "shown"
ACT = "checklist_shown"
# The step that the first page of an owner does.
IDENTITY = "identity"


@dataclass(frozen=True)
class Tick:
    step: Step
    check: Check
    # Whether who reads the list may do it, or has to leave it to the owner.
    mine: bool = True

    @property
    def url(self) -> str:
        """Where the step is done."""
        return reverse(self.step.url_name)


@dataclass(frozen=True)
class Checklist:
    """What is open comes first, what is needed to open before all."""

    open: list[Tick]
    done: list[Tick]
    choice: str

    @property
    def total(self) -> int:
        return len(self.open) + len(self.done)

    @property
    def needed(self) -> list[Tick]:
        return [tick for tick in self.open if tick.step.needed]

    @property
    def begins(self) -> bool:
        """Whether this person has not yet said what nobody else can know."""
        return any(tick.step.name == IDENTITY and tick.mine for tick in self.needed)

    @property
    def is_needed(self) -> bool:
        return self.shows and bool(self.needed)

    @property
    def shows(self) -> bool:
        if self.choice:
            return self.choice == SHOWN
        return bool(self.open)


def checklist_of(community: Community, reader: Membership) -> Checklist:
    """A query or two for each step."""
    ticks = [Tick(step, step.check(community), step.open_to(reader)) for step in steps]
    waiting = [tick for tick in ticks if not tick.check.done]
    return Checklist(
        open=sorted(waiting, key=lambda tick: not tick.step.needed),
        done=[tick for tick in ticks if tick.check.done],
        choice=str(community.settings.get(KEY, "")),
    )


@transaction.atomic
def show_checklist(community: Community, *, by: Membership, shown: bool) -> None:
    """Put the list away, or bring it back, for the whole team. Raises NotAllowed.

    Brought back it is as if it had not been away: it goes once all of it is done, and stays only where it was.
    """
    if not can_configure_community(by):
        raise NotAllowed
    fresh = locked_community(community)
    # Without a choice it is there.
    before = fresh.settings.get(KEY, SHOWN) == SHOWN
    choice = AWAY if not shown else "" if checklist_of(fresh, by).open else SHOWN
    others = {name: value for name, value in fresh.settings.items() if name != KEY}
    fresh.settings = others | ({KEY: choice} if choice else {})
    record(by, ACT, before={"shown": before}, after={"shown": shown})
    fresh.save(update_fields=["settings", "updated_at"])
    transaction.on_commit(forget_all)
