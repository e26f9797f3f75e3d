"""Many writers on one thread: `python -m bench.replies [writers] [seconds]`. Positions are checked afterwards."""

from __future__ import annotations

import sys
import threading
import time

from django.db import connections

from bench.ground import make_content
from bench.load import spread
from communities.content import services
from communities.content.models import Post, Thread
from communities.models import Community, Membership
from communities.scoping import community_scope
from config.services import running_servers
from config.services.preparation import prepare

WRITERS, SECONDS = 50, 5.0


def write(community: Community, thread: Thread, by: Membership, stop: float, took: list[float]) -> None:
    """Reply through the service, in one transaction each, until the time is over."""
    try:
        while time.perf_counter() < stop:
            started = time.perf_counter()
            with community_scope(community):
                services.reply_to(thread, by=by, body="<p>So it holds, until the next tide.</p>")
            took.append(time.perf_counter() - started)
    finally:
        connections.close_all()


def main(writers: int, seconds: float) -> None:
    with running_servers():
        prepare()
        make_content()
        community = Community.objects.get(slug="bench")
        with community_scope(community):
            people = list(Membership.objects.order_by("pk"))
            space = Thread.objects.select_related("space").get(slug="hot-thread").space
            thread = services.start_thread(
                space, by=people[0], community=community, kind="topic", title="Viral", body="<p>Go on.</p>"
            )
            thread = Thread.objects.select_related("space").get(pk=thread.pk)
        took: list[float] = []
        stop = time.perf_counter() + seconds
        threads = [
            threading.Thread(target=write, args=(community, thread, people[number % len(people)], stop, took))
            for number in range(writers)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with community_scope(community):
            places = list(
                Post.objects.filter(thread=thread).order_by("position").values_list("position", flat=True)
            )
        assert places == list(range(1, len(took) + 2)), "a gap or a double"
        middle, _least, most = spread(took)
        print(f"{writers} writers, one thread: {len(took) / seconds:,.0f} replies a second,", end=" ")
        print(
            f"median {middle * 1000:.0f} ms, most {most * 1000:.0f} ms; {len(took)} positions without gap or double"
        )


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else WRITERS,
        float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS,
    )
