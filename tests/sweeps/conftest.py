"""The sweeps: what must hold for every page, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.test import override_settings

from communities.console.emails import KeptMail, kept_mails
from communities.memory import forget_all
from config.database import prepared
from tests.sweeps.world import ROLES, World, make_world

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def world_of_module(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=QUICK, MEDIA_ROOT=media, EMAIL_FILE_PATH=str(media / "mail")):
            world = make_world()
            world.things["mail"] = a_kept_mail()
            for role in ROLES:
                world.client(role)
        forget_all()
        yield world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def long_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers for a second stays while a test counts, also on a slow machine."""
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)


@pytest.fixture(autouse=True)
def told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is watched here is known by its text: nothing is prepared, which would be told by its name alone."""
    monkeypatch.setattr(prepared, "MOST", 0)
    connection.kept_statements = prepared.Kept()  # type: ignore[attr-defined]


@pytest.fixture
def world(world_of_module: World, db: None, settings: Any, media: Path, fresh: None) -> World:
    """The module's world, with its files; what a test changes is gone after it."""
    settings.MEDIA_ROOT = media
    settings.EMAIL_FILE_PATH = str(media / "mail")
    settings.ACCOUNT_RATE_LIMITS = False  # nine people ask for the same things within a second
    return world_of_module


def a_kept_mail() -> KeptMail:
    """A mail as it is kept where no server takes it."""
    mail = EmailMultiAlternatives("A code", "Your code is 123456.", "parvis@example.org", ["you@example.org"])
    mail.attach_alternative("<p>Your code is 123456.</p>", "text/html")
    get_connection("django.core.mail.backends.filebased.EmailBackend").send_messages([mail])
    return kept_mails()[0]
