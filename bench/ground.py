"""The server and the content of a measurement."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from bench import VAR
from bench.content import fill
from communities.models import Community
from communities.scoping import community_scope
from members.models import Member

PORT = int(os.environ.get("BENCH_PORT", "8109"))


def make_content() -> dict[str, str]:
    """The community that is measured, made once through the services; the addresses of its pages."""
    if not Community.objects.filter(slug="bench").exists():
        community = Community.objects.create(
            slug="bench", name="Bench", tagline="Measured", languages=["en"], moderation_mode="reactive"
        )
        with community_scope(community):
            fill(community)
    return {
        "home": "/c/bench/",
        "feed": "/c/bench/feed.xml",
        "list": "/c/bench/forums/f/rigging/",
        "thread": "/c/bench/forums/t/hot-thread/",
        "article": "/c/bench/blogs/journal/long-article/",
    }


def session_of(email: str) -> str:
    """A session cookie for a member of the community."""
    member = Member.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def served(port: int = PORT, **variables: str) -> Iterator[int]:
    """gunicorn with the product's own configuration and some variables; yields the port.

    Its workers stay: one that leaves after so many requests would take its processor time with it.
    """
    log = (VAR / f"gunicorn-{port}.log").open("w")
    environment = os.environ | {"PORT": str(port), "HOST": "127.0.0.1"} | variables
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "config/gunicorn.py",
            "--max-requests=0",
            "bench.application:make_application()",
        ],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 120  # on a machine that does other things too
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/bench/bare")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise SystemExit(f"The server did not start; see {VAR / f'gunicorn-{port}.log'}")
