"""Whether work grows as its input does, or with its square: asked of the work itself, not of the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

STEP = 4
# For four quarters even work takes as long as for the whole, square work a quarter of that; between them there is room
# for a cache or a page fault.
MOST = 2.0
TRIES = 3
# Seconds of processor time that a measurement may be wrong by: clocks there are that move by hundredths. On a fast
# machine it lets more pass, and never less.
NOISE = 0.03


def grows_evenly(work: Callable[[int], object], size: int) -> bool:
    """Whether `work(size)` takes about as long as four times a quarter of it, by this thread’s processor time.

    What else the machine does is not counted, and how fast it is makes no difference to a ratio. No two quarters are
    quite the same, so that nothing that is remembered of one makes the next quicker.
    """
    quarters = [size // STEP - number for number in range(STEP)]
    return any(_cost(work, [size]) <= MOST * _cost(work, quarters) + NOISE for _ in range(TRIES))


def _cost(work: Callable[[int], object], sizes: Iterable[int]) -> float:
    started = time.thread_time()
    for size in sizes:
        work(size)
    return time.thread_time() - started
