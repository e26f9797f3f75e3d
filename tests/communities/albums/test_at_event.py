"""Photographs of an event from its own page: several at once, into one album, which the first of them begins."""

from __future__ import annotations

import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from communities.albums.joining import settle_album_of
from communities.albums.models import Album, Photo
from communities.content.models import Attachment, Space, Thread
from communities.events.models import Event
from communities.exceptions import NotAllowed
from communities.launch.features import FEATURES
from communities.memory import forget_all
from tests.communities.albums.making import make_album, make_wall
from tests.communities.albums.test_pages import RIGHTS, text_of
from tests.communities.events.making import make_calendar, make_event
from tests.conftest import Cast
from tests.sweeps.world import a_picture

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def wall(here: Cast) -> Space:
    with here.scope():
        return make_wall()


@pytest.fixture
def gathering(here: Cast, wall: Space) -> Thread:
    with here.scope():
        event = make_event(here, make_calendar())
        now = timezone.now()
        Event.objects.filter(pk=event.pk).update(starts_at=now - HOUR, ends_at=now + HOUR)
        return Thread.objects.select_related("space").get(pk=event.pk)


def test_one_form_on_the_page_begins_the_album_and_everybody_adds_to_it(
    here: Cast, gathering: Thread
) -> None:
    page = here.url(f"/events/e/{gathering.slug}/")
    send_at = here.url(f"/photos/of/{gathering.pk}/add/")
    client = here.sign_in(here.member)
    shown = text_of(client, page)
    assert f'action="{send_at}"' in shown
    assert "multiple" in shown
    assert "capture" not in shown.partition(send_at)[2].partition("</form>")[0], "camera and pictures, both"
    assert send_at not in text_of(Client(), page)
    sent = client.post(send_at, {"pictures": [a_picture(700), a_picture()]})
    onward = urlsplit(sent.headers["Location"])
    pictures = parse_qs(onward.query)["picture"]
    assert len(pictures) == 2
    # The rights are asked for before anything is in the album.
    assert client.post(onward.path, {"picture": pictures, "licence": "by-sa"}).status_code == 422
    assert client.post(onward.path, RIGHTS | {"picture": pictures}).status_code == 302
    other = here.sign_in(here.ambassador).post(send_at, {"pictures": [a_picture()]})
    assert urlsplit(other.headers["Location"]).path == onward.path, "the same album"
    with here.scope():
        album = Album.objects.get()
        assert (album.gathering_id, album.adds) == (gathering.pk, Album.Adds.MEMBERS)
        assert Photo.objects.filter(post__thread=album.thread_id).count() == 2
        assert str(Photo.objects.order_by("pk")[0].picture_id) in text_of(Client(), page)


def test_before_it_begins_nobody_was_there(here: Cast, gathering: Thread) -> None:
    page, send_at = here.url(f"/events/e/{gathering.slug}/"), here.url(f"/photos/of/{gathering.pk}/add/")
    client, now = here.sign_in(here.member), timezone.now()
    for said in (
        {"starts_at": now + HOUR, "ends_at": now + 2 * HOUR},
        {"starts_at": now - HOUR, "ends_at": now + HOUR, "cancelled_at": now},
    ):
        with here.scope():
            Event.objects.filter(pk=gathering.pk).update(**said)
        assert send_at not in text_of(client, page)
        assert client.post(send_at, {"pictures": [a_picture()]}).status_code == 403
    with here.scope():
        assert not Album.objects.exists()


def test_what_is_no_picture_begins_nothing(here: Cast, gathering: Thread) -> None:
    client, send_at = here.sign_in(here.member), here.url(f"/photos/of/{gathering.pk}/add/")
    assert client.post(send_at).status_code == 422
    damaged = SimpleUploadedFile("IMG_2041.png", b"\x89PNG\r\n\x1a\nnothing", content_type="image/png")
    answer = client.post(send_at, {"pictures": [damaged]})
    assert answer.status_code == 422
    assert "IMG_2041.png was not taken" in answer.content.decode()
    with here.scope():
        assert not Album.objects.exists()
        assert not Attachment.objects.exists()


def test_an_album_of_one_alone_takes_nobody_elses(here: Cast, wall: Space, gathering: Thread) -> None:
    with here.scope():
        own = make_album(here, wall, by=here.member, gathering=gathering.pk, adds="author")
        assert settle_album_of(gathering, by=here.member, community=here.community).pk == own.pk
        other = settle_album_of(gathering, by=here.ambassador, community=here.community)
        assert other.pk != own.pk
        assert settle_album_of(gathering, by=here.ambassador, community=here.community).pk == other.pk


def test_who_may_not_write_there_is_offered_nothing(
    here: Cast, elsewhere: Cast, wall: Space, gathering: Thread
) -> None:
    send_at = f"/photos/of/{gathering.pk}/add/"
    assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(send_at)).status_code == 404
    with here.scope():
        Space.objects.filter(pk=wall.pk).update(posting="authors", replying="nobody")
    forget_all()
    client = here.sign_in(here.member)
    assert client.post(here.url(send_at), {"pictures": [a_picture()]}).status_code == 403
    assert send_at not in text_of(client, here.url(f"/events/e/{gathering.slug}/"))
    with here.scope(), pytest.raises(NotAllowed):
        settle_album_of(gathering, by=here.member, community=here.community)
    here.community.open_features = [one.name for one in FEATURES if one.name != "uploads"]
    here.community.save()
    forget_all()
    assert here.sign_in(here.owner).get(here.url(send_at)).status_code == 404
