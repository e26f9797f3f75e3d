"""What happens by itself in the demo: who joins gets a note, what nobody answers is given to somebody.

Made through the services, signed by the manager; the second is off, to be rehearsed. Making them sends nothing.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import translation

from communities.animation.automations.models import Automation
from communities.animation.automations.ready import named
from communities.animation.automations.services import AutomationWishes, make_automation
from communities.demo.parts import Say
from communities.demo.scene import Scene
from communities.languages import spoken
from communities.models import Membership
from communities.scoping import community_scope

# Which of the ready ones, and whether it runs.
MADE = (("greet", True), ("unanswered", False))


def settle_automations(scene: Scene, say: Say) -> None:
    """Of one community, where there is none yet: made again, nothing changes. Opens the scope itself."""
    place = scene.community
    with transaction.atomic(), community_scope(place):
        if Automation.objects.exists():
            return
        with translation.override(spoken(place.language, place.address_form)):
            for name, on in MADE:
                _make(scene, name, on=on)
    say(f"{place.name}: {len(MADE)} automations.")


def _make(scene: Scene, name: str, *, on: bool) -> None:
    proposed = named(name)
    assert proposed is not None  # its rooms are all here
    said = proposed.values()
    asks_to = proposed.act == "assign"
    helper = next((one for one in scene.cast if one.role == Membership.Role.MODERATOR), scene.manager)
    wishes = AutomationWishes(
        trigger=proposed.trigger,
        act=proposed.act,
        trigger_values={"hours": said["when_hours"]} if "when_hours" in said else {},
        to=helper if asks_to else None,
        words=said.get("words", ""),
        daily=said.get("daily", 10),
        person_days=said.get("person_days", 30),
    )
    make_automation(wishes, by=scene.manager, on=on)
