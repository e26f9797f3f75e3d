"""What makes jobs have something to do: in one community of so many, in the moment before each is run."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db import connections, transaction
from django.utils import timezone

from analytics.capture.recording import buffer as hits
from analytics.capture.rollups import roll_up_all
from analytics.capture.storing import drain_stream
from analytics.engagement.recording import Seen
from analytics.engagement.recording import buffer as activity
from bench.door import Door
from communities.content.models import Redirect
from communities.content.redirect_hits import count_hit
from communities.lookups import Answer, State
from communities.models import Community, Membership
from communities.outbound import Fetched
from communities.promotions import counting
from communities.promotions.models import Banner
from communities.scoping import community_scope
from tests.crowd import FIRST, ROOM, copy_community
from tests.due import DUE, OF_THESE, SLUG

VIEWS = 5
DAY = 24 * 60 * 60.0
A_WHILE = datetime.timedelta(minutes=5)
FEED = b"""<rss version="2.0"><channel><title>Sails</title><link>https://news.example.org/</link>
<item><title>A sail of ours</title><link>https://news.example.org/1</link><guid>1</guid></item></channel></rss>"""
# Numbers of copies that are to go: behind all that anything else counts with.
BEHIND = 1_000_000


def make_due(job: str, each: int = 100) -> None:
    """`each`: in one community of so many. What others have seen or followed comes before the statement that knows of
    it, or after the one that makes what is followed."""
    if job == "check-rollups":
        _roll_up(each, DAY)
    if job == "look-at-plans":
        spread_looks()
    if job in DUE:
        with connections["owner"].cursor() as cursor:
            cursor.execute(DUE[job], {"each": each})
    if job in BESIDE:
        BESIDE[job](each)


def spread_looks(_job: str = "") -> None:
    """As if all plans had been looked at before: those of the last half minute are due."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update launch_stage set look_at = now() - interval '30 s' + random() * interval '6 h'"
            " where state = 'closed'"
        )


def _some(each: int) -> Iterator[Community]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"select id from {OF_THESE} due order by id", {"each": each})
        numbers = [row[0] for row in cursor.fetchall()]
    yield from Community.objects.filter(pk__in=numbers)


def _visit(each: int, ago: float = 600.0) -> None:
    for community in _some(each):
        Door(community).record(VIEWS, time.time() - ago, 60)
    hits.hand_over()


def _come(each: int) -> None:
    """Members are seen."""
    for community in _some(each):
        with community_scope(community):
            for pk in Membership.objects.values_list("pk", flat=True):
                activity.put(Seen(community, time.time(), pk, VIEWS))
    activity.hand_over()


def _store(each: int) -> None:
    _visit(each)
    drain_stream()


def _roll_up(each: int, ago: float) -> None:
    _visit(each, ago)
    drain_stream()
    roll_up_all()


def _follow(each: int) -> None:
    for community in _some(each):
        with community_scope(community):
            count_hit(Redirect.objects.order_by("-pk")[0])


def _show(each: int) -> None:
    """Banners, some minutes ago: a minute is counted once it is over."""
    then = SimpleNamespace(now=lambda: timezone.now() - A_WHILE)
    with mock.patch.object(counting, "timezone", then):
        for community in _some(each):
            with community_scope(community):
                shown = [Banner.objects.order_by("-pk")[0].pk]
            counting.count(community.pk, {"served": shown, "viewable": shown}, address=f"of {community.pk}")


def _let_go(each: int) -> None:
    """As many communities more, whose time to change one’s mind is over."""
    number = len(list(_some(each)))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        # Accounts stay when a community goes.
        cursor.execute(
            "select greatest(%s, (max(id) - %s) / %s + 1) from members_member", [BEHIND, FIRST, ROOM]
        )
        first: int = cursor.fetchone()[0]
        made = copy_community(Community.objects.get(slug=SLUG), number, first=first, using="owner")
        cursor.execute(
            "update communities_community set slug = 'to-go-' || id, state = 'read_only', deletes_at = now()"
            " where id = any(%s)",
            [list(made)],
        )


BESIDE: dict[str, Callable[[int], None]] = {
    "drain-hits": _visit,
    "drain-activity": _come,
    "roll-up": _store,
    "store-redirect-hits": _follow,
    "store-banner-counts": _show,
    "erase-communities": _let_go,
}


@contextmanager
def everything_due() -> Iterator[None]:
    """It is the first of a month, on which reports are due. Whoever would be asked outside of this machine answers at
    once: names do not exist, feeds tell of one thing, push services take what they get."""
    first = timezone.now().replace(day=1, hour=12)
    answers: dict[str, Any] = {
        "analytics.reports.tasks.timezone": SimpleNamespace(now=lambda: first),
        "communities.animation.listening.reading.fetch": lambda address, **_told: Fetched(
            200, {}, FEED, address
        ),
        "communities.notifications.devices.sending.send": lambda address, _body, **_told: Fetched(
            201, {}, b"", address
        ),
    } | dict.fromkeys(
        [
            "communities.console.reach.examining.look_up",
            "communities.console.reach.examining.addresses_of",
            "communities.console.reach.records.look_up",
        ],
        lambda *_asked: Answer(State.NO_NAME),
    )
    with ExitStack() as stack:
        for name, answer in answers.items():
            stack.enter_context(mock.patch(name, answer))
        yield
