"""A name server on loopback that answers, stays silent or lies as a test tells it, over UDP and TCP."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

SILENT, BROKEN, REFUSED, OTHER_QUESTION = "silent", "broken", "refused", "other question"
# Addresses of the open network that belong to nobody here; nothing is ever sent to them.
OURS, OURS_TOO, OURS_6, FOREIGN = "45.129.3.7", "45.129.3.8", "2a0c:9a40::7", "93.91.2.2"
TTL = 60


@dataclass
class NameServer:
    """`zone` holds lines of records by name and type: `zone["brand.example", "A"] = ["45.129.3.7"]`. A CNAME is
    followed within the zone, as a resolver does it. `on` may answer a question in a way of its own."""

    port: int = 0
    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    on: Callable[[str, str], str | None] = lambda _name, _kind: None
    asked: list[tuple[str, str]] = field(default_factory=list)
    by_tcp: int = 0

    def answer(self, wire: bytes, *, tcp: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        self.by_tcp += tcp
        way = self.on(name, kind)
        if way == SILENT:
            return None
        if way == BROKEN:
            return wire[:2] + b"\xff" * 9
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if way == REFUSED:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif way == OTHER_QUESTION:
            response.question = [
                dns.rrset.RRset(dns.name.from_text("else.example."), question.rdclass, question.rdtype)
            ]
        else:
            self._fill(response, name, kind)
        return response.to_wire(max_size=65535) if tcp else self._small(response)

    def _small(self, response: Any) -> bytes:
        """What does not fit into one packet is asked again over TCP."""
        whole: bytes = response.to_wire(max_size=65535)
        if len(whole) <= 1232:
            return whole
        response.answer = []
        response.flags |= dns.flags.TC
        short: bytes = response.to_wire()
        return short

    def _fill(self, response: Any, name: str, kind: str) -> None:
        for _step in range(30):
            known = [one for one, _kind in self.zone if one == name or one.endswith(f".{name}")]
            if not known:
                response.set_rcode(dns.rcode.NXDOMAIN)
                return
            target = self.zone.get((name, "CNAME"))
            if target and kind != "CNAME":
                response.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", "CNAME", f"{target[0]}."))
                name = target[0]
                continue
            values = self.zone.get((name, kind), [])
            if values:
                response.answer.append(dns.rrset.from_text(f"{name}.", TTL, "IN", kind, *values))
            return


@contextmanager
def name_server(settings: Any) -> Iterator[NameServer]:
    """Runs one, and has Parvis ask it."""
    server = NameServer()
    udp, tcp = _two_lines()
    server.port = udp.getsockname()[1]
    ends = threading.Event()
    settings.DNS_SERVERS = [f"127.0.0.1:{server.port}"]
    threads = [
        threading.Thread(target=_serve_udp, args=(server, udp, ends), daemon=True),
        threading.Thread(target=_serve_tcp, args=(server, tcp, ends), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        ends.set()
        with suppress(OSError):
            udp.sendto(b"end", ("127.0.0.1", server.port))
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
            pass
        for thread in threads:
            thread.join(10)
        udp.close()
        tcp.close()


def _two_lines() -> tuple[socket.socket, socket.socket]:
    """One port for UDP and TCP: what is free for one may be somebody else’s for the other."""
    while True:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()


def _serve_udp(server: NameServer, line: socket.socket, ends: threading.Event) -> None:
    while not ends.is_set():
        wire, who = line.recvfrom(65535)
        if ends.is_set():
            return
        answer = server.answer(wire, tcp=False)
        if answer is not None:
            line.sendto(answer, who)


def _serve_tcp(server: NameServer, line: socket.socket, ends: threading.Event) -> None:
    while not ends.is_set():
        talk, _who = line.accept()
        with talk, suppress(OSError, struct.error):
            if ends.is_set():
                return
            (length,) = struct.unpack("!H", _read(talk, 2))
            answer = server.answer(_read(talk, length), tcp=True)
            if answer is not None:
                talk.sendall(struct.pack("!H", len(answer)) + answer)


def _read(talk: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        part = talk.recv(length - len(read))
        if not part:
            raise OSError
        read += part
    return read
