"""The flows of automations: one that is rehearsed, one that somebody else changed, a place without any."""

from __future__ import annotations

from tests.sweeps.world import World

NOTE = {"daily": 5, "person_days": 30, "pause": 0, "words": "Hello."}


def go_through(world: World) -> None:
    client, there = world.client("manager"), world.elsewhere
    pages = world.here.url("/manage/automations/")
    rehearsed = client.post(f"{pages}new/?when=joined&then=note", {**NOTE, "do": "rehearse"})
    assert "would run" in rehearsed.text
    stale = {"when_days": 60, **NOTE, "version": 99, "do": "save"}
    assert client.post(f"{pages}{world.automation.pk}/edit/", stale).status_code == 409
    page = world.client("foreigner").get(there.url("/manage/automations/"))
    assert "Nothing happens automatically yet." in page.text
