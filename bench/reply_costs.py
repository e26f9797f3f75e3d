"""What a reply costs from its form to the answer: `python -m bench.reply_costs [replies]`.

Processor time of the process and of the database, statements, and all of it as times of what the view with one query
takes of the process, in one process and in turns; with `calls`, how many functions are called, which no other work on
the machine moves.
"""

from __future__ import annotations

import io
import statistics
import sys
import uuid
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import urlencode

from django.db import connection

from bench.application import Application, make_application
from bench.costs import Meter, no_queue
from bench.ground import make_content, session_of
from bench.load import Target
from bench.pages import call
from bench.processor import shares
from config.services import running_servers
from config.services.preparation import prepare

REPLIES, WARM, PEOPLE, ONES, ROUNDS = 200, 40, 19, 25, 20
TOKEN = "x" * 32


def send(application: Application, path: str, cookie: str, number: int) -> None:
    """A reply as a browser sends it."""
    typed = {"body": f"So it holds, reply {number} of these.", "submission": str(uuid.uuid4())}
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **typed}).encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_LANGUAGE": "en",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "SCRIPT_NAME": "",
        "wsgi.errors": sys.stderr, "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)), "HTTP_COOKIE": f"{cookie}; csrftoken={TOKEN}",
    }  # fmt: skip
    statuses: list[str] = []
    answer = application(environ, lambda status, _headers: statuses.append(status))
    list(answer)
    answer.close()
    if not statuses[0].startswith("302"):
        raise RuntimeError(f"{path}: {statuses[0]}")


def calls_of(work: object) -> int:
    """How many functions some work calls."""
    seen = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal seen
        seen += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()  # type: ignore[operator]
    finally:
        sys.setprofile(None)
    return seen


def _tell(costs: Sequence[tuple[float, float, float]], statements: float) -> None:
    """The middle of the rounds, and the least of each, which other work on the machine moves least."""
    print(f"a reply: {statements:.1f} statements")
    for name, (one, here, there) in (
        ("middle", tuple(map(statistics.median, zip(*costs, strict=True)))),
        ("least", tuple(map(min, zip(*costs, strict=True)))),
    ):
        print(
            f"{name}: process {here * 1000:.1f} ms, database {there * 1000:.1f} ms; the view with one query"
            f" {one * 1000:.2f} ms; together {(here + there) / one:.1f} times"
        )


def main(replies: int, *, calls: bool) -> None:
    with running_servers(), no_queue():
        prepare()
        path = f"{make_content()['thread']}reply/"
        application = make_application()
        cookies = cycle([session_of(f"bench-{number}@example.org") for number in range(1, PEOPLE + 1)])
        numbers = iter(range(10**9))

        def reply() -> None:
            send(application, path, next(cookies), next(numbers))

        for _turn in range(WARM):
            reply()

        def some() -> None:
            for _turn in range(replies // ROUNDS):
                reply()

        def ones() -> None:
            for _call in range(ONES):
                call(application, Target("one", "/bench/one"))

        meter, costs = Meter(), []
        for _round in range(ROUNDS):
            one, _there = shares(ones)
            with connection.execute_wrapper(meter):
                here, there = shares(some)
            costs.append((one / ONES, here * ROUNDS / replies, there * ROUNDS / replies))
        _tell(costs, meter.statements / (replies // ROUNDS * ROUNDS))
        if calls:
            print(f"{sum(calls_of(reply) for _turn in range(20)) / 20:,.0f} calls of functions")


if __name__ == "__main__":
    main(next((int(word) for word in sys.argv[1:] if word.isdigit()), REPLIES), calls="calls" in sys.argv)
