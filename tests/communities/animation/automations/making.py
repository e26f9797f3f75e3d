"""Automations for tests, made through the services."""

from __future__ import annotations

from typing import Any

from communities.animation.automations.hearing import wanted
from communities.animation.automations.models import Automation, Firing
from communities.animation.automations.running import carry_out_queued
from communities.animation.automations.services import AutomationWishes, make_automation
from communities.models import Membership
from communities.scoping import community_scope
from tests.conftest import Cast


def make(here: Cast, trigger: str, act: str, *, by: Membership | None = None, **wishes: Any) -> Automation:
    """One that runs, signed by the manager, with wide limits."""
    said = {"daily": 100, "person_days": 1, **wishes}
    if act == "note":
        said.setdefault("words", "Hello {name}.")
    with community_scope(here.community):
        made = make_automation(
            AutomationWishes(trigger=trigger, act=act, **said), by=by or here.manager, on=True
        )
    wanted.forget()
    return made


def run(here: Cast) -> list[tuple[str, str]]:
    """Do all that is queued; state and reason of every line, in order."""
    carry_out_queued(here.community)
    with here.scope():
        return list(Firing.objects.order_by("pk").values_list("state", "reason"))
