"""Whether work grows as its input does, or with its square: asked of the work itself, not of the clock on the wall."""

from __future__ import annotations

import time
from collections.abc import Callable

STEP = 4
# Linear work grows fourfold, square work sixteenfold; between them there is room for a cache or a page fault.
MOST = 8.0
TRIES = 3
# Seconds of processor time below which a measurement says nothing; slower machines measure more, never less.
NOISE = 0.02


def grows_evenly(work: Callable[[int], object], size: int) -> bool:
    """Whether `work(size)` takes about four times as long as a quarter of it, by this thread's processor time.

    What else the machine does is not counted, and how fast it is makes no difference to a ratio.
    """
    return any(_cost(work, size) <= MOST * _cost(work, size // STEP) + NOISE for _ in range(TRIES))


def _cost(work: Callable[[int], object], size: int) -> float:
    started = time.thread_time()
    work(size)
    return time.thread_time() - started
