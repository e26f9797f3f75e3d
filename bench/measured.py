"""A command, and at its end the most memory that it took. Run by its path: it has the installation that it is told."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path


def peak() -> int:
    """The most memory of this program so far, in kilobytes; of it alone, not of what it was forked from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    sys.argv = sys.argv[1:]
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    finally:
        sys.stdout.flush()
        print(f"\npeak {peak()}")


if __name__ == "__main__":
    main()
