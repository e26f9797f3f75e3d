"""Newcomers of the world of the sweeps, and what was done on a day."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from communities.animation.models import Handling
from communities.animation.newcomers.services import look_after
from communities.content.models import Thread
from tests.conftest import Cast
from tests.factories import make_membership


def make_welcomes(here: Cast, question: Thread) -> dict[str, Any]:
    """A newcomer in nobody’s care; the member in an ambassador’s; something that a manager has put off."""
    look_after(here.member, here.ambassador, by=here.manager)
    handling = Handling.objects.create(
        source="unanswered",
        key=str(question.pk),
        number=1,
        act="postponed",
        by=here.manager,
        until=timezone.now() + datetime.timedelta(days=1),
    )
    return {"arrived": make_membership(display_name="Aoife"), "handling": handling}
