"""What can be done with a launch plan, each act as it is done."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from communities.launch import services
from communities.models import Membership
from tests.sweeps.world import World

PLANNING: dict[str, Callable[[World, Membership], Any]] = {
    "remove": lambda w, me: services.remove_stage(copy(w.stage), by=me),
    "open": lambda w, me: services.open_stage(w.stage, by=me),
    "limits": lambda w, me: services.set_limits(copy(w.stage), {"cases": 9.0}, by=me),
    "invite again": lambda w, me: services.invite_again([w.waiting.pk], by=me),
    "refuse": lambda w, me: services.refuse_waiting([w.waiting.pk], by=me),
}
