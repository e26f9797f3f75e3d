"""A small load generator: keep-alive connections on threads, requests sent as ready bytes."""

from __future__ import annotations

import re
import socket
import statistics
import threading
import time
from dataclasses import dataclass

_LENGTH = re.compile(rb"content-length: (\d+)", re.I)


@dataclass(frozen=True)
class Target:
    name: str
    path: str
    cookie: str = ""
    headers: str = ""  # more lines, each with its end
    drawn: bool = False  # as if nothing of it were kept; inside a process only

    def request(self, port: int) -> bytes:
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Language: en\r\n{cookie}{self.headers}"
            "Connection: keep-alive\r\n\r\n"
        ).encode()


def requests_per_second(target: Target, port: int, *, connections: int, seconds: float) -> float:
    """How many answers of status 200 arrive in a second. Raises RuntimeError for any other status."""
    counts = [0] * connections
    failures: list[Exception] = []
    stop = time.perf_counter() + seconds

    def run(place: int) -> None:
        try:
            counts[place] = _until(stop, target.request(port), port)
        except (OSError, RuntimeError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{target.path}: {failures[0]}") from failures[0]
    return sum(counts) / (time.perf_counter() - started)


def _until(stop: float, request: bytes, port: int) -> int:
    done = 0
    while time.perf_counter() < stop:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < stop:
                connection.sendall(request)
                if not _answered(connection):
                    break
                done += 1
    return done


def _answered(connection: socket.socket) -> bool:
    """Read one whole answer; False when the worker has left and another is to be asked."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return False
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    found = _LENGTH.search(head)
    if found is None:
        raise RuntimeError("no Content-Length")
    missing = int(found[1]) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return b"connection: close" not in head.lower()


def spread(values: list[float]) -> tuple[float, float, float]:
    """Median, least, most."""
    return statistics.median(values), min(values), max(values)
