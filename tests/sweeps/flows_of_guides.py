"""Pages of a brand that show only after something, and what spaces say of their threads."""

from __future__ import annotations

import datetime

from django.test import Client
from django.utils import timezone

from communities.content.models import Post, Space, Thread
from communities.forums.services import accept_answer
from communities.memory import forget_all
from tests.factories import make_reply, make_space, make_thread
from tests.sweeps.guidings import make_page
from tests.sweeps.world import World


def guides_as_they_go(world: World) -> None:
    """Two at once, several spaces, questions that open, a draft, one that was withdrawn."""
    client, path = world.client("manager"), world.here.url(f"/guides/{world.guide.slug}/")
    sent = {"title": "A rope", "body": "<p>Mine.</p>", "body_format": "html", "then": "save", "version": "0"}
    assert client.post(f"{path}edit/", sent).status_code == 409
    for page in (world.guide_below, world.guide_draft):
        assert client.get(world.here.url(f"/guides/{page.slug}/")).status_code == 200
    with world.here.scope():
        other = make_space(kind="guides", slug="other-guides", name="Others", posting="team")
        gone = make_page(other, by=world.here.manager, title="Gone with the tide")
        Post.objects.filter(thread=gone).update(state="hidden")
        Thread.objects.filter(pk=gone.pk).update(state="hidden")
    forget_all()
    assert b"Others" in client.get(world.here.url("/guides/")).content
    assert client.get(world.here.url(f"/guides/{gone.slug}/")).status_code == 200
    with world.here.scope():
        Thread.objects.filter(pk=gone.pk).delete()
        Space.objects.filter(pk=other.pk).delete()
    forget_all()


def what_spaces_say(world: World) -> None:
    """That an accepted answer is old, and that everybody replies once in a while."""
    with world.here.scope():
        space = make_space(slug="slow-lane", name="Slow lane", settings={"slow_minutes": 5})
        thread = make_thread(space, by=world.here.member, kind="question")
        answer = make_reply(thread, by=world.here.owner)
        accept_answer(thread, post=answer, by=world.here.member)
        Post.objects.filter(pk=answer.pk).update(published_at=timezone.now() - datetime.timedelta(days=400))
    forget_all()
    page = world.client("member").get(world.here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "more than a year old" in page
    assert "replies once in 5 minutes" in page
    top = Client().get(world.here.url("/forums/f/slow-lane/?order=top")).content.decode()
    assert "No thread has a reaction yet." in top
    with world.here.scope():
        Thread.objects.filter(pk=thread.pk).delete()
        Space.objects.filter(pk=space.pk).delete()
    forget_all()
