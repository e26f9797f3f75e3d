"""What the pages of ideas show while something is done with them: similar ones, an answer, one that is overdue."""

from __future__ import annotations

import datetime

from communities.calendar import today
from communities.content.models import Thread
from communities.ideas.answering import assign_idea
from communities.ideas.models import Box
from communities.memory import forget_all
from tests.factories import make_space
from tests.sweeps.world import World


def an_idea_as_it_goes(world: World) -> None:
    client, at = world.client("member"), world.here.url(f"/ideas/i/{world.proposal.slug}/")
    box = world.here.url(f"/ideas/b/{world.box.slug}/")
    said = {"title": "A marlinspike that swims", "body": "Corks float.", "body_format": "markdown"}
    assert b"Mine is different" in client.post(f"{box}new/", said).content
    assert b"Write something first" in client.post(f"{at}reply/", {"body": ""}).content
    manager = world.client("manager")
    figures = manager.post(f"{at}merge/", {"into": "twine-in-three-colours"}).content
    assert b"Merge the ideas" in figures
    answer = {"status": "planned", "body": "In spring.", "body_format": "markdown"}
    assert manager.post(f"{at}status/", answer).status_code == 302
    assert b"Answer of the team: Planned" in client.get(at).content
    with world.here.scope():
        thread = Thread.objects.select_related("space", "community", "idea").get(pk=world.proposal.pk)
        late = today(world.here.community) - datetime.timedelta(days=2)
        assign_idea(thread, owner=world.here.marketing, due_on=late, by=world.here.manager)
    assert b"Overdue answers" in world.client("marketing").get(box).content
    assert b"Promised by" in manager.get(at).content
    assert b"No idea here yet." in world.client("visitor").get(f"{box}?status=declined").content


def an_idea_that_nobody_sees(world: World) -> None:
    """A box without ideas, one that is a draft, and the idea of somebody that is one."""
    with world.here.scope():
        empty = make_space(kind="ideas", slug="empty-box", name="Empty box")
        Box.objects.create(space=empty, is_draft=True)
        Thread.objects.filter(pk=world.proposal.pk).update(state="draft")
        forget_all()
    page = world.client("manager").get(world.here.url("/ideas/b/empty-box/")).content
    assert b"Confirm the dates" in page
    at = world.here.url(f"/ideas/i/{world.proposal.slug}/")
    assert b"only you can see it" in world.client("member").get(at).content
    with world.here.scope():
        Thread.objects.filter(pk=world.proposal.pk).update(state="published")
        empty.delete()
        forget_all()
