"""What operators are told of the machine: once a day while it lasts, and once when it is over."""

from __future__ import annotations

import datetime
import json
import time
from collections import namedtuple
from typing import Any

import pytest
import redis
from celery import current_app
from celery.signals import heartbeat_sent
from django.conf import settings as django_settings
from django.core import mail
from django.core.signals import request_finished
from django.test import Client
from django.utils import timezone

from communities.console.operator import alarms, disks, queries, watching
from communities.console.operator.alarms import report, settle, watch_machine
from communities.console.operator.models import Alarm
from communities.redis_server import open_redis
from config.gunicorn import post_worker_init
from members.models import Member
from tests.factories import make_person
from tests.mailing import delivered

Kind = Alarm.Kind
Usage = namedtuple("Usage", "total used free")


def subjects() -> list[str]:
    return [one.subject for one in delivered()]


@pytest.fixture(autouse=True)
def beat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs beside the tests has left no mark here."""
    monkeypatch.setattr(alarms, "beat_seen_at", lambda: None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the hour of alarms on."""
    now = timezone.now()

    def forward(**length: float) -> None:
        nonlocal now
        now += datetime.timedelta(**length)

    class Clock:
        @staticmethod
        def now() -> datetime.datetime:
            return now

    monkeypatch.setattr(alarms, "timezone", Clock)
    return forward


def test_a_failed_backup_is_told_once_a_day_and_when_it_is_over(operator: Member, clock: Any) -> None:
    make_person(email="ines@platform.example", is_operator=True, language="fr")
    for _hour in range(24):
        report(Kind.BACKUP_FAILED, {"problem": "pg_dump: no space left"})
        clock(hours=1)
    assert [one.to[0] for one in delivered()] == [operator.email, "ines@platform.example"]
    english, french = mail.outbox
    assert english.subject == "Backup failed on localhost"
    assert french.subject == "Échec de la sauvegarde sur localhost"
    assert "pg_dump: no space left" in english.body
    assert "/operator/backups/" in english.body
    report(Kind.BACKUP_FAILED, {"problem": "again"})
    assert len(delivered()) == 4, "a day later"
    assert settle(Kind.BACKUP_FAILED)
    assert not settle(Kind.BACKUP_FAILED)
    assert subjects()[4] == "Backups work again on localhost"
    assert len(subjects()) == 6


def test_what_is_over_before_its_mail_leaves_is_not_told(operator: Member) -> None:
    report(Kind.DISK_LOW, {"percent": 93, "free": "2 GB", "name": "MEDIA_ROOT"})
    Alarm.objects.all().delete()
    assert subjects() == []


def test_a_full_disk_and_a_late_queue_are_found(
    operator: Member, desk: Client, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = {"people": 0.0, "mails": 1300.0, "periodic": 900.0, "long": 3600.0, "backups": 3600.0}
    monkeypatch.setattr(alarms, "oldest_waiting", lambda: waits)
    monkeypatch.setattr(disks.shutil, "disk_usage", lambda _folder: Usage(100 * 10**9, 93 * 10**9, 7 * 10**9))
    assert watch_machine() == 2
    assert watch_machine() == 0
    assert subjects() == ["Jobs are 21 minutes late", "Disk at 93%"]
    assert "“mails”" in mail.outbox[0].body
    assert "The disk is 93% full." in desk.get("/operator/").content.decode()
    waits["mails"] = 3.0
    for _look in range(3):
        assert watch_machine() == 0, "what comes and goes is not told each time"
        clock(minutes=5)
    waits["mails"] = 900.0
    watch_machine()
    waits["mails"] = 0.0
    told = 0
    for _look in range(8):
        told += watch_machine()
        clock(minutes=5)
    assert told == 1
    assert subjects()[2:] == ["Jobs are on time again"]


def test_the_disk_of_another_machine_is_told_by_its_name(
    operator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy, full = Usage(100 * 10**9, 10**9, 99 * 10**9), Usage(100 * 10**9, 98 * 10**9, 2 * 10**9)
    monkeypatch.setattr(alarms, "oldest_waiting", dict)
    monkeypatch.setattr(disks, "KEY", f"{disks.KEY}:test")
    monkeypatch.setattr(disks, "_said_at", float("-inf"))
    monkeypatch.setattr(disks.shutil, "disk_usage", lambda _folder: full)
    with monkeypatch.context() as there:
        there.setattr(disks.socket, "gethostname", lambda: "web-2")
        disks.say_own_disk(signal=request_finished)
        there.setattr(disks.socket, "gethostname", lambda: "too soon")
        disks.say_own_disk(signal=request_finished)
    monkeypatch.setattr(disks.shutil, "disk_usage", lambda _folder: roomy)
    with open_redis() as client:
        try:
            assert list(client.hgetall(disks.KEY)) == [b"web-2"]
            assert watch_machine() == 1
            assert subjects() == ["Disk at 98%"]
            assert "MEDIA_ROOT of localhost (web-2), 2\xa0GB are left" in mail.outbox[0].body
            with monkeypatch.context() as there:
                there.setattr(disks.socket, "gethostname", lambda: "web-2")
                assert disks.fullest_disk().percent == 1, "its own disk it sees itself"
            monkeypatch.setattr(disks, "BELIEVED", 0.0)
            assert disks.fullest_disk().percent == 1, "a machine that is gone is not believed for ever"
            assert not client.exists(disks.KEY)
        finally:
            client.delete(disks.KEY)


def test_web_processes_and_workers_say_it() -> None:
    post_worker_init(None)
    try:
        assert disks.say_own_disk in request_finished._live_receivers(None)[0]
    finally:
        request_finished.disconnect(dispatch_uid="operator.disks")
    assert disks.say_own_disk in {receiver() for _key, receiver in heartbeat_sent.receivers}


def test_a_silent_beat_is_told(operator: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "oldest_waiting", dict)
    seen = timezone.now() - datetime.timedelta(minutes=42, seconds=5)
    monkeypatch.setattr(alarms, "beat_seen_at", lambda: seen)
    watch_machine()
    (told,) = [one for one in delivered() if one.subject.startswith("Jobs")]
    assert told.subject == "Jobs are 42 minutes late"
    assert "Beat" in told.body


def test_the_oldest_job_of_a_queue_says_since_when_it_waits(
    servers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "QUEUES", ("test-late", "test-empty"))
    headers: dict[str, Any] = {}
    watching._published(headers=headers)
    headers[watching.SENT] -= 500
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        try:
            for job in (headers, {watching.SENT: time.time()}):
                client.lpush("test-late", json.dumps({"headers": job}))
            waited = queries.oldest_waiting()
        finally:
            client.delete("test-late")
    assert 499 < waited["test-late"] < 600
    assert waited["test-empty"] == 0


def test_workers_have_the_machine_looked_at_where_beat_stands_still(
    servers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, queue, **_: asked.append(queue))
    monkeypatch.setattr(watching, "WATCHED_KEY", "test-watched")

    def beats() -> None:
        monkeypatch.setattr(watching, "_heard", time.monotonic() - 1000)
        watching._heart_beats()

    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        try:
            watching.leave_mark()
            beats()
            assert asked == [], "beat had it looked at just now"
            client.set("test-watched", time.time() - 1000)
            watching._heart_beats()
            assert asked == [], "not with every beat of the heart"
            beats()
            beats()
            assert asked == ["people", "mails"], "one worker asks for all"
        finally:
            client.delete("test-watched", "test-watched:asked")
