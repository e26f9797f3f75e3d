"""An announcement above the pages: written, seen, closed, ended, and taken back."""

from __future__ import annotations

from communities.animation.announcements.services import end_announcement
from tests.sweeps.announcings import announce, seen
from tests.sweeps.world import World

FORM = {
    "text_en": "Tea on the quay",
    "link_en": "Come along",
    "target": "/forums/",
    "tone": "warning",
    "whom": "everybody",
    "starts_at": "2026-01-01T09:00",
    "ends_at": "2099-01-01T09:00",
    "can_be_closed": "on",
}


def go_through(world: World) -> None:
    """Leaves none that is shown."""
    here, manager = world.here, world.client("manager")
    path = here.url("/manage/announcements/")
    assert manager.post(f"{path}new/", FORM | {"count": "1"}).status_code == 200
    with here.scope():
        first = announce(here, "Tea on the quay", tone="warning")
        second = announce(here, "Coffee on the quay")
    visitor = world.client("visitor")
    assert seen(visitor, here) == seen(world.client("member"), here) == "Tea on the quay"
    assert manager.get(path).status_code == 200
    edit = f"{path}{first.pk}/edit/"
    assert manager.post(edit, FORM | {"version": "77"}).status_code == 409
    assert manager.get(f"{path}new/?copy={second.pk}").status_code == 200
    for row in (first, second):
        visitor.post(here.url(f"/announcements/{row.pk}/close/"), {"next": here.url("/forums/")})
    assert seen(visitor, here) == ""
    with here.scope():
        end_announcement(second, by=here.manager)
    page = manager.post(f"{path}{first.pk}/end/", follow=True)
    assert page.context["taken"].act == "announcement_ended"
    deleted = manager.post(f"{path}{second.pk}/delete/", follow=True)
    assert deleted.context["taken"].act == "announcement_deleted"
    assert seen(world.client("member"), here) == ""
