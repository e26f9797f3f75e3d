"""Whoever may merge and split threads takes either back from the threads themselves, without the team’s journal."""

from __future__ import annotations

import re

import pytest

from communities.content.models import Post, PostMove, ReadMarker, Thread
from communities.content.services import mark_read
from communities.forums.services import accept_answer
from communities.journal.models import Change
from tests.conftest import Cast
from tests.factories import make_space, make_thread


def places(cast: Cast) -> dict[str, list[int]]:
    """Which posts stand in which thread, in order."""
    with cast.scope():
        found: dict[str, list[int]] = {}
        for title, pk in Post.objects.order_by("position").values_list("thread__title", "pk"):
            found.setdefault(title, []).append(pk)
        return found


def pressed(cast: Cast, page: str) -> list[str]:
    """Where the presses of a page lead that take a regrouping back."""
    return sorted(set(re.findall(rf'action="{cast.prefix}(/t/[^"]+/regrouped/\d+/undo/)"', page)))


@pytest.fixture
def threads(here: Cast) -> tuple[Thread, Thread]:
    with here.scope():
        return (
            make_thread(here.forum, by=here.ambassador, title="Wet sails", replies=2),
            make_thread(here.forum, by=here.member, title="Sails that are wet", replies=2),
        )


def test_a_moderator_takes_a_merging_back(here: Cast, threads: tuple[Thread, Thread]) -> None:
    before, (source, target) = places(here), threads
    client = here.sign_in(here.moderator)
    into = {"into": target.title, "sure": "1"}
    page = client.post(here.url(f"/t/{source.slug}/merge/"), into, follow=True).content.decode()
    assert places(here) != before
    (undo,) = pressed(here, page)
    # In the message of the moment, and on the page of the thread from then on.
    assert pressed(here, client.get(here.url(f"/forums/t/{target.slug}/")).content.decode()) == [undo]
    for other in (here.member, here.ambassador):
        shown = here.sign_in(other).get(here.url(f"/forums/t/{target.slug}/")).content.decode()
        assert pressed(here, shown) == []
        assert here.sign_in(other).post(here.url(undo)).status_code == 403
    assert client.post(here.url(undo)).headers["Location"] == here.url(f"/forums/t/{source.slug}/")
    assert places(here) == before
    with here.scope():
        assert Change.objects.filter(act="merge_threads", undoes__isnull=False, by=here.moderator).exists()
    # Pressed again on a page of before: nothing more happens, and that is said.
    again = client.post(here.url(undo), follow=True).content.decode()
    assert "it is taken back already" in again
    assert places(here) == before


@pytest.mark.parametrize("place", ["Wet sails", "Oars"])
def test_a_split_is_taken_back_from_either_thread(
    here: Cast, threads: tuple[Thread, Thread], place: str
) -> None:
    before, (source, _other) = places(here), threads
    with here.scope():
        last = Post.objects.get(thread=source, position=3)
    client = here.sign_in(here.moderator)
    sent = {"title": "Oars", "posts": [str(last.pk)]}
    client.post(here.url(f"/t/{source.slug}/split/"), sent, follow=True)
    with here.scope():
        slug = Thread.objects.get(title=place).slug
    (undo,) = pressed(here, client.get(here.url(f"/forums/t/{slug}/")).content.decode())
    assert client.post(here.url(undo)).headers["Location"] == here.url(f"/forums/t/{source.slug}/")
    assert places(here) == before
    assert pressed(here, client.get(here.url(f"/forums/t/{source.slug}/")).content.decode()) == []


def test_what_cannot_be_taken_back_is_said(here: Cast, threads: tuple[Thread, Thread]) -> None:
    source, target = threads
    client = here.sign_in(here.moderator)
    into = {"into": target.title, "sure": "1"}
    client.post(here.url(f"/t/{source.slug}/merge/"), into, follow=True)
    with here.scope():
        move = PostMove.objects.get()
        elsewhere = make_space(slug="crew", name="Crew", audience="team")
        Thread.objects.filter(pk=target.pk).update(space=elsewhere)
    address = f"/forums/t/{target.slug}/"
    assert pressed(here, client.get(here.url(address)).content.decode()) == []
    undo = here.url(f"/t/{target.slug}/regrouped/{move.pk}/undo/")
    assert (
        "One of the two threads is now in another space." in client.post(undo, follow=True).content.decode()
    )


def test_who_is_asked_whether_they_are_sure_is_not_refused_afterwards(here: Cast) -> None:
    with here.scope():
        source = make_thread(here.forum, by=here.member, title="Which knot", kind="question", replies=1)
        target = make_thread(here.forum, by=here.ambassador, title="Knots", kind="question")
        accept_answer(source, post=Post.objects.get(thread=source, position=2), by=here.member)
    answer = here.sign_in(here.moderator).post(here.url(f"/t/{source.slug}/merge/"), {"into": target.title})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This question has an accepted answer" in page
    assert "Merge the threads" not in page


@pytest.mark.parametrize("first", ["Wet sails", "Oars"])
def test_mergings_into_one_thread_are_taken_back_in_any_order(
    here: Cast, threads: tuple[Thread, Thread], first: str
) -> None:
    """Every post stands where it stood, and whoever had read so far has, as if nothing had been merged."""
    source, target = threads
    with here.scope():
        oars = make_thread(here.forum, by=here.owner, title="Oars", replies=2)
        mark_read(target, by=here.marketing, position=2)
    before = places(here)
    at = here.url(f"/forums/t/{target.slug}/")
    client = here.sign_in(here.moderator)
    for thread in (source, oars):
        into = {"into": target.title, "sure": "1"}
        assert client.post(here.url(f"/t/{thread.slug}/merge/"), into).status_code == 302
    for title in (first, "Oars" if first == "Wet sails" else "Wet sails"):
        with here.scope():
            move = PostMove.objects.get(source__title=title)
        undo = f"/t/{target.slug}/regrouped/{move.pk}/undo/"
        assert undo in pressed(here, client.get(at).content.decode())
        said = client.post(here.url(undo), follow=True).content.decode()
        assert "This change cannot be undone." not in said
    assert places(here) == before
    assert pressed(here, client.get(at).content.decode()) == []
    with here.scope():
        stand = Post.objects.filter(thread=target).order_by("position").values_list("position", flat=True)
        assert list(stand) == [1, 2, 3]
        assert ReadMarker.objects.get(thread=target, membership=here.marketing).position == 2


def test_of_two_splits_the_later_one_is_taken_back_first(here: Cast, threads: tuple[Thread, Thread]) -> None:
    """Until then the earlier one says so, and has nothing to press that would refuse."""
    waits = "Posts were taken out into another thread since. That has to be taken back first."
    before, (source, target) = places(here), threads
    client = here.sign_in(here.moderator)
    client.post(here.url(f"/t/{source.slug}/merge/"), {"into": target.title, "sure": "1"}, follow=True)
    at = here.url(f"/forums/t/{target.slug}/")
    with here.scope():
        own = list(Post.objects.filter(thread=target).order_by("position").values_list("pk", flat=True))
    for title, post in (("Oars", own[2]), ("Masts", own[4])):
        client.post(here.url(f"/t/{target.slug}/split/"), {"title": title, "posts": [str(post)]}, follow=True)
    with here.scope():
        moves = list(PostMove.objects.order_by("pk"))
    addresses = [f"/t/{target.slug}/regrouped/{move.pk}/undo/" for move in moves]
    for later in range(2, -1, -1):
        page = " ".join(client.get(at).content.decode().split())
        assert pressed(here, page) == [addresses[later]]
        assert page.count(waits) == later
        for earlier in addresses[:later]:
            # From the journal, or from a message of before.
            assert waits in client.post(here.url(earlier), follow=True).content.decode()
        client.post(here.url(addresses[later]), follow=True)
    assert places(here) == before


def test_what_was_taken_out_and_merged_elsewhere_is_no_press(
    here: Cast, threads: tuple[Thread, Thread]
) -> None:
    source, target = threads
    client = here.sign_in(here.moderator)
    with here.scope():
        last = Post.objects.get(thread=source, position=3)
    client.post(here.url(f"/t/{source.slug}/split/"), {"title": "Oars", "posts": [str(last.pk)]}, follow=True)
    at = here.url(f"/forums/t/{source.slug}/")
    undo = pressed(here, client.get(at).content.decode())
    assert len(undo) == 1
    client.post(here.url("/t/oars/merge/"), {"into": target.title, "sure": "1"}, follow=True)
    assert pressed(here, client.get(at).content.decode()) == []
    (back,) = pressed(here, client.get(here.url(f"/forums/t/{target.slug}/")).content.decode())
    client.post(here.url(back), follow=True)
    assert pressed(here, client.get(at).content.decode()) == undo
