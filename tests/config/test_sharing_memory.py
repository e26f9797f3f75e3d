"""What processes that are forked from one share stays shared: what each makes lies apart, and none reads for itself."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from django.conf import settings

# Every second of many large objects goes. What is made after the plugging must not lie where they were.
AMONG_GAPS = """
import ctypes
from config.services.sharing_memory import plug_gaps_between_large
lent = [bytes(2_000) for _number in range(5_000)]
del lent[::2]
libc = ctypes.CDLL(None)
libc.sbrk.restype = ctypes.c_void_p
end = libc.sbrk(0)
def made():
    found = [bytes(size) for size in (700, 1_500, 2_000, 5_000) for _number in range(200)]
    return sum(id(one) < end for one in found), len(found)
before = made()
plug_gaps_between_large()
print(*before, *made())
"""

# As `main` reads the program, and as `work` makes the worker of it.
A_WORKER = """
import sys
from config.services import web, workers
workers._read_program(web.SHARED)
from config.celery import app
read = set(sys.modules)
workers._worker(app, "worker", workers.servings()["worker"])
print(*sorted(set(sys.modules) - read), "and", app._backend is not None)
"""


def told_by(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout


def test_large_objects_of_a_process_lie_in_no_gap_between_those_that_it_shares() -> None:
    before, of_before, after, of_after = map(int, told_by(AMONG_GAPS).split())
    assert before > of_before / 2, "there were gaps"
    assert after == 0, f"{after} of {of_after}"


def test_a_worker_reads_nothing_that_its_parent_has_not_read() -> None:
    assert told_by(A_WORKER).split() == ["and", "True"]
