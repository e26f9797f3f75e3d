"""Folding what is almost empty into its parent while a launch is under way, and unfolding it when it has filled."""

from __future__ import annotations

from django.db import transaction

from communities.content.gauges import threads_by_space
from communities.content.models import Space
from communities.memory import forget_all
from communities.models import Community


@transaction.atomic
def fold_spaces(community: Community) -> int:
    """Mark the spaces that hold less than their minimum; how many changed. Needs the community's scope.

    Without a launch plan that has begun, nothing is folded; and where all spaces of a kind would be, those that hold
    something stay: a forum of nothing but new rooms shows them. Running twice changes nothing.
    """
    spaces = list(Space.objects.select_for_update().filter(archived=False).order_by("pk"))
    folding = _almost_empty(spaces) if community.launch.get("begun") else frozenset()
    changed = 0
    for space in spaces:
        fold = space.pk in folding
        if fold == space.folded:
            continue
        space.settings = {**space.settings, "folded": fold}
        space.save(update_fields=["settings"])
        changed += 1
    if changed:
        transaction.on_commit(forget_all)
    return changed


def _almost_empty(spaces: list[Space]) -> frozenset[int]:
    held = threads_by_space()
    short = [space for space in spaces if held.get(space.pk, 0) < space.minimum]
    # The team’s own rooms are no reason to leave members without any.
    full = {space.kind for space in spaces if space not in short and space.audience != Space.Audience.TEAM}
    return frozenset(space.pk for space in short if space.kind in full or not held.get(space.pk))
