"""The site that a Stack Exchange dump comes from: which addresses were its own, and where they lead now."""

from __future__ import annotations

import re

from communities.content.models import Space, Thread
from communities.transfer.bodies import stored_address
from communities.transfer.old_site import OldSite
from communities.transfer.staging import Staging

OWN_LINK = re.compile(
    r"^(?:https?://(?P<host>[^/]+))?/(?:(?P<short>q|a)/(?P<short_id>\d+)(?:/\d+)?|questions/(?P<id>\d+)(?:/[^/#?]*"
    r"(?:/(?P<answer>\d+))?)?)/?(?:\?[^#]*)?(?:#(?:(?P<at>\d+)|comment(?P<comment>\d+)_\d+|\S*))?$"
)


class OldQuestions:
    """`host` is "" where nobody said it: then only relative addresses are its own."""

    def __init__(self, host: str, staging: Staging, kind: str) -> None:
        self.host = host
        self.address = f"https://{host}" if host else ""
        self.space = Space()
        self._staging = staging
        self._kind = kind
        self._site = OldSite(self.address)

    def owns(self, address: str) -> bool:
        return self._site.owns(address)

    def new_address(self, address: str) -> str | None:
        """A link to another question, answer or comment of the old site leads to it here."""
        parts = OWN_LINK.match(address)
        if parts is None or (parts["host"] and parts["host"].lower() != self.host):
            return None
        wanted = [
            ("c", parts["comment"]),
            ("a", parts["at"] or parts["answer"]),
            ("a" if parts["short"] == "a" else "q", parts["short_id"] or parts["id"]),
        ]
        for kind, key in wanted:
            place = self._staging.place_of(kind, key) if key else None
            if place is not None:
                thread = Thread(kind=self._kind, slug=place[0], space=self.space)
                found = stored_address(thread, place[1])
                return found.partition("#")[0] if kind == "q" else found
        return None
