"""How much of what must not be wrong the tests have run through, and the least that is enough.

Read by bin/checks.py after the tests. A floor is what was reached, rounded down: it may rise, never fall.
"""

from __future__ import annotations

import fnmatch
import sys
from dataclasses import dataclass
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import NoDataError, NoSource

PROJECT = Path(__file__).resolve().parent.parent
# Pattern of files → percent of their statements.
FLOORS = {
    # Scoping and permissions
    "communities/scoping.py": 98,
    "communities/permissions.py": 83,
    "communities/*/permissions.py": 97,
    "moderation/permissions.py": 96,
    "analytics/*/permissions.py": 100,
    # Moderation
    "moderation/services/*.py": 98,
    "moderation/receivers.py": 100,
    "moderation/queries/*.py": 98,
    "moderation/subjects/*.py": 98,
    "moderation/words.py": 100,
    "moderation/screening.py": 100,
    # Roll-ups
    "analytics/capture/rollups.py": 100,
    # Money
    "analytics/roi/services/*.py": 96,
    "analytics/roi/money.py": 97,
    "analytics/roi/attribution.py": 97,
    "analytics/roi/matching.py": 100,
    "analytics/roi/returns.py": 100,
    "analytics/roi/counting.py": 100,
    "analytics/roi/hooks.py": 97,
    "communities/sealing.py": 100,
    "analytics/reports/queries.py": 99,
}


@dataclass
class Reach:
    """What the tests reached of the files of one pattern."""

    pattern: str
    floor: int
    statements: int = 0
    missing: int = 0

    @property
    def percent(self) -> float:
        return 100.0 * (self.statements - self.missing) / self.statements if self.statements else 0.0

    @property
    def is_enough(self) -> bool:
        return self.percent >= self.floor

    def __str__(self) -> str:
        verdict = "" if self.is_enough else f"  BELOW ITS FLOOR of {self.floor} %"
        return f"{self.percent:7.1f} %  (floor {self.floor:3d})  {self.pattern}{verdict}"


def floored_files() -> list[str]:
    """The files that count for a floor, by their paths from the project's folder."""
    roots = sorted({pattern.partition("/")[0] for pattern in FLOORS})
    files = (file for root in roots for file in sorted((PROJECT / root).rglob("*.py")))
    names = (file.relative_to(PROJECT).as_posix() for file in files)
    return [name for name in names if pattern_of(name) is not None]


def pattern_of(name: str) -> str | None:
    """The first pattern that a file matches, for which it counts; most files, and all migrations, match none."""
    if "/migrations/" in name:
        return None
    return next((one for one in FLOORS if fnmatch.fnmatch(name, one)), None)


def reached(coverage: Coverage) -> list[Reach]:
    """What was reached of each pattern."""
    found = {pattern: Reach(pattern, floor) for pattern, floor in FLOORS.items()}
    for name in floored_files():
        try:
            _, statements, _, missing, _ = coverage.analysis2(str(PROJECT / name))
        except NoSource:
            continue
        reach = found[str(pattern_of(name))]
        reach.statements += len(statements)
        reach.missing += len(missing)
    return list(found.values())


def main() -> int:
    coverage = Coverage(data_file=PROJECT / ".coverage", config_file=PROJECT / "pyproject.toml")
    try:
        coverage.combine([str(PROJECT)])
        rows = reached(coverage)
    except NoDataError:
        print("Nothing was noted: run the tests with -p tests.reaching (bin/checks.py)")
        return 1
    for row in rows:
        print(row)
    return 0 if all(row.is_enough for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
