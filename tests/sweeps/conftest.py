"""The sweeps: what must hold for every page, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from communities.memory import forget_all
from tests.sweeps.world import World, make_world

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=QUICK, MEDIA_ROOT=media):
            world = make_world()
        forget_all()
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(world_of_module: World, db: None, settings: Any, media: Path, fresh: None) -> World:
    """The module's world, with its files; what a test changes is gone after it."""
    settings.MEDIA_ROOT = media
    settings.ACCOUNT_RATE_LIMITS = False  # nine people ask for the same things within a second
    world_of_module._clients.clear()  # sessions were made in the savepoint of another test
    return world_of_module
