"""What measuring the audience costs a visitor's page, in one run.

`python -m bench.capture [rounds]`: first inside one process, by the CPU time of all its threads (handing over to
Redis included), then two gunicorn servers side by side, one with CAPTURE=0; asked in turn in short rounds. The
page is drawn each time, or remembered by the process (VISITOR_PAGES). Storing the hits is another process's work.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.test import override_settings

from analytics.capture.recording import outbox
from bench.application import Application, make_application
from bench.ground import PORT, make_content, served
from bench.load import Target, requests_per_second, spread
from bench.pages import call
from config.services import running_servers
from config.services.preparation import prepare

CONNECTIONS, SECONDS, ROUNDS = 8, 1.0, 15
CALLS, SHORTER = 10, 4  # inside the process: fewer calls in a round, and more rounds
ALLOWED = 0.05
BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0\r\n"
    "Referer: https://www.google.com/\r\n"
)
PAGES = {"drawn each time": "0", "remembered": "256"}


def remaining(target: Target, rounds: int, visitor_pages: str) -> tuple[float, list[float], list[float]]:
    """The median of the rounds' ratios (with capture / without), and both servers' requests per second of CPU time:
    what others do on the machine moves that much less than requests per second of the clock.
    """
    without: list[float] = []
    measured: list[float] = []
    with (
        served(PORT, CAPTURE="0", VISITOR_PAGES=visitor_pages) as off,
        served(PORT + 1, CAPTURE="1", VISITOR_PAGES=visitor_pages) as on,
    ):
        workers = {port: workers_at(port) for port in (off, on)}
        for port in (off, on):
            requests_per_second(target, port, connections=CONNECTIONS, seconds=1.0)
        for number in range(rounds):
            # Each is first in every other round, so that a drifting machine favours neither.
            order = ((off, without), (on, measured)) if number % 2 else ((on, measured), (off, without))
            for port, figures in order:
                used, started = cpu_seconds(workers[port]), time.perf_counter()
                rate = requests_per_second(target, port, connections=CONNECTIONS, seconds=SECONDS)
                done = rate * (time.perf_counter() - started)
                figures.append(done / (cpu_seconds(workers[port]) - used))
    return spread([a / b for a, b in zip(measured, without, strict=True)])[0], without, measured


def workers_at(port: int) -> list[int]:
    """The process ids of the workers of the gunicorn that we started on a port (Linux)."""
    for master in _children(os.getpid()):
        if f"PORT={port}" in Path(f"/proc/{master}/environ").read_text().split("\0"):
            return _children(master)
    raise RuntimeError(f"no server of ours on {port}")


def _children(process: int) -> list[int]:
    lists = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for one in lists for child in one.read_text().split()]


def cpu_seconds(processes: list[int]) -> float:
    """Processor time that these have used, their own and the kernel's for them."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def remaining_inside(
    target: Target, rounds: int, visitor_pages: str
) -> tuple[float, list[float], list[float]]:
    """The same inside this process, by CPU time."""
    application = make_application()
    without: list[float] = []
    measured: list[float] = []
    for number in range(rounds * SHORTER):
        for on in (True, False) if number % 2 else (False, True):
            with override_settings(CAPTURE=on, VISITOR_PAGES=int(visitor_pages)):
                (measured if on else without).append(_calls_per_second(application, target, visitor_pages))
    return spread([a / b for a, b in zip(measured, without, strict=True)])[0], without, measured


def _calls_per_second(application: Application, target: Target, visitor_pages: str) -> float:
    calls = CALLS * (20 if visitor_pages != "0" else 1)
    call(application, target)
    outbox.hand_over()
    started = time.process_time()
    for _call in range(calls):
        call(application, target)
    outbox.hand_over()
    return calls / (time.process_time() - started)


def show(title: str, measure: Callable[..., tuple[float, list[float], list[float]]], rounds: int) -> None:
    target = Target("article", make_content()["article"], headers=BROWSER)
    print(f"\n{title}\n{'article page':>18} {'without':>9} {'with':>9} {'[min..max]':>18} {'cost':>7}")
    for name, visitor_pages in PAGES.items():
        ratio, without, measured = measure(target, rounds, visitor_pages)
        least, most = spread(measured)[1:]
        print(
            f"{name:>18} {spread(without)[0]:9,.0f} {spread(measured)[0]:9,.0f}"
            f" {f'[{least:,.0f}..{most:,.0f}]':>18} {1 - ratio:7.1%}"
            f"{'' if 1 - ratio < ALLOWED or measure is not remaining else '  more than allowed'}"
        )


def main(rounds: int) -> None:
    with running_servers():
        prepare()
        show(f"inside one process, {rounds} rounds, by CPU time", remaining_inside, rounds)
        title = (
            f"gunicorn, {CONNECTIONS} connections, {rounds} rounds of {SECONDS:g} s, per second of CPU time"
        )
        show(title, remaining, rounds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
