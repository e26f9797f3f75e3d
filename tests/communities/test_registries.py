"""The registries that carry the seams."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from communities.registries import Registry


@dataclass(frozen=True)
class Thing:
    name: str
    order: int = 0
    says: str = ""


def test_entries_come_in_their_order_whoever_registered_first() -> None:
    things: Registry[Thing] = Registry("thing")
    for thing in (Thing("b", 2), Thing("c", 1), Thing("a", 2)):
        things.register(thing)
    assert [thing.name for thing in things] == ["c", "b", "a"]
    assert len(things) == 3
    assert "b" in things


def test_the_same_entry_twice_is_one_and_another_under_its_name_is_refused() -> None:
    things: Registry[Thing] = Registry("thing")
    things.register(Thing("a"))
    things.register(Thing("a"))
    assert len(things) == 1
    with pytest.raises(ValueError, match="thing 'a' is registered twice"):
        things.register(Thing("a", says="other"))


def test_what_is_not_there_is_said_with_words() -> None:
    things: Registry[Thing] = Registry("thing")
    assert things.get("a") is None
    with pytest.raises(KeyError, match="no thing is registered as 'a'"):
        things["a"]
    things.register(Thing("a"))
    things.unregister("a")
    assert "a" not in things
