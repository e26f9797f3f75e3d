"""Threads of a forum as the team and whoever asked see them."""

from __future__ import annotations

from django.utils import timezone

from communities.content.services import set_wiki
from communities.forums.services import accept_answer
from tests.factories import make_reply, make_thread
from tests.sweeps.world import World


def questions_as_they_go(world: World) -> None:
    """Members are asked, somebody of the team is to answer, it was asked before; a text that members edit."""
    here = world.here
    with here.scope():
        known = make_thread(world.space, by=here.manager, kind="question", tags=["Wax"])
        accept_answer(known, post=make_reply(known, by=here.ambassador), by=here.manager)
        set_wiki(known.opening(), is_wiki=True, by=here.manager)
        asked = make_thread(world.space, by=here.member, title="Which wax?", kind="question", tags=["Wax"])
    path, member, team = (
        here.url(f"/forums/t/{asked.slug}/"),
        world.client("member"),
        world.client("moderator"),
    )
    assert b"Ask members who know this subject" in member.get(path).content
    assert member.post(f"{path}ask-members/").status_code == 302
    assert b"was asked." in member.get(path).content
    given = {"to": str(here.moderator.pk), "due_on": timezone.localdate().isoformat()}
    assert team.post(f"{path}assign/", given).status_code == 302
    assert b"Give it back" in team.get(path).content
    assert member.post(f"{path}asked-before/", {"original": known.slug}).status_code == 302
    assert b"This question was asked before." in world.client("visitor").get(path).content
    original = world.client("visitor").get(here.url(f"/forums/t/{known.slug}/")).content
    assert b"Asked again:" in original
    assert b"Members may edit this text." in original
    assert team.post(here.url(f"/forums/t/{known.slug}/feature/")).status_code == 302
    assert b"Stop featuring it" in team.get(here.url(f"/forums/t/{known.slug}/feature/")).content
    for path in ("/", f"/forums/f/{world.space.slug}/"):
        assert b"Featured" in world.client("visitor").get(here.url(path)).content
