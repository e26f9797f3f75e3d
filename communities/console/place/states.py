"""The state a place is in: opened, closed, read-only, to be deleted, and back."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.console.place.emails import write_to_owners
from communities.console.place.exceptions import NameDiffers, NotInThatState, StillMissing
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import record
from communities.launch.models import Stage
from communities.launch.services import open_stage
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.permissions import can_close_community, can_open_community
from communities.queries import locked_community
from communities.setup import missing_steps

OPENED, CHANGED, DELETION = "open_community", "change_state", "delete_community"
TIME_TO_CHANGE_ONES_MIND = datetime.timedelta(days=30)
# Where it is written from which state a deletion came.
FORMER = "state_before_deletion"

State = Community.State


@transaction.atomic
def open_community(
    community: Community, *, by: Membership, reason: str = "", through: int | None = None
) -> bool:
    """A draft becomes a place that people see; False when it is one already.

    Where a launch plan waits, its first stage opens with the place, or everything would be open to everybody; with
    `through`, all stages up to this place in the plan. `reason` says why, where a gauge of one is short.

    Raises NotAllowed, StillMissing, GaugesShort, PlanError.
    """
    if not can_open_community(by):
        raise NotAllowed
    fresh = locked_community(community)
    if not fresh.is_draft:
        return False
    if fresh.deletes_at is not None:
        raise NotInThatState
    if missing := missing_steps(fresh):
        raise StillMissing(missing)
    _set(fresh, State.OPEN)
    record(by, OPENED, what=fresh.name, before={"state": State.DRAFT}, after={"state": State.OPEN})
    for stage in _opening_with(through):
        open_stage(stage, by=by, reason=reason)
    return True


def stages_waiting() -> list[Stage]:
    """The stages of the plan that have not been opened, in their order."""
    return list(Stage.objects.without_effect().in_order())


def plan_has_begun() -> bool:
    return Stage.objects.opened().exists()


def _opening_with(through: int | None) -> list[Stage]:
    waiting = stages_waiting()
    if through is not None:
        return [stage for stage in waiting if stage.place <= through]
    return [] if plan_has_begun() else waiting[:1]


@transaction.atomic
def set_state(community: Community, *, by: Membership, state: str) -> bool:
    """Open, closed or read-only, of a place that has been opened; False when it is in that state.

    Raises NotAllowed, NotInThatState for a draft and for what is to be deleted.
    """
    if not can_close_community(by):
        raise NotAllowed
    fresh = locked_community(community)
    if fresh.is_draft or fresh.deletes_at is not None or State(state) == State.DRAFT:
        raise NotInThatState
    if fresh.state == state:
        return False
    before = fresh.state
    _set(fresh, state)
    record(by, CHANGED, what=fresh.name, before={"state": before}, after={"state": state})
    return True


@transaction.atomic
def ask_deletion(community: Community, *, by: Membership, typed: str) -> bool:
    """Have a place deleted in thirty days; until then it rests, and its owners are told and can take it back.

    False when that has been asked before. Raises NotAllowed, NameDiffers.
    """
    if not can_close_community(by):
        raise NotAllowed
    fresh = locked_community(community)
    check_name(fresh, typed)
    if not begin_deletion(fresh):
        return False
    record(by, DELETION, what=fresh.name, before={"deletes_at": None}, after={"deletes_at": fresh.deletes_at})
    write_to_owners(fresh, by=by)
    return True


@transaction.atomic
def keep_community(community: Community, *, by: Membership) -> bool:
    """Take a deletion back: the place is again as it was. False when none was asked.

    Raises NotAllowed, NotInThatState once it has begun.
    """
    if not can_close_community(by):
        raise NotAllowed
    before = end_deletion(fresh := locked_community(community))
    if before is None:
        return False
    record(by, DELETION, what=fresh.name, before={"deletes_at": before}, after={"deletes_at": None})
    return True


def check_name(community: Community, typed: str) -> None:
    """Whoever has a place deleted types its name. Raises NameDiffers."""
    if typed.strip().casefold() != community.name.strip().casefold():
        raise NameDiffers


def begin_deletion(fresh: Community) -> bool:
    """Let a locked community rest until it is deleted; False where that began before. Whoever asks checks the right,
    and tells."""
    if fresh.deletes_at is not None:
        return False
    fresh.deletes_at = timezone.now() + TIME_TO_CHANGE_ONES_MIND
    fresh.settings = {**fresh.settings, FORMER: fresh.state}
    # A draft stays one: nobody has ever seen it.
    _set(fresh, State.DRAFT if fresh.is_draft else State.READ_ONLY)
    return True


def end_deletion(fresh: Community) -> datetime.datetime | None:
    """Let a locked community be again as it was; for when its deletion was meant, None where it was not.

    Raises NotInThatState once it has begun.
    """
    if fresh.is_over:
        raise NotInThatState
    before = fresh.deletes_at
    if before is None:
        return None
    settings = dict(fresh.settings)
    fresh.deletes_at, former = None, settings.pop(FORMER, State.READ_ONLY)
    fresh.settings = settings
    _set(fresh, former)
    return before


def state_there(change: Change) -> dict[str, object]:
    community = change.place_now()
    return {name: getattr(community, name) for name in change.after}


def put_state_back(change: Change, by: Membership) -> None:
    community = change.place_now()
    set_state(community, by=by, state=str(change.before["state"]))


def put_deletion_back(change: Change, by: Membership) -> None:
    """Only asking for it can be undone: nobody has a place deleted by a press on Undo."""
    if change.after.get("deletes_at") is None:
        raise NotInThatState
    keep_community(change.place_now(), by=by)


def _set(fresh: Community, state: str) -> None:
    fresh.state = state
    fresh.save(update_fields=["state", "deletes_at", "settings", "updated_at"])
    transaction.on_commit(forget_all)
