"""The doctor finds what was broken on purpose, part by part, and says what to do."""

from __future__ import annotations

import datetime
import json
import os
import secrets
import shutil
import threading
import time
from collections import namedtuple
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connections
from django.db.utils import ConnectionHandler
from django.utils import timezone

from communities.console.operator import queries, watching
from communities.console.operator.models import JobState
from config.backups import programs
from config.doctor import data, examining, running
from config.doctor.examining import EXAMINATIONS, Finding, Level, examine
from config.management.commands import doctor
from members.models import JobRound, OutgoingMail
from members.rounds import Run
from tests.mail_server import mail_server

Usage = namedtuple("Usage", "total used free")


def finding(part: str) -> Finding:
    return next(one for one in examine([part]) if one.part == part)


def check_fault(part: str, *words: str) -> None:
    found = finding(part)
    assert found.level is Level.FAULT, found
    assert found.remedy.endswith(".") or found.remedy.startswith("manage.py"), "what to do is said"
    for word in words:
        assert word in found.fact


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    settings.BACKUP_ROOT = tmp_path / "backups"


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The examinations look through the owner’s connection: what it broke is rolled back with the test."""
    monkeypatch.setattr(data, "connection", connections["owner"])
    return connections["owner"]


def test_every_examination_is_tried_here() -> None:
    tried = {
        "settings", "versions", "database", "role", "migrations", "walls", "storage", "disk", "backup",
        "redis", "clock", "worker", "mailer", "beat", "queues", "mail", "outbox",
    }  # fmt: skip
    assert set(EXAMINATIONS) == tried


@pytest.mark.django_db
@pytest.mark.parametrize(
    "part",
    [
        "settings",
        "versions",
        "database",
        "role",
        "migrations",
        "walls",
        "storage",
        "redis",
        "clock",
        "mail",
        "outbox",
    ],
)
def test_nothing_is_found_where_all_is_well(part: str) -> None:
    found = finding(part)
    assert found.level is Level.OK, found


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"SECRET_KEY": "short"}, "5 signs"),
        ({"SECRET_KEY": "a" * 60}, "forged"),
        ({"PLATFORM_URL": "https://elsewhere.example"}, "PLATFORM_HOSTS"),
        ({"SECURE": True, "PLATFORM_URL": "http://localhost"}, "TLS"),
        ({"DEBUG": True, "EMBEDDED": False}, "DEBUG"),
    ],
)
def test_settings_that_are_not_sound(settings: Any, broken: dict[str, Any], words: str) -> None:
    for name, value in broken.items():
        setattr(settings, name, value)
    check_fault("settings", words)


def test_a_database_that_does_not_answer(servers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    away = {"default": django_settings.DATABASES["default"] | {"HOST": "127.0.0.1", "PORT": "1"}}
    monkeypatch.setattr(data, "connection", ConnectionHandler(away)["default"])
    monkeypatch.setattr(type(data.connection), "ensure_connection", _unblocked(data.connection))
    check_fault("database", "does not answer")
    assert [one.level for one in examine(["walls"]) if one.part == "walls"] == [Level.SKIPPED]


def _unblocked(connection: Any) -> Any:
    """pytest-django guards connections of tests without a database; this one leads nowhere anyway."""

    def ensure(self: Any) -> None:
        if self.connection is None:
            with self.wrap_database_errors:
                self.connect()

    return ensure


@pytest.mark.django_db
def test_a_server_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "OLDEST_POSTGRES", 99)
    check_fault("database", "PostgreSQL 1")


def test_a_framework_that_was_never_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data.django, "VERSION", (6, 1, 0, "final", 0))
    check_fault("versions", "Django")


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_role_that_owns_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.health.connection", connections["owner"])
    check_fault("role", "owns tables")


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_migration_that_is_missing(owner: Any) -> None:
    with owner.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'operator' and name = '0002_walls'")
    check_fault("migrations", "1 migrations", "operator.0002_walls")


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("alter table content_thread disable row level security", "content_thread"),
        ("drop policy community on communities_membership", "communities_membership"),
        ("drop policy community on members_outgoingmail", "members_outgoingmail"),
        (
            "alter table content_post drop constraint content_post_thread_id_owned cascade",
            "content_post.thread_id",
        ),
    ],
)
def test_a_wall_that_fell(owner: Any, broken: str, words: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute(broken)
    check_fault("walls", words)


def test_a_storage_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "missing"
    check_fault("storage", "missing")


def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100e9, 97e9, 3e9))
    check_fault("disk", "97%")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100e9, 90e9, 10e9))
    assert finding("disk").level is Level.WARNING


def test_no_backup_and_an_old_one(settings: Any) -> None:
    assert finding("backup").level is Level.WARNING
    assert "No backup" in finding("backup").fact


def test_a_redis_that_says_nothing_of_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_asked: object) -> None:
        raise redis.ResponseError("unknown command 'CONFIG'")

    monkeypatch.setattr(redis.Redis, "config_get", refuse)
    assert finding("redis").level is Level.OK


def test_a_redis_that_does_not_answer(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    check_fault("redis", "does not answer")
    assert finding("queues").level is Level.SKIPPED


@pytest.mark.django_db
def test_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    late = timezone.now() + datetime.timedelta(hours=1)
    monkeypatch.setattr(running.timezone, "now", lambda: late)
    check_fault("clock", "seconds off")


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What workers answer: nothing, until a test says who serves which queue."""
    answers: dict[str, Any] = {}

    class Inspect:
        def active_queues(self) -> dict[str, Any] | None:
            return answers or None

    monkeypatch.setattr(running.current_app.control, "inspect", lambda timeout: Inspect())
    return answers


@pytest.mark.django_db
def test_a_worker_and_a_mailer_that_stand_still(nobody_answers: dict[str, Any]) -> None:
    check_fault("worker", "No worker answers")
    check_fault("mailer", "No mailer answers")
    nobody_answers["worker@here"] = [{"name": "people"}]
    check_fault("worker", "No worker answers: nothing is counted")
    watching.note_run(running.COUNTING, 0.2)
    check_fault("worker", "No worker answers: imports, exports and recounts wait")
    JobState.objects.all().delete()
    nobody_answers["periodic@here"] = [{"name": "periodic"}]
    nobody_answers["long@here"] = [{"name": "long"}, {"name": "backups"}]
    assert finding("worker").level is Level.OK
    check_fault("mailer", "No mailer answers")
    watching.note_run(running.SENDING, 0.2)
    assert finding("mailer").level is Level.OK, "it has just sent what was due"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "job"), [("worker", "analytics.reports.tasks.write_reports"), ("mailer", running.SENDING)]
)
def test_a_worker_without_a_pool_that_is_at_a_long_job(
    nobody_answers: dict[str, Any], part: str, job: str
) -> None:
    nobody_answers["worker@here"] = [{"name": "people"}]
    nobody_answers["long@here"] = [{"name": "long"}]
    check_fault(part, "answers")
    run = Run(job)
    assert run.taken
    assert finding(part).level is Level.OK, "it is at work, and has no time to answer"
    JobRound.objects.update(held_until=timezone.now() - datetime.timedelta(minutes=1))
    check_fault(part, "answers")
    run.leave()
    check_fault(part, "answers")


@pytest.mark.django_db
def test_a_worker_that_is_at_an_export(nobody_answers: dict[str, Any]) -> None:
    """It has no time to answer, for hours perhaps; what it has taken says that it is there."""
    nobody_answers["worker@here"] = [{"name": "people"}, {"name": "periodic"}]
    check_fault("worker", "exports and recounts wait")
    tag = f"test-{secrets.token_hex(4)}"
    job = json.dumps([{"headers": {"task": "an export"}}, "", "long"])
    with running.current_app.connection_for_read() as asked:
        channel: Any = asked.default_channel
        with channel.conn_or_acquire() as client:
            client.hset(channel.unacked_key, tag, job)
            client.zadd(channel.unacked_index_key, {tag: time.time()})
            try:
                assert finding("worker").level is Level.OK
                client.zadd(channel.unacked_index_key, {tag: time.time() - 2 * running.LEASE})
                check_fault("worker", "exports and recounts wait")
            finally:
                client.zrem(channel.unacked_index_key, tag)
                client.hdel(channel.unacked_key, tag)


@pytest.mark.django_db
def test_a_worker_that_makes_the_backup_of_the_day(nobody_answers: dict[str, Any], settings: Any) -> None:
    nobody_answers["worker@here"] = [{"name": "people"}, {"name": "periodic"}]
    settings.EMBEDDED = True
    check_fault("worker", "exports and recounts wait")
    with programs.alone() as alone:
        assert alone
        assert finding("worker").level is Level.OK
        settings.EMBEDDED = False
        check_fault("worker", "exports and recounts wait")


@pytest.fixture
def beat_key(servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    key = f"test-beat-{secrets.token_hex(4)}"
    monkeypatch.setattr(watching, "BEAT_KEY", key)
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        yield lambda at: client.set(key, at)
        client.delete(key)


@pytest.mark.django_db
def test_a_beat_that_stands_still(beat_key: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    check_fault("beat", "never seen")
    beat_key(time.time() - 600)
    check_fault("beat", "10 minutes")
    watching._published()
    check_fault("beat", "10 minutes")
    monkeypatch.setattr(watching, "_beat", threading.get_ident() + 1)
    watching._published()
    check_fault("beat", "10 minutes")
    monkeypatch.setattr(watching, "_beat", None)
    watching._this_is_beat()
    watching._published()
    assert finding("beat").level is Level.OK


def test_a_queue_that_grows(servers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"test-queue-{secrets.token_hex(4)}"
    monkeypatch.setattr(queries, "QUEUES", (name,))
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        client.rpush(name, *range(1_001))
        try:
            check_fault("queues", "1001")
            client.delete(name)
            assert finding("queues").level is Level.OK
        finally:
            client.delete(name)


def test_a_mail_server_that_is_away(settings: Any) -> None:
    with mail_server(settings):
        assert finding("mail").level is Level.OK
    settings.EMAIL_PORT = 1
    check_fault("mail", "127.0.0.1:1")
    settings.EMAIL_HOST, settings.EMBEDDED = "", False
    check_fault("mail", "No mail server")


@pytest.mark.django_db
def test_mails_that_wait_for_too_long() -> None:
    ago = timezone.now() - datetime.timedelta(hours=2)
    OutgoingMail.objects.create(
        kind="code",
        urgency=0,
        recipient="a@example.org",
        sender="b@example.org",
        made_at=ago,
        due_at=ago,
        useless_at=ago,
    )
    check_fault("outbox", "1 mails wait", "120 minutes")


def run(*words: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("doctor", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def test_the_command_says_part_fact_and_remedy_and_ends_with_one(settings: Any, tmp_path: Path) -> None:
    told, status = run("storage")
    assert (status, told.split()[:2]) == (0, ["ok", "storage"])
    settings.MEDIA_ROOT = tmp_path / "missing"
    told, status = run("storage")
    assert status == 1
    assert "FAULT storage" in told
    assert "→ Make MEDIA_ROOT" in told


def test_programs_get_json(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "missing"
    told, status = run("storage", "settings", "--json")
    findings = json.loads(told)
    assert status == 1
    assert {one["part"]: one["level"] for one in findings} == {"settings": "ok", "storage": "fault"}
    assert set(findings[0]) == {"part", "level", "fact", "remedy"}


def test_an_examination_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> examining.Found:
        raise PermissionError(13, "denied", os.devnull)

    monkeypatch.setitem(EXAMINATIONS, "storage", examining.Examination("storage", breaks))
    check_fault("storage", "PermissionError", "denied")


def test_the_command_knows_all_parts() -> None:
    assert (data, running) == doctor.PARTS
