"""The same for automations."""

from __future__ import annotations

from communities.animation.automations import services
from communities.animation.automations.models import Automation
from communities.animation.automations.services import AutomationWishes
from tests.conftest import Cast
from tests.promises.undoable import CASES, DoIt, case

__all__ = ["CASES", "case"]
FIRST = AutomationWishes("joined", "note", words="Hello.")


def made(here: Cast, *, on: bool) -> Automation:
    return services.make_automation(FIRST, by=here.owner, on=on)


@case("automation_edited")
def _(here: Cast) -> DoIt:
    automation = made(here, on=False)
    other = AutomationWishes(
        "unanswered", "assign", {"hours": 30}, (("space", here.forum.slug),), to=here.moderator, daily=3
    )
    return lambda: services.edit_automation(automation, other, by=here.owner)


@case("automation_switched")
def _(here: Cast) -> DoIt:
    automation = made(here, on=False)
    return lambda: services.switch_on(automation, by=here.owner)


@case("automation_switched:off")
def _(here: Cast) -> DoIt:
    automation = made(here, on=True)
    return lambda: services.switch_off(automation, by=here.owner)


@case("automation_removed")
def _(here: Cast) -> DoIt:
    automation = made(here, on=False)
    return lambda: services.remove_automation(automation, by=here.owner)


@case("automation_removed:while it runs")
def _(here: Cast) -> DoIt:
    automation = made(here, on=True)
    return lambda: services.remove_automation(automation, by=here.owner)


@case("automations_stopped")
def _(here: Cast) -> DoIt:
    made(here, on=True)
    made(here, on=False)
    return lambda: services.stop_all(by=here.owner)


@case("automations_resumed")
def _(here: Cast) -> DoIt:
    made(here, on=True)
    services.stop_all(by=here.owner)
    return lambda: services.go_on(by=here.owner)
