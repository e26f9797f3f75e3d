"""What a killed worker had taken comes back soon; what a living one has taken does not."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery.concurrency.solo import TaskPool
from django.conf import settings
from kombu import Connection, Queue

from config import leases
from config.celery import app
from config.leases import LEASE, renew, renew_of


@pytest.fixture
def taken(servers: None) -> Iterator[Any]:
    """The channel of a worker that has taken one job, an hour ago."""
    name = f"test-{uuid.uuid4().hex}"
    options = {"visibility_timeout": LEASE, "global_keyprefix": f"{name}:"}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as connection:
        channel = connection.channel()
        queue = Queue(name, channel=channel)
        queue.declare()
        connection.Producer(channel).publish({"n": 1}, routing_key=name, exchange="")
        message = queue.get(no_ack=False)
        assert message is not None
        with channel.conn_or_acquire() as client:
            client.zadd(channel.unacked_index_key, {message.delivery_tag: time.time() - 3600})
        channel.of_test = name
        yield channel
        message.ack()
        queue.delete()


def waiting(channel: Any) -> int:
    with channel.conn_or_acquire() as client:
        return int(client.llen(channel.of_test))


def test_a_job_of_a_killed_worker_is_given_out_again(taken: Any) -> None:
    taken.qos.restore_visible(interval=1)
    assert waiting(taken) == 1
    assert LEASE <= 120


def test_a_job_that_is_worked_on_is_not(taken: Any) -> None:
    assert renew(taken) == 1
    taken.qos.restore_visible(interval=1)
    assert waiting(taken) == 0
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert options["visibility_timeout"] == LEASE > 3 * leases.RENEWED_EVERY


def test_the_worker_renews_by_its_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    ended: list[bool] = []
    timer = SimpleNamespace(
        call_repeatedly=lambda every, call, what: (
            called.append((every, call, what)) or SimpleNamespace(cancel=lambda: ended.append(True))
        )
    )
    consumer = SimpleNamespace(timer=timer, task_consumer=None)
    step = leases.Lease(consumer)
    step.start(consumer)
    assert called == [(leases.RENEWED_EVERY, renew_of, (consumer,))]
    renew_of(consumer)  # the queue is away: nothing is raised
    step.stop(consumer)
    assert ended == [True]


def test_a_worker_without_a_pool_renews_while_it_is_at_a_job(
    taken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own clock stands still then: nothing is left but a thread beside the one that works."""
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.02)
    renewed = threading.Event()
    of_one = leases.renew_of

    def seen(consumer: Any) -> None:
        of_one(consumer)
        renewed.set()

    monkeypatch.setattr(leases, "renew_of", seen)
    consumer = SimpleNamespace(
        timer=None, pool=TaskPool(app=app), task_consumer=SimpleNamespace(channel=taken)
    )
    step = leases.Lease(consumer)
    step.start(consumer)
    clock = step.clock
    assert clock is not None
    try:
        assert renewed.wait(10)
    finally:
        step.stop(consumer)
        clock.join(10)
    assert not clock.is_alive()
    taken.qos.restore_visible(interval=1)
    assert waiting(taken) == 0
