"""A demo community made once for the tests of a module; what a test changes of it is gone after that test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.test import override_settings

from communities.demo import drawing
from communities.memory import forget_all

Made = TypeVar("Made")
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def seeded_once(blocker: Any, media: Path, make: Callable[[], Made]) -> Iterator[Made]:
    """Seeds in a transaction that stays open, in which each test has a savepoint of its own.

    Drawings of real size take a third of the time and say nothing more here.
    """
    with blocker.unblock(), transaction.atomic():
        with (
            override_settings(PASSWORD_HASHERS=QUICK, MEDIA_ROOT=media, CAPTURE=False),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr(drawing, "WIDTH", 640)
            seeded = make()
        forget_all()
        yield seeded
        transaction.set_rollback(True)
