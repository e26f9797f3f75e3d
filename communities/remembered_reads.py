"""Compiled reads for what a process remembers for a second.

Each process makes them every second, whatever is asked of it: as query sets that are put together anew they cost as
much as four pages. A file of its own, since pages note what they are drawn from by the others.
"""

from __future__ import annotations

from typing import Any

from communities.drawing import apart
from communities.reads import CompiledRead, Row


class RememberedRead(CompiledRead[Row]):
    """What is remembered is a fact of pages, or makes them such as are not kept: it is none of what was read for one.
    As with any statement that is not noted, a page in whose drawing it falls is drawn again for the next visitor."""

    def __call__(self, *values: Any) -> list[Row]:
        with apart():
            return super().__call__(*values)


class ReadAnywhere(RememberedRead[Row]):
    """Of rows that belong to no community: it is through them that one is found, so that there is no scope yet."""

    @staticmethod
    def scope() -> int:
        return 0
