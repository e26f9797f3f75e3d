"""Two web machines that share PostgreSQL, Redis and media, behind one nginx."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from communities.content.models import Post
from communities.limits import TABLE, Limited, Trust
from config.caches import REST
from tests.conftest import Cast, make_cast
from tests.delivery.machines import Machine
from tests.delivery.proxies import nginx, waited_for
from tests.delivery.visitor import Visitor
from tests.factories import make_membership, make_thread

pytestmark = pytest.mark.proxies


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
    _check_limits(machines, cast, page)
    upstream = f"127.0.0.1:{machines[0].port}; server 127.0.0.1:{machines[1].port}"
    (tmp_path / "front").mkdir()
    with ExitStack() as stack:
        front = stack.enter_context(nginx(upstream, Path(settings.MEDIA_ROOT), tmp_path / "front"))
        member = Visitor(front, cast, cast.member)
        assert [member.at(page).status for _time in range(4)] == [200] * 4
        machines[0].end(signal.SIGKILL)
        assert [member.at(page).status for _time in range(6)] == [200] * 6
        assert member.send(f"{page}reply/", body="Still here.").status == 302


def _check_limits(machines: list[Machine], cast: Cast, page: str) -> None:
    """How much somebody may write counts on both together, as long as Redis answers both: one that waited in vain
    counts by itself for a while, and somebody else is asked when that is over."""
    most = min(window.most for window in TABLE[Limited.REPLY][Trust.NEW])
    for _time in range(2):
        with cast.scope():
            newcomer = make_membership(role="member", trust_level=0)
        both = [Visitor(machine.address, cast, newcomer) for machine in machines]
        answers = [both[n % 2].send(f"{page}reply/", body=f"Number {n}") for n in range(most + 1)]
        told = [(answer.status, answer.headers.get("Location", "")) for answer in answers]
        if not any(machine.did_without_redis for machine in machines):
            break
        time.sleep(REST + 1)
    assert [status for status, _where in told] == [302] * most + [429], told
    with cast.scope():
        assert Post.objects.filter(author=newcomer).count() == most
