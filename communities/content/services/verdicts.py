"""What screening answers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Verdict:
    """What screening decides before anything is visible. Receivers may hold, never publish."""

    held: bool = False
    reasons: list[str] = field(default_factory=list)

    def hold(self, reason: str) -> None:
        self.held = True
        self.reasons.append(reason)
