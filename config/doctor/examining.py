"""Findings, and how examinations are run."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


class Level(enum.StrEnum):
    """How bad a finding is; faults make the command end with 1."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Found:
    """What one examination found: a fact, and where it is not well what to do."""

    level: Level
    fact: str
    remedy: str = ""


@dataclass(frozen=True)
class Finding:
    """The same under the name of the part that was looked at."""

    part: str
    level: Level
    fact: str
    remedy: str = ""

    def told(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Examination:
    part: str
    look: Callable[[], Found]
    needs: tuple[str, ...] = ()


EXAMINATIONS: dict[str, Examination] = {}
Look = Callable[[], Found]


def ok(fact: str) -> Found:
    return Found(Level.OK, fact)


def warning(fact: str, remedy: str) -> Found:
    return Found(Level.WARNING, fact, remedy)


def fault(fact: str, remedy: str) -> Found:
    return Found(Level.FAULT, fact, remedy)


def examination(part: str, *needs: str) -> Callable[[Look], Look]:
    """Registers a function as the examination of a part; it is skipped where a part that it needs has a fault."""

    def register(look: Look) -> Look:
        EXAMINATIONS[part] = Examination(part, look, needs)
        return look

    return register


def examine(only: list[str] | None = None) -> list[Finding]:
    """Look at all parts, or at some and what they need, in the order in which they depend on each other."""
    wanted = _with_needs(only or list(EXAMINATIONS))
    findings: dict[str, Finding] = {}
    for part in (one for one in EXAMINATIONS if one in wanted):
        one = EXAMINATIONS[part]
        sick = [need for need in one.needs if findings[need].level in (Level.FAULT, Level.SKIPPED)]
        if sick:
            found = Found(Level.SKIPPED, f"not looked at: {sick[0]} comes first")
        else:
            found = _look(one)
        findings[part] = Finding(part, found.level, found.fact, found.remedy)
    return list(findings.values())


def _with_needs(parts: list[str]) -> set[str]:
    wanted = set(parts)
    for part in reversed(EXAMINATIONS.values()):
        if part.part in wanted:
            wanted |= set(part.needs)
    return wanted


def _look(one: Examination) -> Found:
    try:
        return one.look()
    except Exception as error:  # noqa: BLE001  whatever breaks while we look is what is wrong
        words = " ".join(str(error).split())[:300]
        return fault(
            f"{type(error).__name__}: {words}", f"Mend what it says, then run doctor {one.part} again."
        )
