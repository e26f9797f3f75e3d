"""How fast reading pages are, as ratios to a bare Django view and to a one-query view, in one run.

`python -m bench.pages [rounds] [inside]`: prints one table for gunicorn over HTTP and one for calls inside a process;
with `inside`, the second alone.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from bench.application import Application, make_application
from bench.ground import make_content, served, session_of
from bench.load import Target, requests_per_second, spread
from communities.redrawing import forget_drawn
from config.services import running_servers
from config.services.preparation import prepare

CONNECTIONS, SECONDS, ROUNDS = 8, 1.0, 5
CALLS = 60  # of each target, in each round inside the process
STEADY = 2.0  # a baseline that moves by more says that the machine was busy with something else
BASELINES = ("bare", "one")
# A browser that has opened a form gets no copy of the last second: its page is read again, and drawn again if anything
# has changed.
RENDERED = f"csrftoken={'x' * 32}"


def targets() -> list[Target]:
    pages = make_content()
    cookie = session_of("bench-3@example.org")
    return [
        Target("bare", "/bench/bare"),
        Target("one", "/bench/one"),
        *(Target(name, path, RENDERED) for name, path in pages.items()),
        *(Target(f"{name}, drawn", path, RENDERED, drawn=True) for name, path in pages.items()),
        Target("thread, signed in", pages["thread"], cookie),
        Target("home, signed in", pages["home"], cookie),
        Target("thread, remembered", pages["thread"]),
    ]


def over_http(asked: list[Target], rounds: int) -> dict[str, list[float]]:
    """Requests a second of each target, round after round."""
    with served() as port:
        asked = [target for target in asked if not target.drawn]
        for target in asked:
            first = replace(target, cookie="") if target.cookie == RENDERED else target
            for known in (first, target):
                requests_per_second(known, port, connections=CONNECTIONS, seconds=0.5)

        def measure(target: Target) -> float:
            return requests_per_second(target, port, connections=CONNECTIONS, seconds=SECONDS)

        return _alternate(asked, rounds, measure)


def in_process(application: Application, asked: list[Target], rounds: int) -> dict[str, list[float]]:
    """Calls a second of the same application without a network; less noise, one core."""

    def measure(target: Target) -> float:
        if target.cookie == RENDERED:
            # Kept pages are drawn for browsers without any cookie.
            call(application, replace(target, cookie=""))
        started = time.process_time()
        for _call in range(CALLS):
            if target.drawn:
                forget_drawn()
            call(application, target)
        return CALLS / (time.process_time() - started)

    for target in asked:
        measure(target)
    return _alternate(asked, rounds, measure)


def _alternate(
    asked: list[Target], rounds: int, measure: Callable[[Target], float]
) -> dict[str, list[float]]:
    seen: dict[str, list[float]] = {target.name: [] for target in asked}
    for _round in range(rounds):
        for target in asked:
            seen[target.name].append(measure(target))
    return seen


def call(application: Application, target: Target) -> bytes:
    """One request as gunicorn would hand it over."""
    path, _, query = target.path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_LANGUAGE": "en",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "SCRIPT_NAME": "",
        "wsgi.errors": sys.stderr,
    }  # fmt: skip
    if target.cookie:
        environ["HTTP_COOKIE"] = target.cookie
    for line in target.headers.splitlines():
        name, _, value = line.partition(": ")
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    statuses: list[str] = []
    answer = application(environ, lambda status, _headers: statuses.append(status))
    body = b"".join(answer)
    answer.close()
    if not statuses[0].startswith("200"):
        raise RuntimeError(f"{target.path}: {statuses[0]}")
    return body


def show(title: str, seen: dict[str, list[float]], sizes: dict[str, int]) -> None:
    heads = f"{'/ bare':>7} {'/ one':>7} {'× one':>6} {'bytes':>7}"
    print(f"\n{title}\n{'':>20} {'per second':>10} {'[min..max]':>20} {heads}")
    unsteady = [name for name in BASELINES if max(seen[name]) > STEADY * min(seen[name])]
    for name, values in seen.items():
        middle, least, most = spread(values)
        ratios = [_ratio(values, seen[base]) if base not in unsteady else "–" for base in BASELINES]
        times = _ratio(seen["one"], values, 1) if "one" not in unsteady else "–"
        figures = (
            f"{middle:10,.0f} {f'[{least:,.0f}..{most:,.0f}]':>20} {ratios[0]:>7} {ratios[1]:>7} {times:>6}"
        )
        print(f"{name:>20} {figures} {sizes[name]:>7,}")
    for name in unsteady:
        print(
            f"!! {name!r} moved by more than {STEADY:g} times: its ratios are void; run again on a quiet machine"
        )


def _ratio(values: list[float], baseline: list[float], digits: int = 2) -> str:
    """The median of the ratios of each round: what was measured in the same seconds."""
    return f"{spread([one / base for one, base in zip(values, baseline, strict=True)])[0]:.{digits}f}"


def main(rounds: int, *, inside: bool) -> None:
    with running_servers():
        prepare()
        asked = targets()
        application = make_application()
        sizes = {target.name: len(call(application, target)) for target in asked}
        if not inside:
            show(
                f"gunicorn, {CONNECTIONS} connections, {rounds} rounds of {SECONDS:g} s",
                over_http(asked, rounds),
                sizes,
            )
        show(
            f"inside one process, {rounds} rounds of {CALLS} calls, by CPU time",
            in_process(application, asked, rounds),
            sizes,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, inside="inside" in sys.argv)
