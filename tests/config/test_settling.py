"""What a worker was at that ended itself, since the job took too long: told and not done again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection, Queue

from communities.console.operator.models import FailedJob
from config.celery import app
from config.services import solo
from config.services.at_work import LARGEST, AtWork, Job


def noted(**changes: Any) -> Job:
    told = {
        "name": "members.tasks.send_mails", "number": uuid.uuid4().hex, "tag": "", "arguments": [7],
        "options": {}, "seconds": 600.0, "until": time.monotonic() - 1,
    }  # fmt: skip
    return Job(**(told | changes))


@pytest.fixture
def held(servers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The channel of a worker that took one job and is gone."""
    app.loader.import_default_modules()
    name = f"test-{uuid.uuid4().hex}"
    options = {"global_keyprefix": f"{name}:"}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as connection:
        channel = connection.channel()
        queue = Queue(name, channel=channel)
        queue.declare()
        connection.Producer(channel).publish({"n": 1}, routing_key=name, exchange="")
        message = queue.get(no_ack=False)
        assert message is not None
        # Where a job finds it while it is done.
        assert message.properties["delivery_tag"] == message.delivery_tag
        monkeypatch.setattr(
            app,
            "connection_for_write",
            lambda: Connection(settings.CELERY_BROKER_URL, transport_options=options),
        )
        yield SimpleNamespace(tag=message.delivery_tag, channel=channel)
        message.ack()
        queue.delete()


def is_held(held: Any) -> bool:
    with held.channel.conn_or_acquire() as client:
        # The client puts the prefix of this test before the keys of some commands, and of these not.
        before = held.channel.global_keyprefix
        known = bool(client.hget(held.channel.unacked_key, held.tag))
        assert known == (client.zscore(f"{before}{held.channel.unacked_index_key}", held.tag) is not None)
        return known


@pytest.mark.django_db
def test_a_job_that_took_too_long_is_a_failure_and_does_not_come_back(held: Any) -> None:
    at_work, job = AtWork(), noted(name="communities.content.tasks.move_threads", tag=held.tag)
    at_work.note(job)
    assert is_held(held)
    solo.settle(app, at_work, time.monotonic())
    assert not is_held(held)
    failed = FailedJob.objects.get()
    assert (failed.name, failed.arguments) == (job.name, [7])
    assert "TimeLimitExceeded" in failed.problem
    assert job.number in solo.revoked, "should the queue have given it out already"
    assert at_work.job() is None
    solo.settle(app, at_work, time.monotonic())
    assert FailedJob.objects.count() == 1


@pytest.mark.django_db
def test_a_job_whose_worker_was_killed_is_given_out_again(held: Any) -> None:
    at_work = AtWork()
    at_work.note(
        noted(name="communities.content.tasks.move_threads", tag=held.tag, until=time.monotonic() + 60)
    )
    solo.settle(app, at_work, time.monotonic())
    assert is_held(held)
    assert not FailedJob.objects.exists()
    assert at_work.job() is None


@pytest.mark.django_db
def test_a_failure_is_noted_where_the_queue_is_away(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("nobody there")

    monkeypatch.setattr(solo, "_confirm", away)
    at_work = AtWork()
    at_work.note(noted(name="communities.content.tasks.move_threads"))
    solo.settle(app, at_work, time.monotonic())
    assert FailedJob.objects.count() == 1


def test_a_job_is_noted_while_it_is_done_and_one_that_is_too_large_is_not() -> None:
    at_work, job = AtWork(), noted(arguments=["é" * 1000])
    at_work.note(job)
    assert at_work.job() == job
    at_work.note(noted(arguments=["a" * LARGEST]))
    assert at_work.job() is None
    at_work.note(job)
    at_work.forget()
    assert at_work.job() is None
