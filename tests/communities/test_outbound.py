"""What is fetched of the open web, and that nothing else can be reached by an address that somebody typed."""

from __future__ import annotations

import gzip
import socket
import time
from typing import Any

import pytest

from communities import outbound
from communities.lookups import Answer as Found
from communities.lookups import State
from communities.outbound import LARGEST, NotFetched, Why, fetch, is_web_address
from tests.web_server import HOST, Answer, WebServer, web  # noqa: F401  a fixture


@pytest.mark.parametrize(
    "address",
    [
        "https://news.example.com/feed.xml",
        "http://news.example.com/?a=b",
        "https://news.example.com:443/",
        "https://münchen.example.com/ü",
    ],
)
def test_what_is_of_the_open_web_may_be_asked_for(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://news.example.com/",
        "file:///etc/passwd",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://db.internal/",
        "https://news.example.com:8080/",
        "https://news.example.com:0/",
        "https://a:b@news.example.com/",
        "https://news.example.com:port/",
        "//news.example.com/",
        "https://[news/",
    ],
)
def test_what_is_not_may_not(address: str) -> None:
    assert not is_web_address(address)
    with pytest.raises(NotFetched) as refusal:
        fetch(address)
    assert refusal.value.why is Why.NAME


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (Found(State.FOUND, ("10.0.0.7",)), Why.PRIVATE),
        (Found(State.FOUND, ("93.184.216.34", "127.0.0.1")), Why.PRIVATE),
        (Found(State.FOUND, ("::ffff:169.254.169.254",)), Why.PRIVATE),
        (Found(State.FOUND, ("64:ff9b::10.0.0.7",)), Why.PRIVATE),
        (Found(State.FOUND, ("2002:7f00:1::1",)), Why.PRIVATE),
        (Found(State.FOUND, ("::127.0.0.1",)), Why.PRIVATE),
        (Found(State.FOUND, ("fec0::1",)), Why.PRIVATE),
        (Found(State.FOUND, ("192.0.0.192",)), Why.PRIVATE),
        (Found(State.NO_NAME), Why.NAME),
        (Found(State.UNKNOWN), Why.SILENT),
    ],
)
def test_a_name_that_leads_inside_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, found: Found, why: Why
) -> None:
    monkeypatch.setattr(outbound, "addresses_of", lambda _host: found)
    monkeypatch.setattr(outbound.socket, "create_connection", _never)
    with pytest.raises(NotFetched) as refusal:
        fetch("https://news.example.com/")
    assert refusal.value.why is why


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::93.184.216.34"])
def test_what_is_of_the_open_network_is_connected_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(outbound, "addresses_of", lambda _host: Found(State.FOUND, (address,)))
    assert outbound.find_address("news.example.com") == address


def _never(*_args: Any, **_named: Any) -> Any:
    raise AssertionError("nobody connects")


def test_what_is_fetched_comes_with_its_headers(web: WebServer) -> None:  # noqa: F811
    web.pages["/feed?a=%C3%BC"] = Answer(200, b"<rss/>", {"ETag": '"7"'})
    answer = fetch(f"http://{HOST}/feed?a=ü", headers={"If-None-Match": '"6"'})
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"<rss/>", '"7"')
    [(_path, asked)] = web.asked
    assert asked["host"] == HOST
    assert asked["if-none-match"] == '"6"'
    assert "cookie" not in asked


def test_redirects_are_looked_at_like_the_first_address(web: WebServer) -> None:  # noqa: F811
    web.pages["/old"] = Answer(301, headers={"Location": "/new"})
    web.pages["/new"] = Answer(200, b"here")
    assert fetch(f"http://{HOST}/old").address == f"http://{HOST}/new"
    for target in ("http://127.0.0.1/", "file:///etc/passwd", "http://other.example.com/", "http://[/"):
        web.pages["/out"] = Answer(302, headers={"Location": target})
        with pytest.raises(NotFetched) as refusal:
            fetch(f"http://{HOST}/out")
        assert refusal.value.why is Why.NAME, target
    web.pages["/round"] = Answer(302, headers={"Location": "/round"})
    with pytest.raises(NotFetched) as refusal:
        fetch(f"http://{HOST}/round")
    assert refusal.value.why is Why.LOST


def test_no_more_is_read_than_may_be(web: WebServer) -> None:  # noqa: F811
    web.pages["/large"] = Answer(200, b"x" * (LARGEST + 1))
    web.pages["/bomb"] = Answer(200, gzip.compress(b"x" * (LARGEST * 20)), {"Content-Encoding": "gzip"})
    web.pages["/packed"] = Answer(200, gzip.compress(b"y" * 5000), {"Content-Encoding": "gzip"})
    after_its_end = gzip.compress(b"z") + b"x" * (LARGEST + 1)
    web.pages["/more"] = Answer(200, after_its_end, {"Content-Encoding": "gzip"})
    for path in ("/large", "/bomb", "/more"):
        with pytest.raises(NotFetched) as refusal:
            fetch(f"http://{HOST}{path}")
        assert refusal.value.why is Why.LARGE, path
    assert fetch(f"http://{HOST}/packed").body == b"y" * 5000


def test_who_drips_is_cut_off(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr(outbound, "PATIENCE", 0.5)

    def drop() -> bytes:
        time.sleep(0.1)
        return b"."

    web.pages["/drip"] = Answer(200, drip=drop)
    with pytest.raises(NotFetched) as refusal:
        fetch(f"http://{HOST}/drip")
    assert refusal.value.why is Why.SILENT


@pytest.mark.parametrize("tls", [False, True], ids=["connecting", "greeting"])
def test_the_end_of_the_time_holds_while_a_line_is_made(monkeypatch: pytest.MonkeyPatch, tls: bool) -> None:
    ours, theirs = socket.socketpair()
    made = outbound._Connection(HOST, 80, address="93.184.216.34", timeout=1, tls=tls)

    def connect(*_args: Any, **_named: Any) -> socket.socket:
        if not tls:
            outbound._cut(made)
        return ours

    class Greeting:
        def wrap_socket(self, line: socket.socket, **_named: Any) -> socket.socket:
            outbound._cut(made)
            return line

    monkeypatch.setattr(outbound.socket, "create_connection", connect)
    monkeypatch.setattr(outbound.ssl, "create_default_context", Greeting)
    with ours, theirs, pytest.raises(TimeoutError):
        made.connect()


def test_an_answer_that_is_none_is_told_as_silence(web: WebServer) -> None:  # noqa: F811
    web.pages["/broken"] = Answer(200, b"no gzip", {"Content-Encoding": "gzip"})
    web.pages["/short"] = Answer(200, b"short", {"Content-Length": "500"})
    for path in ("/broken", "/short"):
        with pytest.raises(NotFetched) as refusal:
            fetch(f"http://{HOST}{path}")
        assert refusal.value.why is Why.SILENT, path
