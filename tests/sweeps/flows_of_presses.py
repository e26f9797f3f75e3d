"""What a press is answered where it was made, and pages as they are before something is asked of them."""

from __future__ import annotations

import datetime

from django.test import Client

from communities.content.models import Space, Thread
from communities.memory import forget_all
from communities.models import Community
from tests.sweeps.world import World

IN_PLACE = {"HX-Request": "true"}
A_HOLIDAY = datetime.date(2027, 12, 25)


def refused_presses(world: World) -> None:
    follow, pin = (world.here.url(f"/forums/t/{world.question.slug}/{act}/") for act in ("follow", "pin"))
    assert Client().post(follow, headers=IN_PLACE).status_code == 401
    gone = world.here.url("/forums/t/nowhere/pin/")
    for path, status in ((pin, 403), (gone, 404)):
        assert world.client("member").post(path, headers=IN_PLACE).status_code == status


def a_locked_thread(world: World) -> None:
    with world.here.scope():
        Thread.objects.filter(pk=world.question.pk).update(locked=True, locked_reason="Enough said")
    page = world.client("member").get(world.here.url(f"/forums/t/{world.question.slug}/")).content.decode()
    assert "Enough said" in page
    with world.here.scope():
        Thread.objects.filter(pk=world.question.pk).update(locked=False, locked_reason="")


def a_draft_too_long(world: World) -> None:
    path = world.here.url(f"/forums/t/{world.question.slug}/reply/")
    sent = {"body": "x" * 120_000, "body_format": "markdown", "form_action": path, "written_on": path}
    assert world.client("member").post(world.here.url("/me/drafts/keep/"), sent).status_code == 422


def an_empty_search(world: World) -> None:
    assert world.client("visitor").get(world.here.url("/search/")).status_code == 200
    # Nowhere to start a thread, where every space is for its team.
    with world.here.scope():
        kept = dict(Space.objects.values_list("pk", "posting"))
        Space.objects.update(posting="team")
    forget_all()
    page = world.client("member").get(world.here.url("/forums/new/")).content.decode()
    assert "No space is open" in page
    with world.here.scope():
        for pk, posting in kept.items():
            Space.objects.filter(pk=pk).update(posting=posting)
    forget_all()


def a_holiday(world: World) -> None:
    kept = world.here.community.settings
    Community.objects.filter(pk=world.here.community.pk).update(settings=kept | {"holidays": ["FR"]})
    forget_all()
    month = f"/manage/calendar/?view=list&day={A_HOLIDAY:%Y-%m-%d}"
    assert "Christmas Day" in world.client("owner").get(world.here.url(month)).content.decode()
    Community.objects.filter(pk=world.here.community.pk).update(settings=kept)
    forget_all()
