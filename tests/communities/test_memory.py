"""The memory of a process: what is asked for stays, whatever else is asked for beside it."""

from __future__ import annotations

from collections import Counter

from communities.memory import Memory


def test_who_asks_for_ever_new_keys_takes_room_from_nobody() -> None:
    loads: Counter[int] = Counter()

    def load(number: int) -> int:
        loads[number] += 1
        return number

    memory = Memory(load, size=16, lifetime=600.0)
    for made_up in range(1000, 1200):
        assert memory.get(1) == 1
        memory.get(made_up)
        held = len(memory._kept) + len(memory._former)
        assert held <= 16
    assert loads[1] == 1
    memory.forget()
    assert memory.peek(1) is None


def test_what_has_ended_is_not_brought_over() -> None:
    memory = Memory(lambda key: key, size=2, lifetime=-1.0)
    memory.put("old", "old")
    memory.put("new", "new")
    assert memory.peek("old") is None
