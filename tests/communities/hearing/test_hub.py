"""The open pages of one process: as many as there may be, told at a steady pace, and nobody waits for anybody."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
import redis

from communities.hearing import hub as hubs
from communities.hearing.handing import NAME, can_be_handed, is_framed, take_over
from communities.hearing.hub import ENDS, Hub, OpenPage
from communities.hearing.news import News

FIRST = "7:thread.1"


class Clock:
    """Stands still until it is set on; `slow`: what passes each time somebody looks."""

    now, slow = 1000.0, 0.0

    def __call__(self) -> float:
        self.now += self.slow
        return self.now


class Told:
    """What happened, in the order of `told`; away, it raises."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.is_away, self.open = False, -1

    def since(self, seconds: float) -> str:
        return "0"

    def read_news(self, last: str) -> News:
        if self.is_away:
            raise redis.ConnectionError
        fresh = self.told[int(last) :]
        return News(str(len(self.told)), fresh)

    def say_open(self, number: int) -> None:
        self.open = number


class Browser:
    """The other end of a connection."""

    def __init__(self, ours: socket.socket) -> None:
        self.socket = ours
        ours.setblocking(False)

    def heard(self) -> bytes | None:
        """What has come; None where the connection has ended."""
        try:
            return self.socket.recv(65536) or None
        except BlockingIOError:
            return b""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def news() -> Told:
    return Told()


@pytest.fixture
def hub(news: Told, clock: Clock) -> Iterator[Hub]:
    hub = Hub(news, most=30, clock=clock)
    yield hub
    hub.close()


Opened = Callable[..., Browser]


@pytest.fixture
def opened(hub: Hub, clock: Clock) -> Iterator[Opened]:
    """Another page that hears of a channel."""
    ends: list[socket.socket] = []

    def open_page(channel: str = FIRST, *, member: int = 0, framed: bool = False) -> Browser:
        theirs, ours = socket.socketpair()
        theirs.setblocking(False)
        ends.extend((theirs, ours))
        heard = {channel: channel.partition(":")[2], "7:member.5": ENDS}
        hub.take(OpenPage(theirs, heard, member or len(ends), framed, clock()))
        return Browser(ours)

    yield open_page
    for end in ends:
        end.close()


def fill(full: socket.socket) -> None:
    """Until it takes no more."""
    try:
        while full.send(b"x" * 4096):
            pass
    except BlockingIOError:
        return


def later(hub: Hub, clock: Clock, seconds: float = 1.0) -> None:
    clock.now += seconds
    hub.step(0)


def test_a_page_is_told_what_to_ask_and_nothing_else(
    hub: Hub, news: Told, clock: Clock, opened: Opened
) -> None:
    ours, framed, other = opened(), opened(framed=True), opened("7:thread.2")
    hub.step(0)
    news.told += [FIRST, FIRST, "8:thread.1", "7:thread.11"]
    later(hub, clock)
    assert ours.heard() == b"event: ask\ndata: thread.1\n\n"
    assert framed.heard() == b"1b\r\nevent: ask\ndata: thread.1\n\n\r\n"
    assert other.heard() == b""
    later(hub, clock)
    assert ours.heard() == b""
    assert (len(hub), news.open) == (3, 3)


def test_what_happened_while_a_page_was_drawn_is_told_to_it(
    hub: Hub, news: Told, clock: Clock, opened: Opened
) -> None:
    opened("7:thread.9")
    hub.step(0)
    news.told.append(FIRST)
    began = clock()
    later(hub, clock)
    late, later_still = opened(), opened()
    hub._arriving[0].began = began
    hub._arriving[1].began = clock() + 1
    hub.step(0)
    assert late.heard() == b"event: ask\ndata: thread.1\n\n"
    assert later_still.heard() == b""


def test_there_are_only_so_many_and_places_become_free(hub: Hub, clock: Clock, opened: Opened) -> None:
    mine = [opened(member=1) for _one in range(hubs.MOST_OF_ONE_MEMBER + 1)]
    hub.step(0)
    assert [one.heard() for one in mine] == [b""] * hubs.MOST_OF_ONE_MEMBER + [None]
    assert not hub.has_room_for(1)
    assert hub.has_room_for(2)
    while hub.has_room_for(10_000):
        opened()
    assert len(hub) == hub.most
    assert opened().heard() is None
    # Whoever goes makes room, also one of those who have just come.
    mine[0].socket.close()
    hub.step(0)
    assert len(hub) == hub.most - 1
    assert hub.has_room_for(1)


def test_who_does_not_read_is_let_go_and_the_others_are_told(
    hub: Hub, news: Told, clock: Clock, opened: Opened
) -> None:
    slow, quick = opened(), opened()
    hub.step(0)
    page = next(one for one in hub._pages if one.member == 2)
    fill(page.socket)
    news.told.append(FIRST)
    later(hub, clock)
    assert quick.heard() == b"event: ask\ndata: thread.1\n\n"
    assert len(hub) == 1
    left = b""
    while (part := slow.heard()) is not None:
        left += part
    assert left.strip(b"x") == b""


def test_many_are_told_one_after_the_other(hub: Hub, news: Told, clock: Clock, opened: Opened) -> None:
    pages = [opened() for _one in range(30)]
    hub.step(0)
    news.told.append(FIRST)
    later(hub, clock)
    told = sum(bool(one.heard()) for one in pages)
    assert told == hubs.RUSH
    later(hub, clock, 0.51)
    news.told.append(FIRST)
    told += sum(bool(one.heard()) for one in pages)
    assert told == hubs.RUSH + 5
    # Who waits already is told once; the others once more.
    later(hub, clock, 100)
    later(hub, clock, 100)
    told_again = [(one.heard() or b"").replace(b":\n\n", b"") for one in pages]
    assert told_again == [b"event: ask\ndata: thread.1\n\n"] * 30


def test_a_page_beats_ends_and_is_ended(hub: Hub, news: Told, clock: Clock, opened: Opened) -> None:
    page, framed = opened(), opened(framed=True)
    hub.step(0)
    later(hub, clock, hubs.BEAT)
    assert (page.heard(), framed.heard()) == (b":\n\n", b"3\r\n:\n\n\r\n")
    news.told.append("7:member.5")
    later(hub, clock)
    assert (page.heard(), framed.heard()) == (None, b"0\r\n\r\n")
    assert framed.heard() is None
    assert len(hub) == 0
    again = opened()
    hub.step(0)
    later(hub, clock, hubs.LIFE * 1.2)
    assert again.heard() is None


def test_redis_may_be_away_for_a_while(hub: Hub, news: Told, clock: Clock, opened: Opened) -> None:
    page = opened()
    hub.step(0)
    news.is_away = True
    news.told.append(FIRST)
    later(hub, clock)
    assert page.heard() == b""
    news.is_away = False
    later(hub, clock, hubs.AWAY)
    assert page.heard() == b"event: ask\ndata: thread.1\n\n"


def test_a_busy_process_keeps_no_pages(hub: Hub, clock: Clock, opened: Opened) -> None:
    page = opened()
    hub.step(0)
    clock.slow = hubs.LATE + 0.5
    for _round in range(hubs.TIMES_LATE):
        assert hub.has_room_for(99)
        hub.step(0)
    clock.slow = 0.0
    assert page.heard() == b"event: later\ndata: \n\n"
    assert page.heard() is None
    assert not hub.has_room_for(99)
    later(hub, clock, hubs.REST)
    assert hub.has_room_for(99)


def test_a_connection_is_taken_over_from_gunicorn() -> None:
    """What gunicorn still does with its own hold comes to nothing, and the connection goes on."""
    browser, held = socket.socketpair()
    environ = {NAME: held, "SERVER_PROTOCOL": "HTTP/1.1"}
    with browser, held:
        assert can_be_handed(environ)
        assert is_framed(environ)
        assert not can_be_handed({})
        with take_over(environ) as ours:
            with pytest.raises(BrokenPipeError):
                held.sendall(b"0\r\n\r\n")
            held.settimeout(60)
            assert held.recv(1) == b""
            held.close()
            ours.send(b"still here")
            assert browser.recv(64) == b"still here"
        assert browser.recv(64) == b""
        assert not can_be_handed(environ)


def test_the_system_is_asked_for_files(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [1024, 4096]
    monkeypatch.setattr(hubs.resource, "getrlimit", lambda _what: tuple(limits))
    monkeypatch.setattr(hubs.resource, "setrlimit", lambda _what, pair: limits.__setitem__(0, pair[0]))
    assert hubs.files_left(1000) == 1000
    assert limits[0] == 1000 + hubs.OTHER_FILES
    assert hubs.files_left(10_000) == 4096 - hubs.OTHER_FILES
