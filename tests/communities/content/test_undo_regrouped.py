"""Whoever may merge and split threads takes either back from the threads themselves, without the team’s journal."""

from __future__ import annotations

import re

import pytest

from communities.content.models import Post, PostMove, Thread
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
