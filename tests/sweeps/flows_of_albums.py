"""Photographs as they go: sent, described, named, withdrawn; spaces without one."""

from __future__ import annotations

from communities.content.services import withdraw_post
from communities.memory import forget_all
from tests.communities.albums.making import add, make_wall
from tests.sweeps.world import World, a_picture


def go_through(world: World) -> None:
    at, member = world.here.url(f"/photos/a/{world.album.slug}/"), world.client("member")
    sent = member.post(f"{at}add/", {"pictures": [a_picture(700), a_picture()]})
    assert b"Photograph 2 of 2" in member.get(sent.headers["Location"]).content
    assert b"No photograph yet." in member.get(world.here.url(f"/photos/a/{world.empty_album.slug}/")).content
    for photo in (world.photo, world.second_photo):
        assert member.get(world.here.url(f"/photos/p/{photo.post.public_id}/")).status_code == 200
    with world.here.scope():
        make_wall(slug="second-wall", name="Second wall")
        gone = add(world.album, by=world.here.member, caption="Out of focus")
        withdraw_post(gone.post, to="hidden", by=world.here.moderator)
    forget_all()
    assert b"What else is in this album" in world.client("moderator").get(at).content
    assert b"Second wall" in member.get(world.here.url("/photos/new/")).content
    assert b"No album yet." in member.get(world.here.url("/photos/in/second-wall/")).content
    with_you = world.here.url("/photos/with-you/")
    assert b"You are not in any photograph here." in world.client("moderator").get(with_you).content
    assert b"Yes, name me" in world.client("ambassador").get(world.here.url("/photos/with-you/")).content
