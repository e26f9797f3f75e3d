"""What measuring the audience costs a visitor's page, in one run.

`python -m bench.capture [rounds]`: first inside one process, by the CPU time of all its threads (handing over to
Redis included), then two gunicorn servers side by side, one with CAPTURE=0; asked in turn in short rounds. The
page is drawn each time, or remembered by the process (VISITOR_PAGES). Storing the hits is another process's work.
On a machine that does other things too, only the cost by CPU time says something.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.test import override_settings

from analytics.capture.recording import buffer
from bench.application import Application, make_application
from bench.ground import PORT, make_content, served
from bench.load import Target, requests_per_second, spread
from bench.pages import call
from config.services import running_servers
from config.services.preparation import prepare

CONNECTIONS, SECONDS, ROUNDS = 8, 1.0, 15
WARM_UP = 4.0  # the first hand-over of a process compiles the patterns of robots
CALLS, SHORTER = 10, 4  # inside the process: fewer calls in a round, and more rounds
ALLOWED = 0.05
BROWSER = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0\r\n"
    "Referer: https://www.google.com/\r\n"
)
PAGES = {"drawn each time": "0", "remembered": "256"}


@dataclass
class Figures:
    """Requests per second of CPU time, round after round, without capture and with it; and by the clock, where
    that was measured. What others do on the machine moves CPU time much less than the clock.
    """

    without: list[float] = field(default_factory=list)
    measured: list[float] = field(default_factory=list)
    clock_without: list[float] = field(default_factory=list)
    clock_measured: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """The share of the requests that capture takes: the median of the rounds."""
        return _lost(self.without, self.measured)

    @property
    def clock_cost(self) -> float | None:
        return _lost(self.clock_without, self.clock_measured) if self.clock_without else None


def _lost(without: list[float], measured: list[float]) -> float:
    return 1 - spread([a / b for a, b in zip(measured, without, strict=True)])[0]


def remaining(target: Target, rounds: int, visitor_pages: str) -> Figures:
    figures = Figures()
    with (
        served(PORT, CAPTURE="0", VISITOR_PAGES=visitor_pages) as off,
        served(PORT + 1, CAPTURE="1", VISITOR_PAGES=visitor_pages) as on,
    ):
        workers = {port: workers_at(port) for port in (off, on)}
        for port in (off, on):
            requests_per_second(target, port, connections=CONNECTIONS, seconds=WARM_UP)
        for number in range(rounds):
            # Each is first in every other round, so that a drifting machine favours neither.
            for port in (off, on) if number % 2 else (on, off):
                used, started = cpu_seconds(workers[port]), time.perf_counter()
                rate = requests_per_second(target, port, connections=CONNECTIONS, seconds=SECONDS)
                done = rate * (time.perf_counter() - started)
                by_cpu = done / (cpu_seconds(workers[port]) - used)
                (figures.measured if port == on else figures.without).append(by_cpu)
                (figures.clock_measured if port == on else figures.clock_without).append(rate)
    return figures


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


def remaining_inside(target: Target, rounds: int, visitor_pages: str) -> Figures:
    """The same inside this process."""
    application, figures = make_application(), Figures()
    for number in range(rounds * SHORTER):
        for on in (True, False) if number % 2 else (False, True):
            with override_settings(CAPTURE=on, VISITOR_PAGES=int(visitor_pages)):
                rate = _calls_per_second(application, target, visitor_pages)
                (figures.measured if on else figures.without).append(rate)
    return figures


def _calls_per_second(application: Application, target: Target, visitor_pages: str) -> float:
    calls = CALLS * (75 if visitor_pages != "0" else 1)
    call(application, target)
    buffer.hand_over()
    started = time.process_time()
    for _call in range(calls):
        call(application, target)
    buffer.hand_over()
    return calls / (time.process_time() - started)


def show(title: str, measure: Callable[[Target, int, str], Figures], rounds: int) -> None:
    target = Target("article", make_content()["article"], headers=BROWSER)
    heads = f"{'without':>9} {'with':>9} {'[min..max]':>18} {'cost':>7} {'by the clock':>13}"
    print(f"\n{title}\n{'article page':>18} {heads}")
    for name, visitor_pages in PAGES.items():
        figures = measure(target, rounds, visitor_pages)
        middle, least, most = spread(figures.measured)
        by_clock = figures.clock_cost
        print(
            f"{name:>18} {spread(figures.without)[0]:9,.0f} {middle:9,.0f} {f'[{least:,.0f}..{most:,.0f}]':>18}"
            f" {figures.cost:7.1%} {'–' if by_clock is None else f'{by_clock:.1%}':>13}"
            f"{'' if by_clock is None or figures.cost < ALLOWED else '  more than allowed'}"
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
