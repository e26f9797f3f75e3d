"""Who follows which thread, as told by what has happened: kept by hand.

Who starts a thread or replies follows it, unless they have chosen not to; whoever asks for it follows, or does not.
Following leaves with its person. Of two people who are one, the choice of the one who stays counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from communities.content.models import Thread
from communities.content.showing.reading import follower_count


@dataclass
class Follows:
    choices: dict[tuple[int, int], bool] = field(default_factory=dict)

    def wrote(self, person: int, thread: int) -> None:
        self.choices.setdefault((person, thread), True)

    def choose(self, person: int, thread: int, *, on: bool) -> None:
        self.choices[person, thread] = on

    def leave(self, person: int) -> None:
        self.choices = {key: on for key, on in self.choices.items() if key[0] != person}

    def merge(self, kept: int, gone: int) -> None:
        for (person, thread), on in list(self.choices.items()):
            if person == gone:
                self.choices.setdefault((kept, thread), on)
        self.leave(gone)

    def of(self, person: int) -> set[int]:
        return {thread for (who, thread), on in self.choices.items() if who == person and on}

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """The number of followers that the page of a thread without replies says."""
        alone = list(Thread.objects.filter(state="published", reply_count=0))
        said = {thread.pk: follower_count(thread) for thread in alone}
        right = {
            thread.pk: sum(on for (_who, which), on in self.choices.items() if which == thread.pk)
            for thread in alone
        }
        return {"followers": (said, right)} if said != right else {}
