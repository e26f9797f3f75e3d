"""A community that the platform has deleted: in thirty days, its owners told, and back until then."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from communities.console.operator.acting import needed_reason, note, note_there, refuse_others
from communities.console.operator.emails import owners_of, write_to
from communities.console.operator.exceptions import AlreadyLeaving, NotLeaving
from communities.console.operator.models import OperatorAct
from communities.console.place.states import begin_deletion, check_name, end_deletion, keep_community
from communities.journal.models import Change
from communities.models import Community, Membership
from communities.queries import community_root, locked_community
from members.models import Member

DELETION, KEPT = "operator_deletion", "operator_kept"
CLOSING_PAGE = "manage/close/"


@transaction.atomic
def delete_community(community: Community, *, by: Member, reason: str, typed: str) -> Community:
    """Have it deleted in thirty days; until then it rests. Its owners are told, and can take it back unless it is
    suspended as well.

    Raises NotAllowed, ReasonMissing, NameDiffers, AlreadyLeaving.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = locked_community(community)
    check_name(fresh, typed)
    if not begin_deletion(fresh):
        raise AlreadyLeaving
    note(OperatorAct.Kind.DELETED, by, community=fresh, reason=reason)
    note_there(
        fresh,
        DELETION,
        before={"deletes_at": None},
        after={"deletes_at": fresh.deletes_at, "reason": reason},
    )
    words = {"reason": reason, "until": fresh.deletes_at}
    if fresh.suspended_at is None:
        write_to(owners_of(fresh), "deletion", fresh, words, url=f"{community_root(fresh)}{CLOSING_PAGE}")
    else:
        write_to(owners_of(fresh), "deletion_of_suspended", fresh, words)
    return fresh


@transaction.atomic
def keep(community: Community, *, by: Member, reason: str) -> Community:
    """Take a deletion back, whoever asked for it: the place is as it was. Its owners are told.

    Raises NotAllowed, ReasonMissing, NotLeaving, NotInThatState once it has begun.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    fresh = locked_community(community)
    before = end_deletion(fresh)
    if before is None:
        raise NotLeaving
    note(OperatorAct.Kind.KEPT, by, community=fresh, reason=reason)
    note_there(fresh, KEPT, before={"deletes_at": before}, after={"deletes_at": None, "reason": reason})
    write_to(owners_of(fresh), "kept", fresh, {"reason": reason}, url=community_root(fresh))
    return fresh


def deletion_there(change: Change) -> dict[str, Any]:
    """What stands there now, for undoing: the reason is the act’s own."""
    community = change.place_now()
    return {**change.after, "deletes_at": community.deletes_at}


def take_back(change: Change, by: Membership) -> None:
    """An owner presses Undo."""
    keep_community(change.place_now(), by=by)
