"""Whether somebody has changed what an automation did since: what a person decided is not taken back with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communities.animation.automations.exceptions import CameOtherwise
from communities.journal.models import Change


def last_line(act: str, about: object) -> int:
    """The number of the newest line of the journal about one thing; 0 where there is none."""
    return Change.objects.of(act, about).order_by("-id").values_list("pk", flat=True).first() or 0


def refuse_changed_since(kept: Mapping[str, Any], act: str, about: object) -> None:
    """Where the journal has a newer line than that of the automation: what stands there may look the same, and be what
    a person wanted. Of what was done before lines were kept nothing is known. Raises CameOtherwise."""
    if "line" in kept and kept["line"] != last_line(act, about):
        raise CameOtherwise
