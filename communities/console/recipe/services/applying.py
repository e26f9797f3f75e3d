"""Applying parts of a recipe to a community: what is there stays, what is missing is made, and each part is undone by
itself as long as nobody has used it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from communities.console.recipe.exceptions import WrittenSince
from communities.console.recipe.models import AppliedPart, kept
from communities.console.recipe.parts import parts
from communities.exceptions import NotAllowed
from communities.journal.services import hand_of, record
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.queries import locked_community

# The journal’s name of it.
ACT = "recipe_applied"


@transaction.atomic
def apply_parts(
    community: Community, *, by: Membership, values: Mapping[str, Any], blueprint: str = ""
) -> list[AppliedPart]:
    """Make what these parts say and the community does not have; all of it or nothing.

    `values` are those of each part, under its name. Applying the same twice changes nothing the second time.
    Raises NotAllowed, and DomainError where a part refuses.
    """
    _lock(community)
    applied = []
    for part in parts:
        if part.name not in values:
            continue
        if not part.may(by):
            raise NotAllowed
        # What is written down is read by everybody here, so it is said in the language of the place.
        with translation.override(community.language):
            made = part.apply(community, by=by, values=values[part.name])
        if made is None:
            continue
        row = AppliedPart.objects.create(
            by=hand_of(by),
            part=part.name,
            blueprint=blueprint,
            values=kept(values[part.name]),
            made=kept(made.kept),
        )
        record(by, ACT, what=made.words, about=row.pk, after={"part": part.name})
        applied.append(row)
    transaction.on_commit(forget_all)
    return applied


@transaction.atomic
def undo_part(applied: AppliedPart, *, by: Membership) -> bool:
    """Take back what a part made; False when that is done already. Raises NotAllowed, WrittenSince."""
    row = AppliedPart.objects.select_for_update().get(pk=applied.pk)
    part = parts.get(row.part)
    if part is None:
        raise WrittenSince
    if not part.may(by):
        raise NotAllowed
    if row.undone_at is not None:
        return False
    community = locked_community(row.community_id)
    part.undo(community, by=by, kept=row.made)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    record(by, ACT, what=str(part.label), about=row.pk, before={"part": row.part})
    forget_all()
    transaction.on_commit(forget_all)
    return True


def _lock(community: Community) -> None:
    """One recipe at a time; and the row at hand is read again, since others may share it."""
    locked_community(community)
    community.refresh_from_db()
