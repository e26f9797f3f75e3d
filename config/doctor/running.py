"""Looking at what runs: Redis, clocks, worker, mailer, beat, queues, mails."""

from __future__ import annotations

import json
import smtplib
import time
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from communities.console.operator.queries import outbox_of_all, queue_lengths
from communities.console.operator.watching import beat_seen_at, last_periodic_run, last_run_of
from communities.redis_server import open_redis
from config.backups.programs import somebody_is_at_it
from config.doctor.data import OLDEST_REDIS
from config.doctor.examining import Found, Level, examination, fault, ok, warning
from config.leases import LEASE
from config.schedule import LONG, MAILS, PERIODIC, ROUTES
from members.models import JobRound

PATIENCE = 2.0  # seconds that we wait for a worker’s answer
FASTEST_CLOCK = 2.0  # seconds that two clocks may differ
BEAT_SILENT = 90.0  # seconds; the most frequent job is due every ten
SENDING, COUNTING = "members.tasks.send_mails", "analytics.capture.tasks.drain_hits"
LONG_QUEUE = 1_000
LATE_MAIL = 600.0  # seconds
# Queues of work, and what it means that nobody serves one.
JOBS = {
    "people": "news and uploads wait",
    "periodic": "nothing is counted, and no stage opens by itself",
    "long": "imports, exports and recounts wait",
}


@examination("redis")
def redis_answers() -> Found:
    try:
        with open_redis() as client:
            told: Any = client.info("server")
            policy = _policy_of(client)
    except redis.RedisError as error:
        return fault(
            f"Redis does not answer: {error}", "Start Redis, and see that REDIS_URL names its host and port."
        )
    version = str(told["redis_version"])
    if tuple(map(int, version.split(".")[:2])) < OLDEST_REDIS:
        return fault(f"Redis {version}", "Upgrade Redis: queues need version 6.2 or newer.")
    if policy.get("maxmemory-policy") not in ("noeviction", None):
        return warning(
            f"Redis {version} throws keys away when it is full ({policy['maxmemory-policy']}): jobs among them",
            "config set maxmemory-policy noeviction, in its file too.",
        )
    return ok(f"Redis {version}")


@examination("clock", "database", "redis")
def clocks_agree() -> Found:
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (there,) = cursor.fetchone()
    off = abs((there - timezone.now()).total_seconds())
    with open_redis() as client:
        told: Any = client.time()
    off_redis = abs(told[0] + told[1] / 1e6 - time.time())
    worst, whose = max((off, "the database"), (off_redis, "Redis"))
    if worst > FASTEST_CLOCK:
        return fault(
            f"The clock of {whose} is {worst:.0f} seconds off ours: codes and stages come too early or too late",
            "Have both machines set their clocks by NTP (timedatectl set-ntp true).",
        )
    return ok(f"Within {worst:.1f} s of database and Redis")


@examination("worker", "database", "migrations", "redis")
def worker_answers() -> Found:
    for queue, harm in JOBS.items():
        # While it works, it has no time to answer.
        if (queue == PERIODIC and _has_just_run(COUNTING)) or _at_work(queue) or _backs_up(queue):
            continue
        found = _answers(queue, "worker", harm)
        if found.level is not Level.OK:
            return found
    return ok(f"All of {', '.join(JOBS)} are served")


@examination("mailer", "database", "migrations", "redis")
def mailer_answers() -> Found:
    # One process: while it sends, it has no time to answer.
    if _has_just_run(SENDING):
        return ok(f"Sent what was due at {last_run_of(SENDING):%H:%M:%S} UTC")
    if jobs := _at_work(MAILS):
        return ok(f"At work: {', '.join(jobs)}")
    return _answers("mails", "mailer", "mails wait, codes for signing in among them")


@examination("beat", "database", "migrations", "redis")
def beat_beats() -> Found:
    seen = beat_seen_at()
    if seen is None:
        return fault(
            "Beat was never seen: no periodic job starts",
            "Start beat: exactly one (var/log/mailer.log, or the service’s log, says why it ended).",
        )
    silent = (timezone.now() - seen).total_seconds()
    if silent > BEAT_SILENT:
        return fault(
            f"Beat has asked for no job for {silent / 60:.0f} minutes",
            "Start beat again: exactly one (var/log/mailer.log, or the service’s log, says why it ended).",
        )
    ran = last_periodic_run()
    return ok(f"Seen {silent:.0f} s ago" + (f", last job done at {ran:%H:%M:%S} UTC" if ran else ""))


@examination("queues", "redis")
def queues_are_short() -> Found:
    lengths = queue_lengths()
    told = ", ".join(f"{name}: {n}" for name, n in lengths.items())
    if max(lengths.values()) > LONG_QUEUE:
        return fault(
            f"Jobs pile up ({told})",
            "See that workers and mailer run; give the queue that piles up more processes if they do.",
        )
    return ok(told)


@examination("mail")
def mail_server_takes_mails() -> Found:
    if not settings.EMAIL_HOST:
        told = f"No mail server: mails become files in {settings.EMAIL_FILE_PATH}"
        return ok(told) if settings.EMBEDDED else fault(told, "Set EMAIL_HOST and what belongs to it.")
    server = get_connection(fail_silently=False, timeout=5)
    try:
        server.open()
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        return fault(
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} takes no mails: {' '.join(str(error).split())[:150]}",
            "See EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD and EMAIL_USE_TLS.",
        )
    return ok(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} greets us")


@examination("outbox", "database", "migrations")
def outbox_empties() -> Found:
    box = outbox_of_all()
    late = box.oldest_seconds
    if late > LATE_MAIL:
        return fault(
            f"{box.waiting} mails wait, the oldest for {late / 60:.0f} minutes",
            "If mailer and mail server are well above, var/log/mailer.log says what the server answers.",
        )
    if box.undelivered:
        return warning(
            f"{box.undelivered} mails could not be delivered in the last 30 days",
            "Look at /operator/mail/: they can be sent again.",
        )
    return ok(f"{box.waiting} waiting")


def _has_just_run(job: str) -> bool:
    ran = last_run_of(job)
    return ran is not None and (timezone.now() - ran).total_seconds() < BEAT_SILENT


def _at_work(queue: str) -> list[str]:
    """The jobs of a queue that are being done: a worker has said so within the last minute and a half, by the round of
    a periodic job, or of any job that it has taken."""
    jobs = [job for job, route in ROUTES.items() if route["queue"] == queue]
    held = JobRound.objects.filter(job__in=jobs, held_until__gt=Now())
    return sorted({*held.values_list("job", flat=True), *_taken(queue)})


def _backs_up(queue: str) -> bool:
    """Of `bin/up` one worker serves what is long and the backup of the day, which is not among what was taken: nobody
    is given it again."""
    return settings.EMBEDDED and queue == LONG and somebody_is_at_it()


def _taken(queue: str) -> list[str]:
    with current_app.connection_for_read() as asked:
        channel: Any = asked.default_channel
        with channel.conn_or_acquire() as client:
            tags = client.zrangebyscore(channel.unacked_index_key, time.time() - LEASE, "+inf")
            told = client.hmget(channel.unacked_key, tags) if tags else []
    jobs = [json.loads(one) for one in told if one]
    return [message["headers"]["task"] for message, _exchange, of_queue in jobs if of_queue == queue]


def _answers(queue: str, name: str, harm: str) -> Found:
    replies = current_app.control.inspect(timeout=PATIENCE).active_queues() or {}
    serving = [host for host, queues in replies.items() if any(one["name"] == queue for one in queues)]
    if not serving:
        return fault(
            f"No {name} answers: {harm}",
            f"Start the {name} (var/log/{name}.log, or the service’s log, says why it ended).",
        )
    return ok(", ".join(sorted(serving)))


def _policy_of(client: Any) -> dict[str, str]:
    """What Redis does when it is full; nothing where it tells nobody, as rented ones do."""
    try:
        policy: dict[str, str] = client.config_get("maxmemory-policy")
    except redis.ResponseError:
        return {}
    return policy
