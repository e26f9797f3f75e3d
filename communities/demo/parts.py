"""What upper layers add to a demo community once its people and texts are there: reports, visits, orders.

A file of its own because they register here, and nothing below them knows them.
"""

from __future__ import annotations

from collections.abc import Callable

from communities.demo.scene import Scene

Say = Callable[[str], None]
Part = Callable[[Scene, Say], None]
_parts: list[Part] = []


def register_part(part: Part) -> None:
    """`part(scene, say)` adds to one community, outside any scope; made again, it adds only what is missing."""
    if part not in _parts:
        _parts.append(part)


def add_parts(scene: Scene, say: Say) -> None:
    for part in _parts:
        part(scene, say)
