"""How often something was done, in windows that slide; and when it may be done again.

Of each key the moments of the last acts are kept, newest first, as many as the largest number among its windows. An
act is refused where the moment that lies that many acts back is still within the window: so no window, wherever it
begins, ever holds more. One script in Redis, where nothing comes in between; `Turns` is its twin in the memory of a
process, for when Redis is away.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

# (how many, within how many milliseconds)
Windows = Sequence[tuple[int, int]]

# A clock that was set back does not open what is full: no moment lies before the one that is kept.
SCRIPT = """
local now = tonumber(ARGV[1])
local last = tonumber(redis.call('LINDEX', KEYS[1], 0) or 0)
if last > now then now = last end
local full, wait, most, longest = 0, 0, 0, 0
for i = 2, #ARGV, 2 do
  local number, length = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local before = redis.call('LINDEX', KEYS[1], number - 1)
  if before and tonumber(before) + length - now > wait then
    full, wait = i / 2, tonumber(before) + length - now
  end
  most, longest = math.max(most, number), math.max(longest, length)
end
if full == 0 then
  redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('LTRIM', KEYS[1], 0, most - 1)
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', longest))
end
return {full, wait}
"""


class Full(NamedTuple):
    """Which of the windows has no room, and for how long: of several, the one that stays full the longest."""

    window: int
    wait: int  # milliseconds


class Turns:
    """The same in this process, for all its threads."""

    def __init__(self, *, most_keys: int = 5000) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, list[int]] = OrderedDict()
        self._most_keys = most_keys

    def take(self, key: str, windows: Windows, *, now: int) -> Full | None:
        """Count one act at a moment in milliseconds; what is full where it is not counted."""
        with self._lock:
            moments = self._kept.setdefault(key, [])
            self._kept.move_to_end(key)
            now = max(now, moments[0]) if moments else now
            full: Full | None = None
            for number, (most, length) in enumerate(windows):
                wait = moments[most - 1] + length - now if len(moments) >= most else 0
                if wait > (full.wait if full else 0):
                    full = Full(number, wait)
            if full is None:
                moments.insert(0, now)
                del moments[max(most for most, _length in windows) :]
            while len(self._kept) > self._most_keys:
                self._kept.popitem(last=False)
            return full

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
