"""The pages that one web process keeps open: one thread, however many they are.

It reads from Redis what happened, tells each page that hears of it to ask, sends a sign of life now and then, and ends
pages after a while, which then come back and are looked at again. What it must never do is slow anybody else down:

- as many pages as `OPEN_PAGES`, and as few for one member as a person has browsers;
- who does not read what was sent is let go, at once and without waiting;
- pages are told to ask at a steady pace, so that a reply in a thread that a thousand people have open is a thousand
  requests over a minute, and no rush;
- where the thread itself comes too late, three times one after the other, the process is busy: all pages are sent away,
  to ask by themselves now and then, and for two minutes none is taken.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import redis
from django.conf import settings

from communities.hearing import news
from communities.hearing.news import News

logger = logging.getLogger(__name__)

PAUSE = 0.25  # seconds between two looks at what happened
BEAT = 25.0  # seconds between two signs of life; proxies hang up after sixty
LIFE = 600.0  # seconds that a page is kept before it is looked at again, a fifth more or less
# Pages that are told to ask, a second; so many at once after a quiet while.
PACE, RUSH = 10.0, 20.0
REPLAYED = 5.0  # seconds that what happened is told to pages that were just arriving
LATE, TIMES_LATE = 1.0, 3  # seconds; rounds of a second
REST = 120.0  # seconds without open pages after that
MOST_OF_ONE_MEMBER = 6
OTHER_FILES = 256  # that the process has open besides
SAYS_OPEN = 10.0  # seconds between two words to Redis about how many there are
AWAY = 5.0  # seconds until Redis is asked again after it did not answer

GOLDEN = 0.618  # of a turn: each step falls into the largest gap of those before
ENDS = ""  # told of a channel: that the page is let go


class Source(Protocol):
    """Where news comes from: communities.hearing.news, or what a test has for it."""

    def since(self, seconds: float) -> str: ...

    def read_news(self, last: str) -> News: ...

    def say_open(self, number: int) -> None: ...


@dataclass(eq=False)
class OpenPage:
    """A connection, by channel what the page is told of it (`ENDS`: goodbye), and whose it is. `began`: since when, by
    the hub’s clock, news may have come that the page was not drawn with."""

    socket: socket.socket
    heard: Mapping[str, str]
    member: int
    framed: bool
    began: float
    ends_at: float = 0.0
    beats_at: float = 0.0
    gone: bool = field(default=False, init=False)


class Hub:
    """`take` is called by threads that answer requests; everything else happens in the hub’s own, step by step."""

    def __init__(self, source: Source, *, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.source, self.most, self.clock = source, most, clock
        self.lag = 0.0
        self._lock = threading.Lock()
        self._arriving: deque[OpenPage] = deque()
        self._of_member: Counter[int] = Counter()
        self._count = 0
        self._rests_until = float("-inf")
        self._pages: set[OpenPage] = set()
        self._hearing: dict[str, set[OpenPage]] = {}
        self._due: dict[OpenPage, set[str]] = {}
        self._recent: deque[tuple[float, list[str]]] = deque()
        self._last = ""
        self._room, self._given_at = RUSH, clock()
        self._reads_at = self._round_at = self._says_at = 0.0
        self._late, self._spread = 0, 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._ear = socket.socketpair()
        for one in (self._bell, self._ear):
            one.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)

    # For other threads.

    def __len__(self) -> int:
        return self._count

    def has_room_for(self, member: int) -> bool:
        with self._lock:
            return self._has_room_for(member)

    def _has_room_for(self, member: int) -> bool:
        return (
            self._count < self.most
            and self._of_member[member] < MOST_OF_ONE_MEMBER
            and self.clock() >= self._rests_until
        )

    def take(self, page: OpenPage) -> bool:
        """Keep a page open from now on; without room its connection is closed, which says the same."""
        with self._lock:
            is_taken = self._has_room_for(page.member)
            if is_taken:
                self._count += 1
                self._of_member[page.member] += 1
                self._arriving.append(page)
        if is_taken:
            self._wake()
        else:
            page.socket.close()
        return is_taken

    def _wake(self) -> None:
        try:
            self._bell.send(b"\0")
        except OSError:
            pass  # it has been woken often enough

    # The hub’s own thread.

    def run(self) -> None:
        while True:
            try:
                self.step()
            except Exception:
                logger.exception("the open pages of this process had trouble")
                time.sleep(1.0)

    def close(self) -> None:
        """All pages are let go, and what the hub itself holds; a process that ends does as much."""
        for page in (*self._pages, *self._arriving):
            page.socket.close()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def step(self, at_most: float | None = None) -> None:
        """Wait for what comes next, until it is time for something (or for `at_most` seconds), and do it."""
        wait = self._until_something() if at_most is None else at_most
        planned = None if wait is None else self.clock() + wait
        ready = self._selector.select(wait)
        if planned is not None and not ready:
            self.lag = max(self.clock() - planned, self.lag / 2)
        for key, _events in ready:
            if key.fileobj is self._ear:
                self._hush()
            else:
                self._look_after(key.data)
        self._welcome()
        now = self.clock()
        if self._pages and now >= self._reads_at:
            self._reads_at = now + PAUSE
            self._read(now)
        self._give_out(now)
        if now >= self._round_at:
            self._round_at = now + 1.0
            self._go_round(now)

    def _until_something(self) -> float | None:
        if self._arriving:
            return 0.0
        if not self._pages:
            return None
        return 1 / PACE if self._due else PAUSE

    def _hush(self) -> None:
        try:
            while self._ear.recv(1024):
                pass
        except OSError:
            pass

    def _look_after(self, page: OpenPage) -> None:
        """A page says nothing once it is open: what can be read is its end."""
        try:
            is_there = bool(page.socket.recv(1024))
        except BlockingIOError:
            is_there = True
        except OSError:
            is_there = False
        if not is_there:
            self._let_go(page)

    def _welcome(self) -> None:
        while self._arriving:
            page, now = self._arriving.popleft(), self.clock()
            if not self._pages:
                # Nobody has read since the last page went.
                self._last, self._reads_at = "", now
                self._recent.clear()
            # Those that came together neither beat nor end together.
            self._spread = (self._spread + GOLDEN) % 1
            page.beats_at = now + BEAT * (0.5 + self._spread / 2)
            page.ends_at = now + LIFE * (0.8 + self._spread * 0.4)
            self._selector.register(page.socket, selectors.EVENT_READ, page)
            self._pages.add(page)
            for channel in page.heard:
                self._hearing.setdefault(channel, set()).add(page)
            for moment, channels in self._recent:
                if moment >= page.began:
                    self._note(page, channels)

    def _read(self, now: float) -> None:
        try:
            last = self._last or self.source.since(REPLAYED)
            self._last, channels = self.source.read_news(last)
        except redis.RedisError as problem:
            logger.warning("open pages hear nothing: %s", type(problem).__name__)
            self._reads_at = now + AWAY
            return
        while self._recent and self._recent[0][0] < now - REPLAYED:
            self._recent.popleft()
        if channels:
            self._recent.append((now, channels))
        for channel in channels:
            for page in tuple(self._hearing.get(channel, ())):
                self._note(page, [channel])

    def _note(self, page: OpenPage, channels: Iterable[str]) -> None:
        for channel in channels:
            told = page.heard.get(channel)
            if told == ENDS:
                self._say_goodbye(page)
                return
            if told is not None and not page.gone:
                self._due.setdefault(page, set()).add(told)

    def _give_out(self, now: float) -> None:
        self._room = min(RUSH, self._room + (now - self._given_at) * PACE)
        self._given_at = now
        while self._due and self._room >= 1:
            page = next(iter(self._due))
            told = self._due.pop(page)
            if self._send(page, event("ask", " ".join(sorted(told)))):
                self._room -= 1

    def _go_round(self, now: float) -> None:
        for page in tuple(self._pages):
            if now >= page.ends_at:
                self._say_goodbye(page)
            elif now >= page.beats_at:
                page.beats_at = now + BEAT
                self._send(page, b":\n\n")
        self._late = self._late + 1 if self.lag > LATE else 0
        if self._late >= TIMES_LATE:
            self._rest(now)
        if now >= self._says_at or not self._pages:
            self._says_at = now + SAYS_OPEN
            try:
                self.source.say_open(len(self))
            except redis.RedisError:
                pass  # a figure less

    def _rest(self, now: float) -> None:
        logger.warning("this process is busy: %s open pages ask by themselves from now on", len(self))
        self._late, self.lag, self._rests_until = 0, 0.0, now + REST
        for page in tuple(self._pages):
            self._send(page, event("later", ""))
            self._say_goodbye(page)

    def _send(self, page: OpenPage, text: bytes) -> bool:
        """Whether it has left for the page; one that has not read what came before is let go."""
        sent = b"%x\r\n%s\r\n" % (len(text), text) if page.framed else text
        try:
            is_sent = not page.gone and page.socket.send(sent) == len(sent)
        except OSError:
            is_sent = False
        if not is_sent:
            self._let_go(page)
        return is_sent

    def _say_goodbye(self, page: OpenPage) -> None:
        if not page.gone and page.framed:
            try:
                page.socket.send(b"0\r\n\r\n")
            except OSError:
                pass
        self._let_go(page)

    def _let_go(self, page: OpenPage) -> None:
        if page.gone:
            return
        page.gone = True
        self._pages.discard(page)
        self._due.pop(page, None)
        for channel in page.heard:
            among = self._hearing.get(channel)
            if among is not None:
                among.discard(page)
                if not among:
                    del self._hearing[channel]
        self._selector.unregister(page.socket)
        page.socket.close()
        with self._lock:
            self._count -= 1
            self._of_member[page.member] -= 1
            if not self._of_member[page.member]:
                del self._of_member[page.member]


def event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


def state_event(state: Mapping[str, Any]) -> bytes:
    return event("state", json.dumps(state, ensure_ascii=False, separators=(",", ":")))


def files_left(most: int) -> int:
    """How many pages of `most` the system lets this process keep open, after asking it for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return most if soft == resource.RLIM_INFINITY else max(min(most, soft - OTHER_FILES), 0)


@cache
def _hub_of(_process: int) -> Hub:
    hub = Hub(news, most=files_left(settings.OPEN_PAGES))
    threading.Thread(target=hub.run, name="open-pages", daemon=True).start()
    return hub


_starting = threading.Lock()


def hub_of_this_process() -> Hub:
    """Begun with the first page that is to be kept: a process that is forked later has one of its own."""
    with _starting:
        return _hub_of(os.getpid())
