"""The queue is spoken to by one client for each channel."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from kombu import Connection, Queue

from config.broker import LastingChannel, LastingTransport
from config.celery import app


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
