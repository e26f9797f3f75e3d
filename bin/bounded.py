"""A plugin of pytest for bin/test --fast: when its seconds are over, what has not run is left to bin/test, and said."""

from __future__ import annotations

import os
import time
from typing import Any

SECONDS = float(os.environ.get("PARVIS_FAST_SECONDS", "40"))
_began: list[float] = []  # when the first test did: collecting is not counted
_left: list[str] = []


def pytest_runtest_protocol(item: Any, nextitem: Any) -> bool | None:
    _began.append(time.monotonic())
    if _began[-1] - _began[0] < SECONDS:
        return None
    _left.append(item.nodeid)
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if _left:
        files = len({name.split("::")[0] for name in _left})
        terminalreporter.write_line(
            f"{SECONDS:.0f} s are over: {len(_left)} tests of {files} files are left to bin/test"
        )
