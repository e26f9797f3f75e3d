"""Which statements are dearest, and how the database carries them out: each is explained just before it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

READS, WRITES = ("select", "with"), ("insert", "update", "delete")
LISTS = re.compile(r"\bin \((?:%s(?:, )?)+\)", re.IGNORECASE)


@dataclass
class Asked:
    """One text, whatever its values: how often it ran, and where most pages were touched."""

    text: str
    where: str = ""
    times: int = 0
    buffers: int = 0
    most: int = -1
    milliseconds: float = 0.0
    plan: dict[str, Any] = field(default_factory=dict)


class Dearest:
    """Wrapper of a connection. What writes is explained behind a savepoint, which is rolled back; outside of a
    transaction it is left out."""

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}
        self.where = ""

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        first = sql.lstrip("( \n").split(None, 1)[0].lower() if sql.strip() else ""
        if not many and "set_config" not in sql and first in READS + WRITES:
            writes = first in WRITES or re.search(
                r"\b(insert into|update|delete from|for update)\b", sql, re.I
            )
            if not writes or connection.in_atomic_block:
                self._explain(sql, params, behind=bool(writes))
        return execute(sql, params, many, context)

    def _explain(self, sql: str, params: Any, *, behind: bool) -> None:
        with connection.connection.cursor() as cursor:
            if behind or connection.in_atomic_block:
                cursor.execute("savepoint explained")
            cursor.execute("explain (analyze, buffers, timing off, format json) " + sql, params)
            found = cursor.fetchone()[0]
            if behind or connection.in_atomic_block:
                cursor.execute("rollback to savepoint explained; release savepoint explained")
        one = (json.loads(found) if isinstance(found, str) else found)[0]
        buffers = one["Plan"]["Shared Hit Blocks"] + one["Plan"]["Shared Read Blocks"]
        text = LISTS.sub("in (…)", " ".join(sql.split()))
        asked = self.asked.setdefault(text, Asked(text))
        asked.times += 1
        asked.buffers += buffers
        if buffers > asked.most:
            asked.most, asked.plan, asked.where = buffers, one["Plan"], self.where
            asked.milliseconds = one["Execution Time"]

    def list(self, most: int) -> list[Asked]:
        return sorted(self.asked.values(), key=lambda asked: -asked.most)[:most]

    def show(self, most: int = 20) -> None:
        for place, asked in enumerate(self.list(most), start=1):
            print(
                f"\n{place}. {asked.where}: {asked.most:,} pages, {asked.milliseconds:.1f} ms, {asked.times} times"
            )
            print(f"   {asked.text[:1500]}")
            for line in lines_of(asked.plan):
                print(f"     {line}")


def lines_of(plan: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """A plan as people read it, without what never ran."""
    if not plan["Actual Loops"]:
        return
    about = plan.get("Index Name") or plan.get("Relation Name") or plan.get("Function Name") or ""
    over = f" on {about}" if about else ""
    loops = f" ×{plan['Actual Loops']}" if plan["Actual Loops"] > 1 else ""
    touched = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    how = plan.get("Index Cond") or plan.get("Recheck Cond") or ""
    out = plan.get("Rows Removed by Filter")
    left = f"; {plan['Filter']} leaves out {out:g}" if out else ""
    line = f"{plan['Node Type']}{over}{loops}: {plan['Actual Rows']:g} rows, {touched:,} pages {how}{left}"
    yield f"{'  ' * depth}{line}"[:260]
    for part in plan.get("Plans", []):
        yield from lines_of(part, depth + 1)


def explained(work: Callable[[], object], dearest: Dearest) -> None:
    """Note what some work asks."""
    with connection.execute_wrapper(dearest):
        work()
