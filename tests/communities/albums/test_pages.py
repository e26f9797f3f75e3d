"""Albums on pages: filled without scripts, read by whom, withdrawn, shown beside an event, at which cost."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.albums.models import Album, Likeness, Photo
from communities.albums.naming import answer_asking, ask_person
from communities.albums.services import figure_of
from communities.content.models import Post, Space, Thread
from communities.content.services import edit_post, withdraw_post
from communities.content.services.judging import reinstate_post
from communities.exceptions import NotAllowed
from communities.launch.features import FEATURES
from communities.memory import forget_all
from tests.communities.albums.making import add, make_album, make_wall, send
from tests.communities.events.making import make_calendar, make_event
from tests.conftest import Cast
from tests.sweeps.world import a_picture

RIGHTS = {"photographer": "", "licence": "by-sa", "may_download": "on", "assured": "on"}


@pytest.fixture
def wall(here: Cast) -> Space:
    with here.scope():
        return make_wall()


@pytest.fixture
def album(here: Cast, wall: Space) -> Thread:
    with here.scope():
        return make_album(here, wall)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def photo_url(here: Cast, photo: Photo) -> str:
    return here.url(f"/photos/p/{photo.post.public_id}/")


def test_an_album_is_started_and_filled_without_scripts(here: Cast, wall: Space) -> None:
    client = here.sign_in(here.member)
    start = client.get(here.url("/photos/new/")).headers["Location"]
    words = {"title": "Ice on the rail", "body": "A cold week.", "body_format": "markdown"}
    assert client.post(start, words).status_code == 422
    began = client.post(start, words | {"adds": "members"})
    with here.scope():
        album = Thread.objects.get(kind="album")
    send_at = here.url(f"/photos/a/{album.slug}/add/")
    assert began.headers["Location"] == send_at
    assert "Choose a picture first." in client.post(send_at).content.decode()
    damaged = SimpleUploadedFile("IMG_2041.png", b"\x89PNG\r\n\x1a\nnothing", content_type="image/png")
    sent = client.post(send_at, {"pictures": [a_picture(700), damaged, a_picture()]})
    onward = sent.headers["Location"]
    described = text_of(client, onward)
    assert "IMG_2041.png was not taken" in described
    assert "Photograph 2 of 2" in described
    first, second = parse_qs(urlsplit(onward).query)["picture"]
    said = {
        "picture": [first, second],
        f"{first}-caption": "Spray, frozen",
        f"{first}-alt": "A rail under ice",
    }
    words_at = urlsplit(onward).path
    refused = client.post(words_at, said | {"licence": "by-sa"})
    assert refused.status_code == 422
    assert "Spray, frozen" in refused.content.decode()
    assert "Confirm that you may show them" in refused.content.decode()
    added = client.post(words_at, said | RIGHTS)
    assert added.status_code == 302
    # The same press again adds nothing.
    assert client.post(words_at, said | RIGHTS).status_code == 302
    with here.scope():
        photos = list(Photo.objects.order_by("pk").select_related("picture", "post"))
        assert [photo.picture.alt for photo in photos] == ["A rail under ice", ""]
        assert {(photo.licence, photo.may_download) for photo in photos} == {("by-sa", True)}
        assert [photo.post.author_id for photo in photos] == [here.member.pk] * 2
    page = text_of(Client(), here.url(f"/photos/a/{album.slug}/"))
    assert "Spray, frozen" in page
    assert 'alt="A rail under ice"' in page
    assert "2 photographs" in page
    alone = text_of(Client(), photo_url(here, photos[0]))
    assert "CC BY-SA 4.0" in alone
    assert "creativecommons.org/licenses/by-sa/4.0/" in alone
    assert f"/photos/p/{photos[1].post.public_id}/" in alone
    listed = text_of(Client(), here.url("/photos/"))
    assert "Ice on the rail" in listed
    assert str(photos[0].picture_id) in listed


def test_only_whom_its_author_lets_adds_and_nobody_describes_what_another_sent(
    here: Cast, wall: Space
) -> None:
    with here.scope():
        own = make_album(here, wall, title="Mine", adds="author")
        open_one = make_album(here, wall, title="Ours")
        picture = send(here.member)
    other = here.sign_in(here.ambassador)
    assert other.get(here.url(f"/photos/a/{own.slug}/add/")).status_code == 403
    assert other.get(here.url(f"/photos/a/{open_one.slug}/add/")).status_code == 200
    assert here.sign_in(here.moderator).get(here.url(f"/photos/a/{own.slug}/add/")).status_code == 200
    words_at = here.url(f"/photos/a/{open_one.slug}/add/words/")
    assert other.post(words_at, RIGHTS | {"picture": str(picture.pk)}).status_code == 302
    with here.scope():
        assert not Photo.objects.exists()
        with pytest.raises(NotAllowed):
            add(own, by=here.ambassador)


def test_a_download_is_its_owners_to_permit(here: Cast, album: Thread) -> None:
    with here.scope():
        photo = add(album, by=here.member)
    other, owner = here.sign_in(here.ambassador), here.sign_in(here.member)
    at = photo_url(here, photo)
    assert other.get(f"{at}download/").status_code == 403
    assert "Download" not in text_of(other, at)
    assert (
        owner.get(f"{at}download/").headers["Content-Disposition"] == 'attachment; filename="a-bowline.webp"'
    )
    assert other.post(f"{at}rights/", RIGHTS).status_code == 403
    assert owner.post(f"{at}rights/", {"licence": "cc0", "may_download": "on"}).status_code == 422
    assert owner.post(f"{at}rights/", RIGHTS).status_code == 302
    assert other.get(f"{at}download/").status_code == 200
    assert Client().get(f"{at}download/").status_code == 302


def test_one_photograph_is_withdrawn_and_comes_back_with_its_file(here: Cast, album: Thread) -> None:
    with here.scope():
        first, second = add(album, by=here.member), add(album, by=here.member, caption="A hitch")
    file_at = here.url(f"/media/{first.picture_id}/full")
    at, stranger = here.url(f"/photos/a/{album.slug}/"), Client()
    assert (
        here.sign_in(here.ambassador).get(here.url(f"/report/post/{first.post.public_id}/")).status_code
        == 200
    )
    with here.scope():
        withdraw_post(first.post, to="removed", by=here.moderator, ground="courtesy")
    forget_all()
    page = text_of(stranger, at)
    assert str(first.picture_id) not in page
    assert str(second.picture_id) in page
    assert stranger.get(file_at).status_code == 404
    assert stranger.get(photo_url(here, first)).status_code == 404
    assert stranger.get(photo_url(here, second)).status_code == 200
    # What stood for the album does so no longer.
    listed = text_of(stranger, here.url("/photos/"))
    assert str(first.picture_id) not in listed
    assert str(second.picture_id) in listed
    assert text_of(here.sign_in(here.moderator), photo_url(here, first))
    with here.scope():
        reinstate_post(Post.objects.get(pk=first.pk), by=here.moderator)
    forget_all()
    assert str(first.picture_id) in text_of(stranger, at)
    assert stranger.get(file_at).status_code == 200


def test_a_photograph_is_the_picture_that_its_text_shows_by_now(here: Cast, album: Thread) -> None:
    with here.scope():
        photo, left = add(album, by=here.member), add(album, by=here.member, caption="A hitch")
        likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
        answer_asking(likeness, by=here.ambassador, named=True)
        other = send(here.member)
        edit_post(photo.post, by=here.member, body=figure_of(other, "A bowline, nearer"))
        edit_post(left.post, by=here.member, body="<p>Words alone.</p>")
        assert not Likeness.objects.exists(), "they agreed to another picture"
    forget_all()
    stranger = Client()
    for path in ("/photos/", f"/photos/a/{album.slug}/"):
        seen = text_of(stranger, here.url(path))
        assert str(other.pk) in seen
        for former in (photo.picture_id, left.picture_id):
            assert str(former) not in seen
    assert "Words alone." in text_of(stranger, here.url(f"/photos/a/{album.slug}/"))
    assert stranger.get(photo_url(here, left)).status_code == 404
    with here.scope():
        assert Photo.objects.get(pk=photo.pk).picture_id == other.pk


def test_an_album_of_an_event_is_on_its_page_while_photographs_are_open(
    here: Cast, wall: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However many were announced since: its own page leads to the form.
    monkeypatch.setattr("communities.albums.gatherings.MOST_OFFERED", 0)
    with here.scope():
        event = make_event(here, make_calendar())
        album = make_album(here, wall, title="The loft, in pictures", gathering=event.pk)
        photo = add(album, by=here.member)
    at = here.url(f"/events/e/{event.thread.slug}/")
    page = text_of(Client(), at)
    assert "The loft, in pictures" in page
    assert str(photo.picture_id) in page
    assert f"/photos/new/?of={event.pk}" in text_of(here.sign_in(here.member), at)
    assert event.thread.title in text_of(Client(), here.url(f"/photos/a/{album.slug}/"))
    begun = text_of(here.sign_in(here.member), here.url(f"/photos/in/darkroom/new/?of={event.pk}"))
    assert f'<option value="{event.pk}" selected>' in begun
    here.community.open_features = [one.name for one in FEATURES if one.name != "photos"]
    here.community.save()
    forget_all()
    assert "The loft, in pictures" not in text_of(Client(), at)
    for path in ("/photos/", f"/photos/a/{album.slug}/", f"/photos/p/{photo.post.public_id}/"):
        assert Client().get(here.url(path)).status_code == 404
    with here.scope():
        Thread.objects.filter(pk=event.pk).delete()
        assert Album.objects.get(pk=album.pk).gathering_id is None


def test_nothing_of_an_album_is_seen_from_another_community(
    here: Cast, elsewhere: Cast, album: Thread
) -> None:
    with here.scope():
        photo = add(album, by=here.member, may_download=True)
    client = elsewhere.sign_in(elsewhere.owner)
    number = photo.post.public_id
    for path in (f"/photos/a/{album.slug}/", f"/photos/p/{number}/", f"/photos/p/{number}/download/"):
        assert client.get(elsewhere.url(path)).status_code == 404
    with elsewhere.scope():
        assert not Photo.objects.filter(pk=photo.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from albums_photo")
            assert cursor.fetchone() == (0,)


def test_a_page_costs_the_same_however_many_photographs_there_are(here: Cast, album: Thread) -> None:
    counted = []
    with here.scope():
        photo = add(album, by=here.member)
    paths = (f"/photos/a/{album.slug}/", "/photos/", f"/photos/p/{photo.post.public_id}/")
    client = here.sign_in(here.ambassador)
    for more in (0, 22):
        with here.scope():
            for _number in range(more):
                add(album, by=here.moderator)
        for path in paths:
            client.get(here.url(path))
            forget_all()
            with CaptureQueriesContext(connection) as asked:
                assert client.get(here.url(path)).status_code == 200
            counted.append(len(asked))
    # Where more pages follow, one’s own that wait are not asked for: they are at the end.
    assert counted[3:] == [counted[0] - 1, *counted[1:3]]
    page = text_of(client, here.url(f"/photos/a/{album.slug}/"))
    assert page.count('class="large"') == 19
    assert "?page=2" in page
    assert text_of(client, here.url(f"/photos/a/{album.slug}/?page=2")).count('class="large"') == 4


def test_its_address_is_the_one_that_lists_spell(here: Cast, album: Thread) -> None:
    assert album.get_absolute_url().endswith(
        reverse("photos:show-album", args=[album.slug], urlconf="config.urls")
    )
