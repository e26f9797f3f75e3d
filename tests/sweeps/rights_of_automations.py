"""What can be done with automations, each act as it is done."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from communities.animation.automations import services
from communities.animation.automations.services import AutomationWishes
from communities.models import Membership
from tests.sweeps.world import World

AUTOMATING: dict[str, Callable[[World, Membership], Any]] = {
    "make": lambda w, me: services.make_automation(AutomationWishes("joined", "note", words="Hello."), by=me),
    "change": lambda w, me: services.edit_automation(
        w.automation, AutomationWishes("joined", "note", words="Good day."), by=me
    ),
    "switch off": lambda w, me: services.switch_off(w.automation, by=me),
    "switch on": lambda w, me: services.switch_on(w.automation, by=me),
    "stop all": lambda w, me: services.stop_all(by=me),
    "let all go on": lambda w, me: services.go_on(by=me),
    "undo what one did": lambda w, me: services.undo_firing(w.firing, by=me, community=w.here.community),
    "remove": lambda w, me: services.remove_automation(copy(w.automation), by=me),
}
