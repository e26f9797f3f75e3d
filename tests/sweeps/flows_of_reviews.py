"""Reviews as they go: written, sent again, changed, replaced, narrowed, closed, held."""

from __future__ import annotations

from communities.content.models import State, Thread
from communities.memory import forget_all
from communities.reviews.models import Review, Thing
from tests.factories import make_space
from tests.sweeps.world import World

FACTS = {"rating": "4", "title": "It holds", "experienced_on": "2026-02-01"}


def go_through(world: World) -> None:
    at, shelf = world.here.url("/reviews/of/cover-sleeve/"), world.here.url("/reviews/in/gear/")
    member, visitor, manager = world.client("member"), world.client("visitor"), world.client("manager")
    assert b"Your review" in member.get(at).content
    for query, words in (
        ("?stars=1", b"No review matches."),
        ("?stars=5", b"Those with 5 stars."),
        ("?order=worst", b"Found"),
    ):
        assert words in visitor.get(f"{at}{query}").content
    assert b"Nothing here is called that." in visitor.get(f"{shelf}?q=nothing-of-that-name").content
    assert b"/reviews/of/cover-sleeve/" in visitor.get(world.here.url("/search/?q=sleeve")).content
    assert b"so it can be removed" in manager.get(world.here.url("/reviews/of/a-needle/edit/")).content
    assert manager.post(world.here.url("/reviews/of/cover-sleeve/remove/")).status_code == 302
    _closed(world)
    _states(world)
    with world.here.scope():
        make_space(kind="reviews", slug="second-shelf", name="Second shelf")
    forget_all()
    assert b"By space" in visitor.get(world.here.url("/reviews/")).content
    assert b"Nothing to review yet." in manager.get(world.here.url("/reviews/in/second-shelf/")).content
    assert b"Nothing to review yet." in visitor.get(world.here.url("/reviews/in/second-shelf/")).content


def _closed(world: World) -> None:
    """Takes no more reviews."""
    at = world.here.url("/reviews/of/a-needle/")
    with world.here.scope():
        things = Thing.objects.filter(slug="a-needle")
        things.update(closed=True)
    ambassador = world.client("ambassador")
    assert b"This no longer takes reviews." in ambassador.get(at).content
    assert ambassador.get(f"{at}write/").status_code == 302
    with world.here.scope():
        things.update(closed=False)
    assert b"Write the first review" in ambassador.get(at).content


def _states(world: World) -> None:
    """What its author and the team read of one that readers do not see."""
    at = world.here.url(f"/reviews/r/{world.review.slug}/")
    member, moderator = world.client("member"), world.client("moderator")
    for state, author, team in (
        (State.PENDING, b"", b"Waiting for a moderator."),
        (State.REMOVED, b"Write it again", b"Readers do not see this review"),
    ):
        with world.here.scope():
            Thread.objects.filter(pk=world.review.pk).update(state=state)
        assert author in member.get(at).content
        assert team in moderator.get(at).content
    with world.here.scope():
        Thread.objects.filter(pk=world.review.pk).update(state=State.PUBLISHED)
        Review.objects.filter(pk=world.review.pk).update(replaced=True)
    assert b"has written another review since" in member.get(at).content
    with world.here.scope():
        Review.objects.filter(pk=world.review.pk).update(replaced=False)
