"""Photographs of an event from its own page: several at once, into one album, which the first of them begins."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from communities.albums.exceptions import AlbumWaits
from communities.albums.joining import settle_album_of
from communities.albums.models import Album, Photo
from communities.content.models import Attachment, Space, State, Thread
from communities.events.models import Event
from communities.exceptions import NotAllowed
from communities.launch.features import FEATURES
from communities.memory import forget_all
from tests.communities.albums.making import make_album, make_wall
from tests.communities.albums.test_pages import RIGHTS, text_of
from tests.communities.events.making import HOUR, make_calendar, make_event
from tests.conftest import Cast
from tests.sweeps.world import a_picture


@pytest.fixture
def wall(here: Cast) -> Space:
    with here.scope():
        return make_wall()


@pytest.fixture
def gathering(here: Cast, wall: Space) -> Thread:
    with here.scope():
        return begun(here, make_calendar())


def begun(here: Cast, calendar: Space) -> Thread:
    thread = make_event(here, calendar).thread
    now = timezone.now()
    Event.objects.filter(pk=thread.pk).update(starts_at=now - HOUR, ends_at=now + HOUR)
    return Thread.objects.select_related("space").get(pk=thread.pk)


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
    # The rights are asked for before there is an album, which nobody sees without a photograph.
    assert "Photograph 2 of 2" in text_of(client, sent.headers["Location"])
    assert client.post(onward.path, {"picture": pictures, "licence": "by-sa"}).status_code == 422
    with here.scope():
        assert not Album.objects.exists()
    added = client.post(onward.path, RIGHTS | {"picture": pictures})
    assert added.status_code == 302
    other = here.sign_in(here.ambassador).post(send_at, {"pictures": [a_picture()]})
    assert urlsplit(added.headers["Location"]).path in urlsplit(other.headers["Location"]).path, (
        "the same album"
    )
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


@pytest.mark.parametrize(
    ("event", "wall", "begins"),
    [
        ({}, {}, True),
        ({}, {"audience": "team"}, True),
        ({"audience": "members"}, {"audience": "members"}, True),
        ({"audience": "members"}, {}, False),
        ({"audience": "team"}, {}, False),
        ({"audience": "team"}, {"audience": "members"}, False),
        ({"audience": "team"}, {"audience": "team"}, True),
        # Tags that nobody could say here, and a place that is put aside, are no way out.
        ({}, {"settings": {"required_tags": ["boats"]}}, False),
        ({}, {"settings": {"folded": True}}, False),
    ],
)
def test_the_name_of_an_event_goes_to_no_wider_circle(
    here: Cast, event: dict[str, Any], wall: dict[str, Any], begins: bool
) -> None:
    person = here.moderator if "team" in (event.get("audience"), wall.get("audience")) else here.member
    with here.scope():
        place = make_wall(**wall)
        gathering = begun(here, make_calendar(**event))
    page, send_at = here.url(f"/events/e/{gathering.slug}/"), here.url(f"/photos/of/{gathering.pk}/add/")
    client = here.sign_in(person)
    shown = text_of(client, page)
    assert (f'action="{send_at}"' in shown) is begins
    assert not begins or f"shown in “{place.name}”, which is read by:" in shown
    assert client.get(send_at).status_code == (200 if begins else 403)
    with here.scope():
        if begins:
            assert settle_album_of(gathering, by=person, community=here.community).space_id == place.pk
        else:
            with pytest.raises(NotAllowed):
                settle_album_of(gathering, by=person, community=here.community)
            assert not Thread.objects.of_kind("album").exists()


def test_one_album_waits_however_many_send(here: Cast, wall: Space, gathering: Thread) -> None:
    """Nobody but its author and the team sees it: another is not begun, and nobody sends pictures for nothing."""
    with here.scope():
        first = settle_album_of(gathering, by=here.member, community=here.community)
        Thread.objects.filter(pk=first.pk).update(state=State.PENDING, published_at=None)
        with pytest.raises(AlbumWaits):
            settle_album_of(gathering, by=here.ambassador, community=here.community)
    send_at = here.url(f"/photos/of/{gathering.pk}/add/")
    client = here.sign_in(here.ambassador)
    shown = text_of(client, here.url(f"/events/e/{gathering.slug}/"))
    assert send_at not in shown
    assert "A person reads the new album first." in shown
    assert client.post(send_at, {"pictures": [a_picture()]}).status_code == 302
    with here.scope():
        assert not Attachment.objects.exists()
        assert Album.objects.count() == 1


def test_nothing_is_asked_of_an_event_to_come(here: Cast, wall: Space) -> None:
    with here.scope():
        coming = make_event(here, make_calendar()).thread
    shown = text_of(here.sign_in(here.member), here.url(f"/events/e/{coming.slug}/"))
    assert "Were you there?" not in shown
    assert "Make an album of it" in shown


def test_dates_of_one_name_are_told_apart_by_their_day(here: Cast, wall: Space) -> None:
    """A series has one name for all of its dates: whoever chooses what an album is of reads which."""
    with here.scope():
        calendar = make_calendar()
        dates = [make_event(here, calendar, starts=days * 24 * HOUR) for days in (3, 10)]
    page = text_of(here.sign_in(here.member), here.url(f"/photos/in/{wall.slug}/new/"))
    for event in dates:
        assert f"{event.thread.title}, {date_format(event.starts.date())}" in page
