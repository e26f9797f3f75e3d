"""One address of the sweeps: who may read it, who may act there, with which sample things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.sweeps.audiences import BY_POST_ONLY, HIDES, Audience
from tests.sweeps.world import World

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Address:
    """Who may read it, who may act there, with which sample thing; `foreign`: the same address elsewhere."""

    get: Audience
    args: Mapping[str, str] = field(default_factory=dict)
    post: Audience | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    foreign: str = HIDES

    def path(self, route: str, world: World) -> str:
        path = _ARGUMENT.sub(lambda found: _value(self.args[found[1]], world), route)
        return "/" + path + self.query

    def fields(self, world: World) -> dict[str, str]:
        """What is sent; a value that begins with @ is looked up in the world, as arguments are."""
        return {
            name: _value(value[1:], world) if value[:1] == "@" else value for name, value in self.data.items()
        }

    @property
    def names_things(self) -> bool:
        """Whether the address names something that exists in one community only."""
        return any(not value.startswith("=") for value in self.args.values())


def _value(text: str, world: World) -> str:
    if text.startswith("="):
        return text[1:]
    value: Any = world
    for name in text.split("."):
        value = getattr(value, name)
    return str(value)


def act(who: Audience, data: Mapping[str, str] | None = None, **args: str) -> Address:
    """An address that only takes POST."""
    return Address(BY_POST_ONLY, args, post=who, data=data or {})
