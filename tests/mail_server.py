"""A mail server on loopback that takes, refuses, hangs or breaks off as a test tells it."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, BinaryIO


@dataclass
class MailServer:
    """`on` is asked at each step (greet, mail, rcpt, data, text) with the address, if one is known: it answers with a
    reply of its own, with None for the usual one, or with `HANG` or `BREAK`."""

    port: int = 0
    on: Callable[[str, str], str | None] = lambda _step, _to: None
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    tried: list[str] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)

    @property
    def recipients(self) -> list[str]:
        return [to for to, _message in self.taken]

    @property
    def numbers(self) -> list[str]:
        return [str(message["Message-ID"]) for _to, message in self.taken]


HANG, BREAK = "hang", "break"


class _Broken(Exception):
    pass


def _speak(server: MailServer, line: socket.socket) -> None:
    reader, to = line.makefile("rb"), ""

    def answer(step: str, usual: str) -> bool:
        """Whether it was a yes."""
        said = server.on(step, to)
        if said == HANG:
            server.ends.wait(60)
            raise _Broken
        if said == BREAK:
            raise _Broken
        line.sendall(f"{said or usual}\r\n".encode())
        return (said or usual)[0] in "23"

    try:
        answer("greet", "220 here")
        for raw in reader:
            said = raw.decode("utf-8", "replace").strip()
            word = said.split(" ")[0].upper()
            if word == "RCPT":
                found = re.search(r"<(.*?)>", said)
                to = found[1] if found else ""
                server.tried.append(to)
                answer("rcpt", "250 good")
            elif word == "MAIL":
                server.senders += re.findall(r"<(.*?)>", said)
                answer("mail", "250 good")
            elif word == "DATA":
                if answer("data", "354 go on"):
                    text = b"".join(_text(reader))
                    message: Any = email.message_from_bytes(text, policy=email.policy.default)
                    server.taken.append((to, message))
                    if not answer("text", "250 taken"):
                        server.taken.pop()
            elif word == "QUIT":
                line.sendall(b"221 bye\r\n")
                return
            else:
                line.sendall(b"250 good\r\n")
    except (_Broken, OSError):
        pass
    finally:
        reader.close()
        line.close()


def _text(reader: BinaryIO) -> Iterator[bytes]:
    """The lines up to the dot alone. Whoever hangs up sends none, and nothing would be read for ever."""
    for raw in reader:
        if raw == b".\r\n":
            return
        yield raw
    raise _Broken


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """Runs one, and has Django’s settings point to it."""
    server, listening = MailServer(), socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    settings.EMAIL_BACKEND = "members.mails.server.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    # Long enough for a busy machine; whoever has the server hang does not want to wait for it.
    settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = False, 60
    speakers: list[threading.Thread] = []
    lines: list[socket.socket] = []

    def listen() -> None:
        while not server.ends.is_set():
            try:
                line, _peer = listening.accept()
            except OSError:
                return
            server.connections += 1
            lines.append(line)
            speakers.append(threading.Thread(target=_speak, args=(server, line), daemon=True))
            speakers[-1].start()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield server
    finally:
        server.ends.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for line in lines:
            with suppress(OSError):  # most have hung up
                line.shutdown(socket.SHUT_RDWR)
        for thread in (listener, *speakers):
            thread.join(30)
            assert not thread.is_alive(), "it would take a processor from all tests that follow"
