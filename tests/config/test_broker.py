"""The queue is spoken to by one client for each channel."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from kombu import Connection, Queue

from communities.redis_server import open_redis
from config.broker import LastingChannel, LastingTransport
from config.celery import app
from members.mails import outbox


def test_one_client_sends_all_jobs_of_a_channel(servers: None) -> None:
    name = f"test-{uuid.uuid4().hex}"
    options = {"global_keyprefix": f"{name}:"}
    # The program’s own, whose import says how addresses are spoken to.
    assert app.conf.broker_url == settings.CELERY_BROKER_URL
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as connection:
        channel = connection.channel()
        assert isinstance(channel, LastingChannel)
        with channel.conn_or_acquire() as one, channel.conn_or_acquire() as other:
            assert one is other
        queue = Queue(name, channel=channel)
        queue.declare()
        producer = connection.Producer(channel)
        for number in range(5):
            producer.publish({"n": number}, routing_key=name, exchange="")
        sent = [queue.get(no_ack=True) for _number in range(5)]
        assert [message.payload["n"] for message in sent if message] == list(range(5))
        queue.delete()


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_so_do_those_that_speak_by_tls(scheme: str) -> None:
    assert app.conf.broker_url
    with Connection(f"{scheme}://queue.example:6379/0") as connection:
        assert connection.get_transport_cls() is LastingTransport


def test_two_who_come_first_ask_for_the_clients_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """kombu makes some for each of two that ask at once, and those of the first are lost with an open connection."""
    inside, most = [], []

    class Making:
        def __getitem__(self, _queue: Any) -> object:
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.1)
            inside.pop()
            return object()

    monkeypatch.setattr(outbox, "producers", Making())
    gate = threading.Barrier(2)

    def ask() -> None:
        gate.wait(timeout=60)
        outbox._senders()

    threads = [threading.Thread(target=ask) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1]


def test_no_way_to_redis_looks_up_what_its_library_is_called(
    servers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes through all installed packages, for each connection, in each process."""
    looked: list[int] = []
    monkeypatch.setattr("redis.utils.get_lib_version", lambda: looked.append(1))
    with Connection(settings.CELERY_BROKER_URL) as connection:
        assert connection.channel()._lasting.ping()
    client = caches.create_connection("default")._cache
    assert client.get_client().connection_pool.make_connection().driver_info is None
    with open_redis() as one:
        assert one.ping()
    assert not looked
