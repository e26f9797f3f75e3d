"""Stopping: one that cannot go on stops itself, and Today says so."""

from __future__ import annotations

from django.utils import timezone

from communities.animation.automations.models import Automation
from communities.journal.services import record


def stop_alone(automation: Automation, why: str) -> None:
    """Of a locked row. It goes on when somebody has looked at it and switches it on again."""
    halt(automation, why)
    record(None, "automation_stopped", what=str(automation), about=automation.pk, after={"why": str(why)})


def halt(automation: Automation, why: str = "") -> None:
    """Off, or stopped for a reason. What is queued is left out when its turn comes."""
    automation.state = Automation.State.STOPPED if why else Automation.State.OFF
    automation.why, automation.stopped_at = why, timezone.now() if why else None
    automation.on_since = automation.look_at = automation.looked_until = None
    automation.version += 1
    automation.save()
