"""Work that a stranger’s file can make last is broken off in its midst, whatever library does it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
# How many calls go by between two looks at the clock.
EVERY = 200


class OutOfTime(BaseException):
    """No Exception, so that no library takes it for a fault of what it reads."""


def in_time(limit: float, work: Callable[[], T]) -> T:
    """What `work` answers. `limit` is a moment of `time.thread_time()`, so that other threads take none of it.

    It is looked at whenever a function is called or left: what is one call into C is not broken off, and no lock that
    others wait for may be taken inside. Raises OutOfTime.
    """
    former, calls = sys.getprofile(), 0

    def look(_frame: FrameType, _event: str, _arg: Any) -> None:
        nonlocal calls
        calls += 1
        if not calls % EVERY and time.thread_time() > limit:
            raise OutOfTime

    sys.setprofile(look)
    try:
        return work()
    finally:
        sys.setprofile(former)
