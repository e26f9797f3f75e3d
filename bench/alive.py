"""What a thousand open pages cost everybody else, in one run.

`python -m bench.alive [pages] [rounds]`: gunicorn as in production; the page of a thread, signed in, is asked for by
eight connections: with no page open, with all of them open, and while something happens in the thread that all of them
show, so that they are told and ask. Printed are requests a second; the processor time that the web processes have in a
second for the open pages alone, while nobody else asks (of a second of one processor, so whatever the machine does
besides, that is the share that others lose); and what an open page takes in memory.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.ground import make_content, served, session_of
from bench.load import Target, requests_per_second, spread
from bench.memory import sizes_of
from bench.working import below
from communities.content.models import Thread
from communities.hearing.news import open_pages, tell_pages
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare
from members.models import Member

PAGES, ROUNDS, SECONDS, CONNECTIONS = 1000, 5, 6.0, 8
OF_ONE = 4  # pages of one member
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0


@dataclass
class Crowd:
    """Browsers that have a page open: they read what they are told, and ask when they are told to."""

    port: int
    path: str
    cookies: list[str]
    told: int = 0
    asked: int = 0
    pages: list[socket.socket] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def open(self, number: int) -> None:
        for place in range(number):
            page = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            page.sendall(self._request(place, "text/event-stream"))
            head = page.recv(4096)
            if b"text/event-stream" not in head:
                raise SystemExit(f"page {place} was not kept open: {head[:200]!r}")
            self.pages.append(page)

    def close(self) -> None:
        for page in self.pages:
            page.close()
        self.pages.clear()

    @contextmanager
    def listening(self) -> Iterator[None]:
        self.over.clear()
        thread = threading.Thread(target=self._listen)
        thread.start()
        yield
        self.over.set()
        thread.join()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as selector:
            for place, page in enumerate(self.pages):
                selector.register(page, selectors.EVENT_READ, place)
            while not self.over.is_set():
                for key, _events in selector.select(0.2):
                    said = key.fileobj.recv(4096)  # type: ignore[union-attr]
                    if not said:
                        selector.unregister(key.fileobj)
                    elif b"event: ask" in said:
                        self.told += 1
                        self._ask(key.data)

    def _ask(self, place: int) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as one:
            one.sendall(self._request(place, "application/json", "Connection: close\r\n"))
            with suppress(ConnectionError):
                self.asked += one.recv(4096).startswith(b"HTTP/1.1 200")

    def _request(self, place: int, takes: str, more: str = "") -> bytes:
        cookie = self.cookies[place // OF_ONE % len(self.cookies)]
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: {cookie}\r\nX-Unasked: 1\r\n"
            f"Accept: {takes}\r\n{more}\r\n"
        ).encode()


def make_readers(number: int) -> list[str]:
    """Cookies of so many members, made once."""
    community = Community.objects.get(slug="bench")
    emails = [f"bench-reader-{place}@example.org" for place in range(number)]
    with community_scope(community):
        for place, email in enumerate(emails):
            if not Member.objects.filter(email=email).exists():
                person = Member.objects.create_user(email)
                name = f"reader-{place}"
                Membership.objects.create(member=person, handle=name, display_name=name)
    return [session_of(email) for email in emails]


def spent(processes: list[int]) -> float:
    """Seconds of the processor that these have had (user and system)."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in processes]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def measure(target: Target, port: int, web: list[int]) -> tuple[float, float]:
    """Requests a second of others; then the milliseconds that the web processes have in a second without any."""
    rate = requests_per_second(target, port, connections=CONNECTIONS, seconds=SECONDS)
    before, since = spent(web), time.monotonic()
    time.sleep(SECONDS)
    return rate, (spent(web) - before) * 1000 / (time.monotonic() - since)


@contextmanager
def news_of(thread: Thread) -> Iterator[None]:
    """Twice a second something happens in it."""
    over = threading.Event()

    def tell() -> None:
        while not over.wait(0.5):
            with community_scope(thread.community_id):
                tell_pages(f"thread.{thread.pk}")

    teller = threading.Thread(target=tell)
    teller.start()
    yield
    over.set()
    teller.join()


def held(web: list[int]) -> int:
    """Kilobytes."""
    return sum(sizes_of(one)["Pss"] for one in web)


def wait_for(number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while open_pages() != number:
        if time.monotonic() > deadline:
            raise SystemExit(f"{open_pages()} pages are open, not {number}")
        time.sleep(0.5)


def run(pages: int, rounds: int) -> None:
    content = make_content()
    community = Community.objects.get(slug="bench")
    with community_scope(community):
        thread = Thread.objects.get(slug="hot-thread")
    cookies = make_readers(-(-pages // OF_ONE))
    path = f"/c/bench/hear/?t=bell&t=thread.{thread.pk}.{thread.last_position}"
    target = Target("thread", content["thread"], session_of("bench-3@example.org"))
    states = ("none open", "all open", "all open, and told")
    seen: dict[str, list[tuple[float, float]]] = {state: [] for state in states}
    with served(OPEN_PAGES=str(pages)) as port:
        web = below(os.getpid())
        crowd = Crowd(port, path, cookies)
        measure(target, port, web)
        sizes = []
        for _round in range(rounds):
            seen[states[0]].append(measure(target, port, web))
            empty = held(web)
            crowd.open(pages)
            wait_for(pages)
            sizes.append((held(web) - empty) / pages)
            with crowd.listening():
                seen[states[1]].append(measure(target, port, web))
                with news_of(thread):
                    seen[states[2]].append(measure(target, port, web))
            crowd.close()
            wait_for(0)
    show(seen, crowd, sizes, rounds * SECONDS * 2)


def show(
    seen: dict[str, list[tuple[float, float]]], crowd: Crowd, sizes: list[float], seconds: float
) -> None:
    base = next(iter(seen.values()))
    print(f"{'':>20} {'per second':>10} {'ratio':>6} {'ms of web in a second':>22}")
    for state, values in seen.items():
        rate, cost = (spread([one[place] for one in values])[0] for place in (0, 1))
        ratio = spread([one[0] / other[0] for one, other in zip(values, base, strict=True)])[0]
        print(f"{state:>20} {rate:10,.1f} {ratio:6.3f} {cost:22.1f}")
    print(f"told {crowd.told / seconds:.1f} and asked {crowd.asked / seconds:.1f} a second")
    print(f"memory of a page: {sizes[0]:.1f} kB the first time, {spread(sizes[1:] or sizes)[0]:.1f} kB later")


def main() -> None:
    numbers = [int(one) for one in sys.argv[1:]]
    pages, rounds = (*numbers, *(PAGES, ROUNDS)[len(numbers) :])
    with running_servers():
        prepare()
        run(pages, rounds)


if __name__ == "__main__":
    main()
