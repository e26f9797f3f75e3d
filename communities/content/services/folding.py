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

    Without a launch plan that has begun, nothing is folded. Running twice changes nothing.
    """
    begun = bool(community.launch.get("begun"))
    held = threads_by_space() if begun else {}
    changed = 0
    for space in Space.objects.select_for_update().filter(archived=False).order_by("pk"):
        fold = begun and held.get(space.pk, 0) < space.minimum
        if fold == space.folded:
            continue
        space.settings = {**space.settings, "folded": fold}
        space.save(update_fields=["settings"])
        changed += 1
    if changed:
        transaction.on_commit(forget_all)
    return changed
