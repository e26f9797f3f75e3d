"""What monitors read: the format, who may read it, and that the figures are those of the operator’s pages."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.exposition import Family, exposition
from members.models import JobRound

# https://prometheus.io/docs/instrumenting/exposition_formats/
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(\{{{LABEL}(?:,{LABEL})*\}})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e-?\d+)?)")
HERE: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}


def read(text: str) -> dict[tuple[str, str], float]:
    """The samples by name and labels, as a strict reader takes them: each family once, described before its values."""
    found: dict[tuple[str, str], float] = {}
    families: dict[str, str] = {}
    helped = ""
    assert text.endswith("\n")
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# HELP "):
            helped = line.split(" ", 3)[2]
            assert helped not in families
        elif line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            assert name == helped
            assert kind == ("counter" if name.endswith("_total") else "gauge")
            families[name] = kind
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample, line
            name, labels, value = sample.groups()
            assert name == helped
            assert (name, labels or "") not in found
            found[name, labels or ""] = float(value)
    return found


def test_the_format_holds_whatever_stands_in_it() -> None:
    odd, counted, empty = Family("a_b", "Says\n“so\\”"), Family("c_total", "Counted"), Family("d", "None")
    odd.add(math.inf, path='C:\\x "y"\nz')
    odd.add(-0.25)
    odd.add(1e-9, of="small")
    counted.add(12_000_000_000)
    told = read(exposition([odd, counted, empty]))
    assert told == {
        ("a_b", r'{path="C:\\x \"y\"\nz"}'): math.inf,
        ("a_b", ""): -0.25,
        ("a_b", '{of="small"}'): 1e-9,
        ("c_total", ""): 12e9,
    }


@pytest.mark.django_db
def test_jobs_and_queues_say_how_far_behind_they_are() -> None:
    job = "analytics.roi.tasks.keep_ledgers"
    since = timezone.now() - datetime.timedelta(minutes=3)
    JobRound.objects.create(job=job, remaining=40, behind_since=since)
    response = Client().get("/metrics", **HERE)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    told = read(response.content.decode())
    assert told["parvis_job_left", f'{{job="{job}"}}'] == 40
    assert 180 <= told["parvis_job_behind_seconds", f'{{job="{job}"}}'] < 240
    assert told["parvis_job_period_seconds", f'{{job="{job}"}}'] == 6 * 3600
    assert ("parvis_queue_oldest_seconds", '{queue="people"}') in told
    assert ("parvis_mails_waiting", "") in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "10.0.0.7"},
        {"REMOTE_ADDR": "nonsense"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        # A proxy on the machine that says nothing of where it is asked from still passes the name on.
        {"HTTP_HOST": "testserver"},
        {"HTTP_AUTHORIZATION": "Bearer ", "REMOTE_ADDR": "192.0.2.7"},
    ],
)
def test_nobody_reads_them_from_elsewhere(changed: dict[str, str]) -> None:
    assert Client().get("/metrics", **(HERE | changed)).status_code == 404


@pytest.mark.django_db
def test_a_token_opens_them_from_anywhere(settings: Any) -> None:
    settings.METRICS_TOKEN = "s3cret"
    away = {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "testserver"}
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer s3cret", **away).status_code == 200
    for wrong in ("Bearer s3cre", "s3cret", "Basic s3cret", "Bearer été"):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=wrong, **away).status_code == 404
