"""What all acts of the operator share: who may, why, and where it is written down.

Each act has its line in the operator’s journal; one that concerns a community has another in the community’s own, by
“the platform”, which its owner reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from communities.console.operator.exceptions import ReasonMissing
from communities.console.operator.models import OperatorAct
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import record
from communities.memory import forget_all
from communities.models import Community
from communities.scoping import community_scope
from members.models import Member
from members.signs import cut


def refuse_others(by: Member) -> None:
    """Raises NotAllowed for whoever does not run the platform."""
    if not (by.is_operator and by.is_active):
        raise NotAllowed


def needed_reason(reason: str) -> str:
    """Raises ReasonMissing."""
    reason = " ".join(reason.split())
    if len(reason) < 5:
        raise ReasonMissing
    return cut(reason, 300)


def note(
    kind: OperatorAct.Kind,
    by: Member,
    *,
    community: Community | None = None,
    what: str = "",
    reason: str = "",
) -> OperatorAct:
    """A line of the operator’s journal."""
    return OperatorAct.objects.create(
        by_address=by.email,
        kind=kind,
        community_number=community.pk if community else None,
        what=(what or (community.name if community else ""))[:300],
        reason=cut(reason, 300),
    )


def note_there(
    community: Community,
    act: str,
    *,
    what: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> Change | None:
    """A line of the community’s own journal, for its owner."""
    with community_scope(community):
        return record(None, act, what=what, before=before, after=after, by_platform=True)


def save(community: Community, *fields: str) -> None:
    community.save(update_fields=[*fields, "updated_at"])
    transaction.on_commit(forget_all)
