"""Queues, jobs and mails in figures, for monitors. Never for the world: on this machine, or with a token.

Numbers of the whole installation only; nothing is said of a community, and nothing of a person.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

import redis
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from communities.console.operator.models import FailedJob
from communities.console.operator.queries import (
    fleet_sums,
    oldest_waiting,
    outbox_of_all,
    periodic_jobs,
    queue_lengths,
)
from communities.console.permissions import PROXY_HEADERS
from communities.hearing.news import open_pages
from config.exposition import CONTENT_TYPE, Family, exposition
from members.models import SetAside

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """All figures; 404 for whoever may not read them."""
    if not (_has_token(request) or _is_from_here(request)):
        raise Http404
    return HttpResponse(exposition(families()), content_type=CONTENT_TYPE)


def families() -> list[Family]:
    return [*_queues(), *_pages(), *_jobs(), *_rest()]


def _queues() -> Iterator[Family]:
    """Nothing while Redis does not answer: a figure that is missing is an alarm of its own."""
    waiting = Family("parvis_queue_waiting", "Jobs that wait in a queue.")
    oldest = Family("parvis_queue_oldest_seconds", "For how long the oldest job of a queue has waited.")
    try:
        lengths, ages = queue_lengths(), oldest_waiting()
    except redis.RedisError:
        return
    for queue, n in lengths.items():
        waiting.add(n, queue=queue)
        oldest.add(round(ages[queue], 3), queue=queue)
    yield from (waiting, oldest)


def _pages() -> Iterator[Family]:
    """Nothing while Redis does not answer, as above."""
    pages = Family("parvis_open_pages", "Pages that are kept open, to be told what happens.")
    try:
        pages.add(open_pages())
    except redis.RedisError:
        return
    yield pages


def _jobs() -> Iterator[Family]:
    runs = Family("parvis_job_runs_total", "Runs of a periodic job that ended well.")
    failures = Family("parvis_job_failures_total", "Runs of a periodic job that failed.")
    seconds = Family("parvis_job_seconds", "How long the last run of a periodic job took.")
    ended = Family("parvis_job_end_timestamp_seconds", "When the last run of a periodic job ended.")
    period = Family("parvis_job_period_seconds", "How often a periodic job is asked for.")
    left = Family("parvis_job_left", "Communities that the last run left for the next one.")
    behind = Family("parvis_job_behind_seconds", "For how long the oldest of what is left has been due.")
    for job in periodic_jobs():
        name = job.state.name
        runs.add(job.state.runs, job=name)
        failures.add(job.state.failures, job=name)
        period.add(job.every.total_seconds(), job=name)
        left.add(job.remaining, job=name)
        behind.add(round(job.behind.total_seconds(), 3), job=name)
        if job.state.finished_at is not None:
            seconds.add(round(job.state.seconds, 3), job=name)
            ended.add(round(job.state.finished_at.timestamp(), 3), job=name)
    yield from (runs, failures, seconds, ended, period, left, behind)


def _rest() -> Iterator[Family]:
    box, sums = outbox_of_all(), fleet_sums()
    figures = {
        "parvis_mails_waiting": ("Mails that are due and have not left.", box.waiting),
        "parvis_mails_oldest_seconds": ("For how long the oldest of them has waited.", box.oldest_seconds),
        "parvis_mails_undelivered": ("Mails of the last 30 days that did not arrive.", box.undelivered),
        "parvis_jobs_failed": ("Jobs that failed and wait to be started again.", _failed()),
        "parvis_set_aside": ("Things that periodic jobs leave out for now.", SetAside.objects.count()),
        "parvis_communities": ("Communities, as counted last.", sums.of("communities")),
        "parvis_members": ("Memberships in all communities, as counted last.", sums.of("members")),
    }
    for name, (about, value) in figures.items():
        family = Family(name, about)
        family.add(round(value, 3))
        yield family


def _failed() -> int:
    return FailedJob.objects.filter(again_at=None).count()


def _has_token(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "")
    # Compared as bytes: a header may hold signs that no token has.
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and constant_time_compare(told.encode(), wanted.encode())


def _is_from_here(request: HttpRequest) -> bool:
    """Asked for on this machine, under its own name: what a proxy passes on has another, or says where it is from."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    host = request.META.get("HTTP_HOST", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    passed_on = any(request.headers.get(header) for header in PROXY_HEADERS)
    return address.is_loopback and name.lower() in LOCAL_NAMES and not passed_on
