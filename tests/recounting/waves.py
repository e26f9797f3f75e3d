"""Waves of invitations, as told by what has happened: who was invited, and who came, with an address that is proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from communities.launch.models import Wave


@dataclass
class Waves:
    stage: int | None = None
    invited: dict[int, int] = field(default_factory=dict)
    came: dict[int, set[int]] = field(default_factory=dict)
    # Whose address is not proved yet, and who came, each with the wave that called them.
    waiting: dict[int, int] = field(default_factory=dict)

    def send(self, wave: int, people: int) -> None:
        self.invited[wave], self.came[wave] = people, set()

    def come(self, person: int, wave: int, *, proved: bool) -> None:
        if proved:
            self.came[wave].add(person)
        else:
            self.waiting[person] = wave

    def prove(self, person: int) -> None:
        self.come(person, self.waiting.pop(person), proved=True)

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """As the page of the launch says them: “1 of 2 came”."""
        said = {
            wave.pk: (wave.came, wave.invited)
            for wave in Wave.objects.with_counts()  # type: ignore[attr-defined]
        }
        right = {wave: (len(self.came[wave]), people) for wave, people in self.invited.items()}
        return {"waves": (said, right)} if said != right else {}
