"""Which job a worker is at, in memory that outlives the worker.

Whoever forks a worker makes it before, and hands the same to the next one: so that one learns at what the former one
ended, without a file, a row or a round to the queue for each job.
"""

from __future__ import annotations

import json
import mmap
from dataclasses import asdict, dataclass
from typing import Any

# Bytes. Jobs are asked with a few numbers; pages that nobody writes to take no memory.
LARGEST, HEAD = 256 * 1024, 8


@dataclass(frozen=True)
class Job:
    """A job that has begun. `tag` is how the queue knows it, `until` the moment (of the monotonic clock, which all
    processes of a machine share) at which it is ended, `seconds` how long it may take."""

    name: str
    number: str
    tag: str
    arguments: list[Any]
    options: dict[str, Any]
    seconds: float
    until: float


class AtWork:
    """The place for one worker."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, LARGEST)

    def note(self, job: Job) -> None:
        """One that is too large is not noted: should its worker be ended, it is given out again."""
        self.forget()
        said = json.dumps(asdict(job), default=str).encode()
        if len(said) <= LARGEST - HEAD:
            self._memory[HEAD : HEAD + len(said)] = said
            # Last: what was written by half was never said.
            self._memory[:HEAD] = len(said).to_bytes(HEAD, "little")

    def forget(self) -> None:
        self._memory[:HEAD] = bytes(HEAD)

    def job(self) -> Job | None:
        length = int.from_bytes(self._memory[:HEAD], "little")
        return Job(**json.loads(self._memory[HEAD : HEAD + length])) if length else None
