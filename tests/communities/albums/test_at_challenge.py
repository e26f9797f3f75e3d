"""Photographs of a challenge: on its page, added from there once nobody can take that for entering."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from communities.albums.models import Album
from communities.challenges.models import Challenge, Entry
from communities.content.models import Space, Thread
from tests.communities.albums.making import add, make_album, make_wall
from tests.communities.albums.test_pages import RIGHTS, text_of
from tests.communities.challenges.making import make_challenge, make_contests, put_into
from tests.conftest import Cast
from tests.sweeps.world import a_picture


@pytest.fixture
def wall(here: Cast) -> Space:
    with here.scope():
        return make_wall()


@pytest.fixture
def challenge(here: Cast, wall: Space) -> Thread:
    with here.scope():
        return make_challenge(here, make_contests()).thread


def test_an_album_of_a_challenge_is_on_its_page_and_is_no_entry(
    here: Cast, wall: Space, challenge: Thread
) -> None:
    with here.scope():
        album = make_album(here, wall, title="Seen at the challenge", gathering=challenge.pk)
        photo = add(album, by=here.member)
    page = here.url(f"/challenges/c/{challenge.slug}/")
    for client in (Client(), here.sign_in(here.ambassador)):
        assert "Seen at the challenge" in text_of(client, page)
        assert str(photo.picture_id) in text_of(client, page)
    assert challenge.title in text_of(Client(), here.url(f"/photos/a/{album.slug}/"))
    with here.scope():
        assert not Entry.objects.exists()


def test_it_is_added_to_once_entries_have_closed(here: Cast, challenge: Thread) -> None:
    page, send_at = here.url(f"/challenges/c/{challenge.slug}/"), here.url(f"/photos/of/{challenge.pk}/add/")
    client = here.sign_in(here.member)
    assert send_at not in text_of(client, page)
    assert client.post(send_at, {"pictures": [a_picture()]}).status_code == 403
    with here.scope():
        put_into(challenge.challenge, "vote")
    shown = text_of(client, page)
    assert send_at in shown
    assert "Did you take part? Add your photographs" in shown
    assert send_at not in text_of(Client(), page)
    refused = client.post(send_at)
    assert refused.status_code == 422
    assert f"Back to “{challenge.title}”" in refused.content.decode()
    sent = client.post(send_at, {"pictures": [a_picture()]})
    pictures = sent.headers["Location"].partition("picture=")[2]
    added = client.post(send_at, RIGHTS | {"picture": [pictures]})
    assert added.status_code == 302
    with here.scope():
        album = Album.objects.select_related("thread").get()
        assert (album.gathering_id, album.thread.title) == (challenge.pk, challenge.title)


def test_of_a_cancelled_one_nothing_is_asked(here: Cast, elsewhere: Cast, challenge: Thread) -> None:
    send_at = f"/photos/of/{challenge.pk}/add/"
    with here.scope():
        put_into(challenge.challenge, "vote")
        Challenge.objects.filter(pk=challenge.pk).update(cancelled_at=timezone.now())
    client = here.sign_in(here.member)
    assert here.url(send_at) not in text_of(client, here.url(f"/challenges/c/{challenge.slug}/"))
    assert client.post(here.url(send_at), {"pictures": [a_picture()]}).status_code == 403
    away = elsewhere.sign_in(elsewhere.owner).post(elsewhere.url(send_at), {"pictures": [a_picture()]})
    assert away.status_code == 404
