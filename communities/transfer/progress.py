"""A progress bar in plain text for long commands."""

import sys
import time
from typing import TextIO

WIDTH = 30
# Often enough to be alive, seldom enough that a log file of a run without a terminal stays short.
EVERY_SECONDS = {True: 0.1, False: 10.0}


class ProgressBar:
    """One line that redraws itself on a terminal; in a log file a new line every ten seconds."""

    def __init__(self, label: str, total: int, *, stream: TextIO | None = None) -> None:
        self.label = label
        self.total = total
        self.done = 0
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self._drawn_at = float("-inf")

    def advance(self, steps: int = 1) -> None:
        self.done += steps
        now = time.monotonic()
        if now - self._drawn_at >= EVERY_SECONDS[self.live]:
            self._drawn_at = now
            self._draw()

    def finish(self) -> None:
        self._draw()
        if self.live:
            self.stream.write("\n")
        self.stream.flush()

    def _draw(self) -> None:
        share = min(1.0, self.done / self.total) if self.total else 1.0
        bar = "#" * round(share * WIDTH)
        line = f"{self.label} [{bar:-<{WIDTH}}] {round(share * 100)} % ({self.done}/{self.total})"
        self.stream.write(f"\r{line}" if self.live else f"{line}\n")
        self.stream.flush()
