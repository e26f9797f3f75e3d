"""How a connection leaves the thread that answers requests, so that a page which is open for an hour holds none.

gunicorn’s threads answer a request from its first byte to its last, and there are few of them. It tells the application
its socket, of which a second hold is taken here. In its place gunicorn is left with a socket whose other end is closed:
whatever it still does with it (the end of the answer, its goodbye) comes to nothing at once, as with anybody who has
gone. Nothing of gunicorn is replaced, and nothing of it is known but that name.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Mapping
from typing import Any

NAME = "gunicorn.socket"
# Bytes that the system holds for somebody who does not read: news is short.
HELD_FOR_SLOW = 4096


def can_be_handed(environ: Mapping[str, Any]) -> bool:
    """Under another server, in tests, and where gunicorn itself speaks TLS, pages ask by themselves."""
    held = environ.get(NAME)
    return isinstance(held, socket.socket) and not isinstance(held, ssl.SSLSocket) and held.fileno() >= 0


def is_framed(environ: Mapping[str, Any]) -> bool:
    """Whether what is sent is written in chunks: gunicorn says so to all who speak HTTP/1.1."""
    return environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def take_over(environ: Mapping[str, Any]) -> socket.socket:
    """The connection of a request whose answer has begun, for whoever goes on with it. Raises OSError."""
    held: socket.socket = environ[NAME]
    ours = held.dup()
    try:
        left, gone = socket.socketpair()
        with left, gone:
            os.dup2(left.fileno(), held.fileno(), inheritable=False)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD_FOR_SLOW)
    except OSError:
        ours.close()
        raise
    return ours
