"""Requests to addresses that somebody typed: the one way in which Parvis asks anything of the open web, or
sends anything there but mails.

Guarded: http and https to their usual ports only; the name is asked of the resolver of the installation
(`lookups.py`), the connection goes to the very address that was found, and only where all that the name leads to is of
the open network; a bound for time, size, redirects, each of which is looked at like the first; no cookie, no password,
no proxy of the machine.
"""

from __future__ import annotations

import enum
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from communities.lookups import NotAName, State, addresses_of, is_public, public_name

AGENT = "Mozilla/5.0 (compatible; feed reader)"
PORTS = {"http": 80, "https": 443}
PATIENCE = 15.0  # seconds, for all of it
LARGEST = 2 * 1024 * 1024  # bytes, unpacked
MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 32 * 1024


class Why(enum.Enum):
    """Why nothing was fetched."""

    NAME = "name"
    PRIVATE = "private"
    SILENT = "silent"
    LARGE = "large"
    LOST = "lost"


class NotFetched(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Fetched:
    """An answer; `headers` by their small names, `address` where it came from in the end."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str


def is_web_address(address: str) -> bool:
    """Whether it could be fetched: http or https, a public name, the usual port, no name and password in it."""
    try:
        return bool(_parts(address))
    except NotFetched:
        return False


def fetch(address: str, *, headers: Mapping[str, str] | None = None) -> Fetched:
    """What stands at an address. Raises NotFetched, and nothing else."""
    deadline = time.monotonic() + PATIENCE
    for _turn in range(MOST_REDIRECTS + 1):
        answer = _ask(address, dict(headers or {}), deadline)
        target = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not target:
            return answer
        try:
            address = urljoin(address, target)
        except ValueError:
            raise NotFetched(Why.NAME) from None
    raise NotFetched(Why.LOST)


def send(address: str, body: bytes, *, headers: Mapping[str, str], patience: float = PATIENCE) -> Fetched:
    """What is answered to a message that is posted to an address; redirects are not followed. Raises NotFetched, and
    nothing else."""
    return _ask(address, dict(headers), time.monotonic() + patience, body)


def find_address(host: str) -> str:
    """The address to connect to; where any that the name leads to is not public, none. Raises NotFetched."""
    answer = addresses_of(host)
    if answer.state is State.UNKNOWN:
        raise NotFetched(Why.SILENT)
    if not answer.values:
        raise NotFetched(Why.NAME)
    if not all(map(is_public, answer.values)):
        raise NotFetched(Why.PRIVATE)
    return answer.values[0]


def _parts(address: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and the rest. Raises NotFetched."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
        host = public_name(parts.hostname or "")
    except (ValueError, NotAName):
        raise NotFetched(Why.NAME) from None
    if parts.scheme not in PORTS or parts.username is not None or parts.password is not None:
        raise NotFetched(Why.NAME)
    if port not in (None, PORTS[parts.scheme]):
        raise NotFetched(Why.NAME)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    path = "".join(sign if "!" <= sign <= "~" else _quoted(sign) for sign in path)
    return parts.scheme, host, PORTS[parts.scheme], path


def _quoted(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))


class _Connection(http.client.HTTPConnection):
    """To the address that was looked at, under the name that was asked for."""

    def __init__(self, host: str, port: int, *, address: str, timeout: float, tls: bool) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address, self.tls = address, tls
        # `sock` is given to the answer once its head has come; what has to be cut then is this.
        self.line: socket.socket | None = None
        self.is_over = False
        if tls:
            self.default_port = PORTS["https"]

    def connect(self) -> None:
        line = socket.create_connection((self.address, self.port), timeout=self.timeout)
        self._hold(line)
        if self.tls:
            self._hold(ssl.create_default_context().wrap_socket(line, server_hostname=self.host))
        self.sock = self.line

    def _hold(self, line: socket.socket) -> None:
        """What is cut at the end of the time. Raises TimeoutError where that came while there was nothing to be cut:
        before anything was connected, or while a server dragged out its greeting."""
        self.line = line
        if self.is_over:
            raise TimeoutError


def _ask(address: str, headers: dict[str, str], deadline: float, sent_body: bytes | None = None) -> Fetched:
    scheme, host, port, path = _parts(address)
    found = find_address(host)
    left = deadline - time.monotonic()
    if left <= 0:
        raise NotFetched(Why.SILENT)
    connection = _Connection(host, port, address=found, timeout=left, tls=scheme == "https")
    # A server that sends a byte now and then keeps each reading short of its time-out; this ends all of them.
    watch = threading.Timer(left, _cut, [connection])
    watch.daemon = True
    watch.start()
    answer: http.client.HTTPResponse | None = None
    try:
        sent = {"User-Agent": AGENT, "Accept-Encoding": "gzip", "Connection": "close"} | headers
        connection.request("GET" if sent_body is None else "POST", path, body=sent_body, headers=sent)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        body = b"" if answer.status in REDIRECTS else _read(answer, told)
        if time.monotonic() >= deadline:
            raise NotFetched(Why.SILENT)
        return Fetched(answer.status, told, body, address)
    except (OSError, http.client.HTTPException, ValueError, zlib.error):
        raise NotFetched(Why.SILENT) from None
    finally:
        watch.cancel()
        for one in (answer, connection, connection.line):
            if one is not None:
                one.close()


def _cut(connection: _Connection) -> None:
    connection.is_over = True
    line = connection.line
    if line is not None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _read(answer: Any, told: Mapping[str, str]) -> bytes:
    """The body, unpacked; no more of it than may be. Raises NotFetched."""
    packed = told.get("content-encoding", "").strip().lower() in ("gzip", "x-gzip")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed else None
    body, came = bytearray(), 0
    while chunk := answer.read(_CHUNK):
        # Counted as it came, too: what follows the end of what is packed unpacks to nothing, and would be kept.
        came += len(chunk)
        body += unpack.decompress(chunk, LARGEST + 1 - len(body)) if unpack else chunk
        if max(came, len(body)) > LARGEST or (unpack and unpack.unconsumed_tail):
            raise NotFetched(Why.LARGE)
    if answer.length or (unpack and not unpack.eof):
        raise NotFetched(Why.SILENT)  # it broke off
    return bytes(body)
