"""What a reply costs from its form to the answer: `python -m bench.reply_costs [replies]`.

Processor time of the process and of the database, statements, and all of it as times of the view with one query, in one
process and one run; with `calls`, how many functions are called, which no other work on the machine moves.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from itertools import cycle
from urllib.parse import urlencode

from django.db import connection

from bench.application import Application, make_application
from bench.costs import Meter, no_queue
from bench.ground import make_content, session_of
from bench.load import Target
from bench.pages import call
from config.services import running_servers
from config.services.preparation import prepare

REPLIES, WARM, PEOPLE, ONES = 200, 40, 19, 50
TOKEN = "x" * 32


def send(application: Application, path: str, cookie: str, number: int) -> None:
    """A reply as a browser sends it."""
    body = urlencode(
        {"csrfmiddlewaretoken": TOKEN, "body": f"So it holds, reply {number} of these."}
    ).encode()
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
        ones = []
        for _turn in range(5):
            began = time.process_time()
            for _call in range(ONES):
                call(application, Target("one", "/bench/one"))
            ones.append((time.process_time() - began) / ONES)
        meter = Meter()
        process, database = time.process_time(), meter.database_seconds()
        with connection.execute_wrapper(meter):
            for _turn in range(replies):
                reply()
        process = (time.process_time() - process) / replies
        database = (meter.database_seconds() - database) / replies
        one = statistics.median(ones)
        print(
            f"a reply: process {process * 1000:.1f} ms, database {database * 1000:.1f} ms,"
            f" {meter.statements / replies:.1f} statements; the view with one query: {one * 1000:.2f} ms of the process"
            f" ({process / one:.1f} times)"
        )
        if calls:
            print(f"{sum(calls_of(reply) for _turn in range(20)) / 20:,.0f} calls of functions")


if __name__ == "__main__":
    main(next((int(word) for word in sys.argv[1:] if word.isdigit()), REPLIES), calls="calls" in sys.argv)
