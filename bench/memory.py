"""What the processes of a running installation hold in memory (Linux).

`PORT=… python -m bench.memory [pages]` beside a `bin/up` on that port: as it stands, and, with a number, once more
after so many pages of its largest demo community were asked for. Counted is the proportional set size: a page of memory
that five processes share is a fifth in each of them, so that the sum is what the machine gives; beside it what each has
alone, and the resident set size, in which shared pages are counted again and again.
"""

from __future__ import annotations

import http.client
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import VAR
from config.environment import env_int

PROC = Path("/proc")
COUNTED = ("Pss", "Private_Dirty", "Private_Clean", "Rss")
PLACE = "/c/halyard"
AT_ONCE = 4
# Of pages, those that anybody may read and that are drawn for them.
LINK = re.compile(rf'href="({PLACE}/[^"#]*)"')


def sizes_of(process: int) -> dict[str, int]:
    """In kilobytes; nothing of a process that has ended."""
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    found = dict(line.split(":", 1) for line in lines[1:])
    return {name: int(found[name].split()[0]) for name in COUNTED}


def parents() -> dict[int, int]:
    """Of all processes, whose child each is."""
    found = {}
    for one in PROC.iterdir():
        if one.name.isdigit():
            try:
                found[int(one.name)] = int((one / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def part_of(process: int, var: Path) -> str:
    """By the log that it writes: each part of the installation has one; the supervisor has none."""
    try:
        log = (PROC / str(process) / "fd" / "1").resolve()
    except OSError:
        return ""
    return log.stem if log.parent == (var / "log").resolve() else ""


def members(var: Path) -> Iterator[tuple[int, str]]:
    """The processes of an installation and the part that each belongs to."""
    lock = (var / "run" / "supervisor.lock").read_text()
    supervisor = int(re.findall(r"process (\d+)", lock)[0])
    for process in parents():
        part = "supervisor" if process == supervisor else part_of(process, var)
        if part:
            yield process, part


def show(var: Path) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for process, part in sorted(members(var)):
        sizes = sizes_of(process)
        if sizes:
            alone = sizes["Private_Dirty"] + sizes["Private_Clean"]
            for place, value in enumerate((1, sizes["Pss"], alone, sizes["Rss"])):
                sums[part][place] += value
    print(f"{'part':14}{'processes':>10}{'PSS MB':>10}{'alone MB':>10}{'RSS MB':>10}")
    for part, (count, *kilobytes) in sums.items():
        print(f"{part:14}{count:10}" + "".join(f"{value / 1024:10.1f}" for value in kilobytes))
    all_of = [sum(column) for column in zip(*sums.values(), strict=True)]
    print(f"{'all':14}{all_of[0]:10}" + "".join(f"{value / 1024:10.1f}" for value in all_of[1:]), flush=True)


def ask(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "Accept-Language": "en"})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    finally:
        connection.close()
    is_page = answer.status == 200 and "html" in (answer.getheader("Content-Type") or "")
    return body if is_page else ""


def visit(port: int, pages: int) -> int:
    """Ask for so many pages, following their links and beginning anew when all were seen; how many were pages."""
    known, waiting, shown = {f"{PLACE}/"}, [f"{PLACE}/"], 0
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        while shown < pages:
            at_hand, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
            for body in visitors.map(lambda path: ask(port, path), at_hand):
                shown += bool(body)
                new = [path for path in dict.fromkeys(LINK.findall(body)) if path not in known]
                known.update(new)
                waiting += new
            waiting = waiting or sorted(known)
    return shown


def main(pages: int) -> int:
    # Not that of measurements: the one that bin/up has in this checkout.
    var = VAR.parent
    show(var)
    if pages:
        print(f"\nafter {visit(env_int('PORT', 8000), pages)} pages")
        show(var)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
