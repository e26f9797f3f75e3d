"""A community like another: its structure, never its people."""

from __future__ import annotations

from django.db import transaction

from communities.console.operator.acting import needed_reason, note, note_there, refuse_others
from communities.console.operator.models import OperatorAct
from communities.console.recipe.models import Recipe
from communities.console.recipe.services import clone_community
from communities.models import Community
from members.models import Member


@transaction.atomic
def clone(community: Community, *, by: Member, reason: str) -> Recipe:
    """Begin a recipe of the structure of a community: name, address and owner are still to be said.

    Raises NotAllowed, ReasonMissing, TooMany, CannotKeep.
    """
    refuse_others(by)
    reason = needed_reason(reason)
    recipe = clone_community(community, by=by)
    note(OperatorAct.Kind.CLONED, by, community=community, reason=reason)
    note_there(community, "operator_cloned", after={"reason": reason})
    return recipe
