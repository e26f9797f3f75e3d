"""Messages are kept and told as Django does it; where nobody was told anything, nothing is made for them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponse
from django.test import RequestFactory

from config.messages import Messages


def storage_of(kind: type[FallbackStorage], cookie: str = "") -> FallbackStorage:
    request = RequestFactory().get("/")
    request.session = SessionBase()
    if cookie:
        request.COOKIES["messages"] = cookie
    return kind(request)


@pytest.mark.parametrize("kind", [FallbackStorage, Messages])
@pytest.mark.parametrize("words", [["Stored."], ["One.", "Two."], ["long " * 900, "Two."]])
def test_what_is_told_is_read_once(kind: type[FallbackStorage], words: list[str]) -> None:
    first, answer = storage_of(kind), HttpResponse()
    for text in words:
        first.add(constants.SUCCESS, text)
    first.update(answer)
    kept = answer.cookies["messages"].value
    second: Any = storage_of(Messages, kept)
    second.request.session.update(first.request.session)
    assert [str(one) for one in second] == words
    again = HttpResponse()
    second.update(again)
    assert again.cookies["messages"].value == ""
    assert "_messages" not in second.request.session


def test_what_is_told_and_not_read_stays() -> None:
    first, answer = storage_of(Messages), HttpResponse()
    first.add(constants.SUCCESS, "Stored.")
    first.update(answer)
    second, later = storage_of(Messages, answer.cookies["messages"].value), HttpResponse()
    second.add(constants.SUCCESS, "Once more.")
    second.update(later)
    third = storage_of(Messages, later.cookies["messages"].value)
    assert [str(one) for one in third] == ["Stored.", "Once more."]


def test_nothing_is_made_where_nothing_was_told() -> None:
    storage, answer = storage_of(Messages), HttpResponse()
    assert not list(storage)
    storage.update(answer)
    assert not answer.cookies
    assert "storages" not in vars(storage)
