"""What a text begins with, where the address of its form says so: what another app shared into the place."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict

from members.signs import cut

LONGEST_TITLE = 200  # characters
LONGEST_BODY = 4000  # characters: addresses are not longer everywhere


def shared_query(query: QueryDict) -> str:
    """What another app shared (`title`, `text`, `url`), as the query of a page that begins a text."""
    title, text, url = (query.get(name, "").strip() for name in ("title", "text", "url"))
    body = text if not url or url in text else f"{text}\n\n{url}".strip()
    return urlencode(_values(title, body))


def begun_with(query: QueryDict) -> dict[str, str]:
    """The initial values of a form that begins a text, of what its address carries."""
    return _values(query.get("title", ""), query.get("body", ""))


def _values(title: str, body: str) -> dict[str, str]:
    values = {"title": cut(title, LONGEST_TITLE), "body": cut(body, LONGEST_BODY)}
    return {name: value.replace("\0", "\ufffd") for name, value in values.items() if value}
