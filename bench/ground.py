"""The servers, tables and content of a measurement, in a folder of its own (var/bench)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VAR = PROJECT / "var" / "bench"
PORT = int(os.environ.get("BENCH_PORT", "8109"))


def settle() -> None:
    """Name the folder before any setting is read."""
    os.environ["PARVIS_VAR"] = str(VAR)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["DEMO"] = "0"
    VAR.mkdir(parents=True, exist_ok=True)


def make_content() -> dict[str, str]:
    """The community that is measured, made once through the services; the addresses of its pages."""
    from communities.models import Community
    from communities.scoping import community_scope

    from bench.content import fill

    community = Community.objects.filter(slug="bench").first()
    if community is None:
        community = Community.objects.create(
            slug="bench", name="Bench", tagline="Measured", languages=["en"], moderation_mode="reactive"
        )
        with community_scope(community):
            fill(community)
    return {
        "list": "/c/bench/forums/f/rigging/",
        "thread": "/c/bench/forums/t/hot-thread/",
        "article": "/c/bench/blogs/journal/long-article/",
    }


def session_of(email: str) -> str:
    """A session cookie for a member of the community."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from members.models import Member

    member = Member.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session["bench"] = uuid.uuid4().hex
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def served() -> Iterator[int]:
    """gunicorn with the product's own configuration; yields the port."""
    log = (VAR / "gunicorn.log").open("w")
    environment = os.environ | {"PORT": str(PORT), "HOST": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "bench.application:application"],
        cwd=PROJECT,
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        _wait(process)
        yield PORT
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _wait(process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=2)
            connection.request("GET", "/bench/bare")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise SystemExit(f"The server did not start; see {VAR / 'gunicorn.log'}")
