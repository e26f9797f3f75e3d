"""Challenges as they go: marked, voted on, cancelled, decided, without dates."""

from __future__ import annotations

from communities.challenges.models import Challenge, Entry, Rules
from communities.content.models import Thread
from tests.factories import make_thread
from tests.sweeps.world import World


def go_through(world: World) -> None:
    visitor, member, manager = (world.client(role) for role in ("visitor", "member", "manager"))
    at = {
        name: world.here.url(f"/challenges/c/{getattr(world, name).slug}/")
        for name in ("challenge", "challenge_vote", "challenge_jury", "challenge_draw", "challenge_off")
    }
    assert b"Sign in to take part" in visitor.get(at["challenge"]).content
    assert b"Withdraw it" in member.get(at["challenge"]).content
    assert b"Or enter a text of yours" in member.get(f"{at['challenge']}enter/").content
    assert b"My vote" in world.client("moderator").get(at["challenge_vote"]).content
    assert b"Drawn by lot" in visitor.get(at["challenge_draw"]).content
    assert b"Drawn by lot" in visitor.get(world.here.url("/challenges/winners/")).content
    assert b"Yes, I judge" in member.get(at["challenge_jury"]).content
    assert b"Save marks" in world.client("ambassador").get(f"{at['challenge_jury']}marks/").content
    assert b"said yes" in manager.get(f"{at['challenge_jury']}jury/").content
    assert b"Votes by entry" in manager.get(f"{at['challenge_vote']}figures/").content
    _a_text_that_takes_part(world)
    undated = world.here.url(f"/challenges/c/{world.challenge_undated.slug}/")
    assert b"The closing date has not been set yet" in manager.get(undated).content
    assert manager.post(f"{at['challenge_off']}cancel/", {"reason": "Ice everywhere"}).status_code == 302
    assert b"Ice everywhere" in visitor.get(at["challenge_off"]).content
    assert b"has been told" in manager.get(f"{at['challenge_off']}cancel/").content
    with world.here.scope():
        cancelled = Challenge.objects.filter(pk=world.challenge_off.pk)
        cancelled.update(cancelled_at=None, cancel_reason="")


def _a_text_that_takes_part(world: World) -> None:
    here = world.here
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        challenge = Challenge.objects.get(thread=world.challenge)
        entry = Entry.objects.create(
            challenge=challenge,
            thread=thread,
            membership=here.member,
            rules=Rules.objects.of(challenge)[0],
            slot=19,
            number=99,
        )
    assert b"Takes part in:" in world.client("member").get(here.url(f"/forums/t/{thread.slug}/")).content
    with here.scope():
        entry.delete()
        Thread.objects.filter(pk=thread.pk).update(state="removed")
