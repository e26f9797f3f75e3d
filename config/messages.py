"""Django’s messages, whose keepers are made where somebody was told something: most pages tell nobody anything."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.messages.storage.base import BaseStorage
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest, HttpResponse


class Messages(FallbackStorage):
    def __init__(self, request: HttpRequest) -> None:
        BaseStorage.__init__(self, request)
        self._used_storages: set[Any] = set()

    @cached_property
    def storages(self) -> list[Any]:
        return [keeper(self.request) for keeper in self.storage_classes]

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        # The cookie is the first of them, and without it the next is not asked.
        if CookieStorage.cookie_name not in self.request.COOKIES:
            return [], True
        found: tuple[list[Any], bool] = super()._get(*args, **kwargs)  # type: ignore[misc]
        return found

    def _store(self, messages: list[Any], response: HttpResponse, *args: Any, **kwargs: Any) -> list[Any]:
        # Nothing to tell, and nobody of whom something would be taken away.
        if not messages and not self._used_storages:
            return messages
        left: list[Any] = super()._store(messages, response, *args, **kwargs)  # type: ignore[misc]
        return left
