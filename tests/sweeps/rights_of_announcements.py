"""What announcements let each role do, and the order of Today."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from communities.animation.announcements import services
from communities.animation.today.weights import Weights, weigh_matters
from tests.sweeps.announcings import wishes

DAY = datetime.timedelta(days=1)

ANNOUNCING: dict[str, dict[str, Callable[[Any, Any], object]]] = {
    "make_announcement": {
        "make": lambda w, me: services.make_announcement(wishes("Ours"), by=me),
        "edit": lambda w, me: services.edit_announcement(w.announced, wishes("Ours now"), by=me),
        # The right is asked before it is said that one is not shown, or is there.
        "end": lambda w, me: services.end_announcement(w.announced, by=me),
        "go on": lambda w, me: services.resume_announcement(w.announced_over, timezone.now() + DAY, by=me),
        "bring back": lambda w, me: services.bring_back(w.announced, by=me),
        "delete": lambda w, me: services.delete_announcement(w.announced_over, by=me),
    },
    "weigh_matters": {
        "weigh": lambda w, me: weigh_matters(Weights(age=3), by=me, community=w.here.community),
    },
}
