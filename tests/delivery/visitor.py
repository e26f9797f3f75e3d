"""Somebody who asks over HTTP, with a cookie or without."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from communities.models import Membership
from tests.conftest import Cast

TOKEN = "t" * 32


@dataclass
class Answer:
    status: int
    headers: Any
    content: bytes

    @property
    def text(self) -> str:
        packed = self.headers["Content-Encoding"] == "gzip"
        return (gzip.decompress(self.content) if packed else self.content).decode()


class Visitor:
    """Signed in with the cookie of a session that was made beside what is asked."""

    def __init__(self, address: str, cast: Cast | None = None, who: Membership | None = None) -> None:
        self.host = urlsplit(address).netloc
        self.cookie = ""
        if cast is not None and who is not None:
            name = settings.SESSION_COOKIE_NAME
            self.cookie = f"{name}={cast.sign_in(who).cookies[name].value}"

    def at(self, path: str, **more: str) -> Answer:
        return self._ask("GET", path, None, self.cookie, more)

    def send(self, path: str, **fields: str) -> Answer:
        """A form, with its token."""
        cookie = f"{self.cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        headers = {"X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), cookie, headers)

    def upload(self, path: str, **fields: Any) -> Answer:
        """A form with a file in it, as scripts send it."""
        cookie = f"{self.cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        headers = {"X-CSRFToken": TOKEN, "Content-Type": MULTIPART_CONTENT}
        return self._ask("POST", path, encode_multipart(BOUNDARY, fields), cookie, headers)

    def _ask(
        self, method: str, path: str, body: str | bytes | None, cookie: str, more: dict[str, str]
    ) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "en"}
        if cookie:
            headers["Cookie"] = cookie
        connection = HTTPConnection(self.host, timeout=60)
        connection.request(method, path, body, headers=headers | more)
        response = connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        connection.close()
        return answer
