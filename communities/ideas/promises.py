"""What of ideas others ask for: answers that were promised, and the days on which phases begin."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from communities.calendar import moments
from communities.content.kinds import Planned
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Thread
from communities.ideas.models import Box, Idea
from communities.ideas.phases import MOMENTS, steps_of
from communities.models import Community, Membership

# Of boxes whose phases one page of a calendar shows.
MOST_BOXES = 50


def promised_answers(reader: Reader, by: Membership) -> ThreadQuerySet:
    """Ideas to which an answer is promised, as far as they are this person’s: all of them for managers, those of their
    spaces for moderators, one’s own for their owner and the sponsor of their box."""
    threads = Thread.objects.visible_to(reader).filter(
        idea__due_on__isnull=False, idea__status__in=Idea.OPEN, idea__merged_into__isnull=True
    )
    if not by.can_manage:
        mine = Q(idea__owner=by) | Q(idea__box__sponsor=by) | Q(space_id__in=reader.staff_space_ids)
        threads = threads.filter(mine)
    promised: ThreadQuerySet = threads.annotate(due_on=F("idea__due_on"), waiting=F("idea__votes"))
    return promised


def phases_between(reader: Reader, first: datetime.date, last: datetime.date) -> Iterator[Planned]:
    """Each phase of a box that begins on these days, in one statement."""
    community = Community.objects.get(pk=reader.community_id)
    start, end = moments(first, last, community)
    within = Q()
    for name in MOMENTS:
        within |= Q(**{f"{name}__gte": start, f"{name}__lt": end})
    boxes = Box.objects.filter(within, space__in=reader.space_ids, is_draft=False).select_related("space")
    for box in boxes.order_by("pk")[:MOST_BOXES]:
        for step in steps_of([getattr(box, name) for name in MOMENTS], start):
            if start <= step.begins_at < end:
                words = {"box": box.space.name, "phase": step.label}
                title = _("%(box)s: %(phase)s") % words
                yield Planned(title, box.space.get_absolute_url(), step.begins_at)
