"""The door that visitors come in by: page views, recorded as the middleware records them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from unittest import mock

from django.http import HttpResponse
from django.test import RequestFactory

from analytics.capture import recording
from communities.models import Community

HELD = 10_000  # at once in the buffer of a process
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


class Door:
    """Records page views of a community at times of our choosing."""

    def __init__(self, community: Community) -> None:
        self.community, self.dice = community, random.Random(7)
        self.answer = HttpResponse("<p>A page.</p>")
        self.request: Any = RequestFactory().get("/", HTTP_USER_AGENT=BROWSER)
        self.request.community = community
        self.pages = [f"/forums/t/thread-{number}/" for number in range(200)]

    def visit(self, at: float, visitor: int, pages: int) -> Iterator[None]:
        """Some pages, half a minute apart; a third of the visits come from a search engine."""
        for page in range(pages):
            with mock.patch.object(recording.time, "time", lambda now=at + 30 * page: now):
                recording.record_view(self._request(visitor, first=page == 0), self.answer)
            yield

    def record(self, n: int, since: float, seconds: float) -> None:
        """So many page views, spread over a span of time, into the stream."""
        done = 0
        while done < n:
            pages = min(self.dice.choice((1, 1, 2, 3, 5)), n - done)
            at = since + self.dice.random() * seconds
            for _page in self.visit(at, self.dice.getrandbits(31), pages):
                done += 1
            if done % HELD < 5:
                recording.buffer.hand_over()
        recording.buffer.hand_over()

    def _request(self, visitor: int, *, first: bool) -> recording.CommunityRequest:
        """The same request each time, as another visitor’s: what is measured is recording."""
        request = self.request
        request.path_info = self.dice.choice(self.pages)
        request.META["HTTP_REFERER"] = "https://www.google.com/" if first and visitor % 3 == 0 else ""
        request.META["REMOTE_ADDR"] = f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"
        return request
