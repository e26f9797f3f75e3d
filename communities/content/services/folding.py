"""Folding what is almost empty into its parent while a launch is under way, and at any time what has fallen silent."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from communities.content.gauges import is_silent, last_texts, threads_by_space
from communities.content.models import Space
from communities.memory import forget_all
from communities.models import Community


@transaction.atomic
def fold_spaces(community: Community) -> int:
    """Mark the spaces that hold less than their minimum; how many changed. Needs the community's scope.

    What is too small is folded only while a launch plan has begun; what has had no text for as many days as its page
    says, at any time. Where all spaces of a kind would be, those that hold something stay: a forum of nothing but new
    rooms shows them. Running twice changes nothing.
    """
    spaces = list(Space.objects.select_for_update().filter(archived=False).order_by("pk"))
    folding = _too_quiet(spaces, begun=bool(community.launch.get("begun")), now=timezone.now())
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


def _too_quiet(spaces: list[Space], *, begun: bool, now: datetime.datetime) -> frozenset[int]:
    held = threads_by_space()
    last = last_texts(spaces)
    short = [
        space
        for space in spaces
        if (begun and held.get(space.pk, 0) < space.minimum) or is_silent(space, last.get(space.pk), now)
    ]
    # The team’s own rooms are no reason to leave members without any.
    full = {space.kind for space in spaces if space not in short and space.audience != Space.Audience.TEAM}
    return frozenset(space.pk for space in short if space.kind in full or not held.get(space.pk))
