"""A word hidden in one thing of each kind: while that is seen, the word is found; hidden, removed or held, nowhere.

Beside the title stands what only that kind says: the place of an event, the prizes of a challenge, the points of a
review. Threads of forums, drafts and people are in `canaries.py`, a beta test too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from communities.content.kinds import KINDS
from communities.content.models import Post, State, Thread
from communities.content.viewers import public_viewer
from communities.memory import forget_all
from tests.communities.albums.making import add, make_album
from tests.communities.calls.making import make_call
from tests.communities.challenges.making import make_challenge
from tests.communities.events.making import make_event
from tests.communities.ideas.making import make_idea
from tests.communities.polls.making import under
from tests.communities.reviews.making import make_review
from tests.factories import make_thread
from tests.sweeps.addresses import COMMUNITY
from tests.sweeps.audiences import OPENS
from tests.sweeps.guidings import make_page
from tests.sweeps.walking import visit
from tests.sweeps.world import World

WORD, BESIDE = "quokkazyx", "wallabyzyx"
ROLES = ("visitor", "foreigner", "member")
# What readers find things by, whatever their kind.
FOUND_BY = (
    "", "forums/", "blogs/", f"search/?q={WORD}", f"search/?q={WORD}&tab=posts", f"search/?q={BESIDE}",
    f"search/suggest/?q={WORD}", f"search/find/?q={WORD}", "feed.xml", "feed.rss", "members/{writer}/",
    "members/{writer}/feed.xml", "notifications/",
)  # fmt: skip


def _album(world: World) -> Thread:
    album = make_album(world.here, world.wall, by=world.here.manager, title=WORD)
    add(album, by=world.here.manager, caption=BESIDE)
    return album


def _article(world: World) -> Thread:
    return make_thread(world.blog, by=world.here.manager, title=WORD, body=f"<p>{BESIDE}</p>")


def _asked(world: World) -> Thread:
    thread = make_thread(world.here.forum, by=world.here.manager, title=WORD)
    return under(thread, by=world.here.manager, options=(BESIDE, "None of it"), most=1).thread


# By the package that it belongs to: one of the manager, read by everybody.
MAKERS: dict[str, Callable[[World], Thread]] = {
    "albums": _album,
    "blogs": _article,
    "calls": lambda world: make_call(world.here, title=WORD, conditions=(BESIDE,)).thread,
    "challenges": lambda world: make_challenge(world.here, world.contests, title=WORD, prizes=BESIDE).thread,
    "events": lambda world: (
        make_event(world.here, world.calendar_space, by=world.here.manager, title=WORD, place=BESIDE).thread
    ),
    "guides": lambda world: make_page(
        world.guides, by=world.here.manager, title=WORD, body=f"<p>{BESIDE}</p>"
    ),
    "ideas": lambda world: make_idea(world.box, world.here.manager, WORD, body=f"<p>{BESIDE}</p>"),
    "polls": _asked,
    "reviews": lambda world: make_review(
        world.here, world.unreviewed, by=world.here.manager, title=WORD, pros=BESIDE
    ),
}
# Forums: `canaries.py`; tests: there too, in a space of their own.
ELSEWHERE = {"forums", "trials", "notes"}


@pytest.fixture(params=sorted(MAKERS))
def thing(request: pytest.FixtureRequest, world: World) -> tuple[str, Thread]:
    with world.here.scope():
        made = MAKERS[request.param](world)
        thread = Thread.objects.select_related("space").get(pk=made.pk)
    forget_all()
    return request.param, thread


def found(world: World, path: str, thread: Thread) -> dict[str, set[str]]:
    """Where each of them reads the words, of all that they may read of this kind and by which one finds things."""
    writer = world.here.manager.handle
    ways = [f"/{way.format(writer=writer)}" for way in FOUND_BY]
    for kind in KINDS:
        if kind.path == path:
            ways += [
                f"/sitemaps/{kind.threads_name}-1.xml",
                f"/search/?q={WORD}&tab={kind.threads_name}",
                f"/members/{writer}/?kind={kind.threads_name}",
            ]
    ways += [
        address.path(route, world)
        for route, address in COMMUNITY.items()
        if route.startswith(f"{path}/") and address.get["member"] == OPENS
    ]
    seen: dict[str, set[str]] = {}
    for role in ROLES:
        seen[role] = set()
        for way in [*ways, thread.get_absolute_url()]:
            answer = visit(world, role, "GET", world.here.prefix + way, OPENS).response
            if answer.status_code != 200 or answer.streaming:
                continue
            asked = way.partition("q=")[2].partition("&")[0]
            # What was asked for stands in the field that it was asked in.
            page = answer.content.decode(errors="replace").replace(asked or "\0", "")
            if WORD in page or BESIDE in page:
                seen[role].add(way)
    return seen


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_each_kind_has_its_file_of_the_sitemap(world: World, kind: str) -> None:
    """With what everybody reads of it, and nothing else; what a beta test holds is read by nobody else."""
    here, one = world.here, KINDS[kind]
    with here.scope():
        space_ids = public_viewer(here.community).space_ids
        public = Thread.objects.filter(
            space_id__in=space_ids, kind__in=one.thread_names, state=State.PUBLISHED
        )
        addresses = {one.thread_url(thread) for thread in public.select_related("space")}
    answer = Client().get(here.url(f"/sitemaps/{one.threads_name}-1.xml"))
    assert answer.status_code == (200 if addresses else 404)
    listed = set(re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", answer.content.decode()))
    assert {path.removeprefix(here.prefix) for path in listed} == addresses


def test_each_kind_hides_something() -> None:
    assert set(MAKERS) | ELSEWHERE >= {kind.path if kind.path != "photos" else "albums" for kind in KINDS}


@pytest.mark.slow
@pytest.mark.parametrize("state", [State.HIDDEN, State.REMOVED, State.PENDING])
def test_what_is_out_of_sight_is_found_nowhere(world: World, thing: tuple[str, Thread], state: State) -> None:
    package, thread = thing
    path = {"albums": "photos"}.get(package, package)
    if state == State.HIDDEN:
        shown = found(world, path, thread)
        assert all(len(ways) >= 2 for ways in shown.values()), shown
        assert thread.get_absolute_url() in shown["visitor"]
    with world.here.scope():
        Thread.objects.filter(pk=thread.pk).update(state=state)
        Post.objects.filter(thread=thread).update(state=state)
    forget_all()
    assert found(world, path, thread) == {role: set() for role in ROLES}
