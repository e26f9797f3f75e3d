"""A mail that comes back is known by what we signed, and by nothing that somebody made up."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from members.mails.return_paths import Posted, mails_named_in, message_id, return_path

SENDER = "Loft <loft@brand.example>"


@pytest.mark.parametrize("community_id", [None, 1, 2**31])
def test_both_forms_are_read_again(settings: Any, community_id: int | None) -> None:
    settings.BOUNCE_ADDRESS = "bounces@platform.example"
    posted = Posted(uuid.uuid4(), community_id)
    path, number = return_path(posted), message_id(posted, SENDER)
    name, _at, host = path.partition("@")
    assert (host, len(name) <= 64) == ("platform.example", True)
    assert number.endswith("@brand.example>")
    assert mails_named_in(path.upper(), f"> Message-ID: {number.lower()}") == [posted]


def test_without_an_address_for_returns_they_go_to_the_sender(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = ""
    assert return_path(Posted(uuid.uuid4(), 1)) == ""


def test_made_up_numbers_are_nobodys(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounces@platform.example"
    posted = Posted(uuid.uuid4(), 7)
    path, number = return_path(posted), message_id(posted, SENDER)
    other = str(uuid.uuid4())
    made_up = [
        number.replace(str(posted.mail), other),
        number.replace(".7.", ".8."),
        path.replace("+", "+a", 1),
        path[:20] + ("b" if path[20] == "a" else "a") + path[21:],
        f"<{other}.7.{'0' * 16}@brand.example>",
    ]
    assert mails_named_in(*made_up) == []


def test_former_keys_still_count(settings: Any) -> None:
    posted = Posted(uuid.uuid4(), 7)
    number = message_id(posted, SENDER)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert mails_named_in(number) == [posted]
    settings.SECRET_KEY_FALLBACKS = []
    assert mails_named_in(number) == []
