"""The flows of the editorial calendar: a card that was moved, one that somebody else moved, weeks and lists."""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.models import Thread
from tests.factories import make_thread
from tests.sweeps.world import World


def go_through(world: World) -> None:
    client, here, planned = world.client("manager"), world.here, world.planned
    calendar = here.url("/manage/calendar/")
    for query in (
        f"?moved={planned.pk}&was=",
        "?view=week",
        f"?view=list&day={planned.day}",
        "?day=2031-01-05",
    ):
        assert client.get(f"{calendar}{query}").status_code == 200
    stale = {"title": "Mine", "kind": "topic", "version": 99, "step": "idea"}
    assert client.post(f"{calendar}{planned.pk}/edit/", stale).status_code == 409
    assert client.post(f"{calendar}{planned.pk}/move/", {"version": 99}).status_code == 409
    assert client.post(f"{calendar}{world.idea.pk}/schedule/").status_code == 422
    weekly = {"title": "Ours", "kind": "topic", "weekday": 1, "hour": "09:00", "ahead": 2, "version": 99}
    assert client.post(f"{calendar}rituals/{world.ritual.pk}/edit/", weekly).status_code == 409
    _quiet_place(world)


def _quiet_place(world: World) -> None:
    """Where nothing is planned, and one text has been out for more than a week."""
    there = world.elsewhere
    with there.scope():
        thread = make_thread(there.forum, by=there.owner, title="Long out")
        out = timezone.now() - datetime.timedelta(days=9)
        Thread.objects.filter(pk=thread.pk).update(published_at=out)
    page = world.client("foreigner").get(there.url("/manage/calendar/?day=2031-01-05"))
    assert "Pick a day." in page.text
