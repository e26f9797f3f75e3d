"""Two web machines that share PostgreSQL, Redis and media, behind one nginx."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from communities.content.models import Post
from communities.limits import TABLE, Limited, Trust
from tests.conftest import KEY_PREFIX, Cast, make_cast
from tests.delivery.proxies import nginx, waited_for
from tests.delivery.visitor import Visitor
from tests.factories import make_membership, make_thread
from tests.ports import free_port

pytestmark = pytest.mark.proxies
PROJECT = Path(__file__).resolve().parents[2]


class Machine:
    """A gunicorn with one process, as production runs it."""

    def __init__(self, settings: Any, folder: Path) -> None:
        self.port = free_port()
        database = connection.settings_dict
        where = f"postgresql:///{database['NAME']}?host={quote(database['HOST'])}&user={database['USER']}"
        self.address = f"http://127.0.0.1:{self.port}"
        named = {
            "DJANGO_SETTINGS_MODULE": "tests.delivery.machine",
            "DATABASE_URL": where,
            "REDIS_URL": settings.REDIS_URL,
            "CACHE_URL": settings.CACHE_URL,
            "CACHE_PREFIX": KEY_PREFIX,
            "SECRET_KEY": settings.SECRET_KEY,
            "PLATFORM_URL": "http://127.0.0.1",
            "PLATFORM_HOSTS": "127.0.0.1",
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "PARVIS_VAR": str(folder),
            "PORT": str(self.port),
            "WEB_PROCESSES": "1",
            "SECURE": "0",
            "SSL_REDIRECT": "0",
            "BEHIND_PROXY": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
            cwd=PROJECT,
            env=os.environ | named,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """`SIGKILL`: as if somebody pulled the plug."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.communicate(timeout=30)


@pytest.fixture
def machines(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[list[Machine]]:
    both = [Machine(settings, tmp_path / name) for name in ("one", "other")]
    try:
        for machine in both:
            waited_for(machine.port, machine.process)
        yield both
    finally:
        for machine in both:
            machine.end()


def test_they_are_one_place_and_one_of_them_is_enough(
    machines: list[Machine], settings: Any, tmp_path: Path
) -> None:
    cast: Cast = make_cast()
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.owner, title="Splicing at sea")
        newcomer = make_membership(role="member", trust_level=0)
    page = cast.url(thread.get_absolute_url())
    one, other = (Visitor(machine.address, cast, newcomer) for machine in machines)
    # Who is signed in on one is so on the other, and reads there at once what was written here.
    assert one.send(f"{page}reply/", body="Use a longer bury.").status == 302
    assert "longer bury" in other.at(page).text
    # How much somebody may write counts on both together.
    most = min(window.most for window in TABLE[Limited.REPLY][Trust.NEW])
    told = [(one, other)[n % 2].send(f"{page}reply/", body=f"Number {n}").status for n in range(most)]
    assert told == [302] * (most - 1) + [429]
    with cast.scope():
        assert Post.objects.filter(thread=thread, author=newcomer).count() == most
    upstream = f"127.0.0.1:{machines[0].port}; server 127.0.0.1:{machines[1].port}"
    (tmp_path / "front").mkdir()
    with ExitStack() as stack:
        front = stack.enter_context(nginx(upstream, Path(settings.MEDIA_ROOT), tmp_path / "front"))
        member = Visitor(front, cast, cast.member)
        assert [member.at(page).status for _time in range(4)] == [200] * 4
        machines[0].end(signal.SIGKILL)
        assert [member.at(page).status for _time in range(6)] == [200] * 6
        assert member.send(f"{page}reply/", body="Still here.").status == 302
