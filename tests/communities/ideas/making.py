"""Boxes and ideas as tests need them, made through the services."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.content.models import Space, Thread
from communities.ideas.boxes import Wishes, edit_box
from communities.ideas.models import Idea, Vote
from communities.memory import forget_all
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_space, make_thread

DAY = datetime.timedelta(days=1)
# In days from now, for each phase that a box can be in: its five moments.
IN_PHASE = {
    "before": (1, 2, 3, 4, 5),
    "submit": (-1, 1, 2, 3, 4),
    "discuss": (-2, -1, 1, 2, 3),
    "vote": (-3, -2, -1, 1, 2),
    "count": (-4, -3, -2, -1, 1),
    "result": (-5, -4, -3, -2, -1),
}


def make_box(here: Cast, *, phase: str = "", slug: str = "ideas-box", **said: Any) -> Space:
    """A box in a phase; without one, it has no dates."""
    space = make_space(kind="ideas", slug=slug, name=slug.title())
    set_phase(space, here, phase, **said)
    return space


def set_phase(space: Space, here: Cast, phase: str, **said: Any) -> None:
    wishes = {"question": "What would you change?", **said}
    if phase:
        wishes["moments"] = [timezone.now() + days * DAY for days in IN_PHASE[phase]]
    edit_box(space, Wishes(**wishes), by=here.manager)
    forget_all()


def make_idea(box: Space, by: Membership, title: str = "Brass rivets again", **fields: Any) -> Thread:
    return fresh(make_thread(box, by=by, title=title, **fields))


def fresh(thread: Thread) -> Thread:
    """As an act finds it."""
    found: Thread = Thread.objects.select_related("space", "community", "idea").get(pk=thread.pk)
    return found


def counted(thread: Thread) -> tuple[int, int]:
    """What the idea says it has, and how many votes there are."""
    return Idea.objects.get(pk=thread.pk).votes, Vote.objects.filter(idea=thread.pk).count()
