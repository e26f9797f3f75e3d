"""Names in photographs: asked for, given, refused and taken back by whose they are."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from communities.albums.exceptions import NotAsked
from communities.albums.models import Likeness, Photo
from communities.albums.naming import answer_asking, ask_person
from communities.albums.telling import tell_person_asked
from communities.content.models import Post, Space, Thread
from communities.content.services import withdraw_post
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.notifications.models import Notification
from communities.notifications.services import late_news, tell_news
from communities.people.merging import merge_memberships
from communities.people.services import leave_community
from tests.communities.albums.making import add, make_album, make_wall
from tests.conftest import Cast
from tests.factories import make_membership


@pytest.fixture
def album(here: Cast) -> Thread:
    with here.scope():
        return make_album(here, make_wall())


@pytest.fixture
def photo(here: Cast, album: Thread) -> Photo:
    with here.scope():
        return add(album, by=here.member)


def page(here: Cast, by: Membership | None, path: str) -> str:
    return here.sign_in(by).get(here.url(path)).content.decode()


def test_nobody_else_reads_a_name_before_its_person_agrees(here: Cast, photo: Photo) -> None:
    at = f"/photos/p/{photo.post.public_id}/"
    name, asked = here.ambassador.display_name, here.sign_in(here.member)
    assert asked.post(here.url(f"{at}people/"), {"handle": f"@{here.ambassador.handle}"}).status_code == 302
    for reader in (None, here.moderator, here.manager, here.member):
        named = name in page(here, reader, at)
        assert named == (reader is here.member), reader
    mine = page(here, here.ambassador, "/photos/with-you/")
    assert "Yes, name me" in mine
    assert "No, do not name me" in mine
    with here.scope():
        likeness = Likeness.objects.get()
    answer_at = here.url(f"/photos/with-you/{likeness.pk}/")
    assert here.sign_in(here.manager).post(answer_at, {"answer": "yes"}).status_code == 404
    person = here.sign_in(here.ambassador)
    assert person.post(answer_at, {"answer": "yes"}).status_code == 302
    assert name in page(here, here.manager, at)
    # Names are read by members alone.
    assert name not in page(here, None, at)
    assert person.post(answer_at, {"answer": "no"}).status_code == 302
    assert name not in page(here, here.manager, at)
    again = asked.post(here.url(f"{at}people/"), {"handle": here.ambassador.handle})
    assert again.status_code == 422
    assert "asked about this photograph already" in again.content.decode()
    away = here.url(f"{at}people/{likeness.pk}/away/")
    assert asked.post(away).status_code == 302
    with here.scope():
        # A refusal stays, so that nobody asks again.
        assert Likeness.objects.get().state == "refused"


def test_who_is_asked_is_told_while_the_question_stands(here: Cast, photo: Photo) -> None:
    with here.scope():
        likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
        tell_person_asked(likeness, photo.post)
        assert Notification.objects.filter(kind="photo_asked", membership=here.ambassador).count() == 1
    forget_all()
    assert "May your name appear with a photograph" in page(here, here.ambassador, "/notifications/")
    with here.scope():
        answer_asking(likeness, by=here.ambassador, named=False)
    forget_all()
    assert "May your name appear" not in page(here, here.ambassador, "/notifications/")


def test_followers_hear_once_of_all_that_came_together(here: Cast, album: Thread) -> None:
    """By what the database keeps of each text, whatever became of the job that was asked for."""
    lines = {"kind": "photos_added", "thread": album.pk, "membership": here.member.pk}
    with here.scope():
        together, later = uuid.uuid4(), timezone.now() + datetime.timedelta(minutes=3)
        first, second = (add(album, by=here.ambassador, sent_with=together) for _n in range(2))
        hold_back(first)
        assert {first.pk, second.pk} <= set(late_news(later))
        for number in (second.pk, second.pk, first.pk):
            tell_news(number)
        assert Notification.objects.filter(**lines).count() == 1
        bring_back(first)
        tell_news(first.pk)
        assert Notification.objects.filter(**lines).count() == 1, "of what came late nobody hears again"
        alone = add(album, by=here.ambassador)
        tell_news(alone.pk)
        assert Notification.objects.filter(**lines).count() == 2
        assert not Notification.objects.filter(
            thread=album, membership=here.member, kind="reply_posted"
        ).exists()
        for photo in (second, alone):
            withdraw_post(photo.post, to="hidden", by=here.moderator)
    forget_all()
    assert "adds photographs to the album" not in page(here, here.member, "/notifications/")


def hold_back(photo: Photo) -> None:
    """As if a moderator had to read it first."""
    Post.objects.filter(pk=photo.pk).update(state="pending")


def bring_back(photo: Photo) -> None:
    Post.objects.filter(pk=photo.pk).update(state="published", news_due_at=timezone.now())


def test_whoever_asks_about_themselves_has_agreed_and_others_cannot_ask(here: Cast, photo: Photo) -> None:
    with here.scope():
        assert ask_person(photo.post, by=here.member, handle=here.member.handle).state == "named"
        with pytest.raises(NotAllowed):
            ask_person(photo.post, by=here.moderator, handle=here.manager.handle)
        with pytest.raises(NotAsked):
            ask_person(photo.post, by=here.member, handle="nobody-of-this-name")
        likeness = ask_person(photo.post, by=here.member, handle=here.manager.handle)
        with pytest.raises(NotAllowed):
            answer_asking(likeness, by=here.member, named=True)


def test_an_answer_can_be_changed_and_a_question_taken_back_by_who_may_only_read(
    here: Cast, photo: Photo
) -> None:
    at, name = f"/photos/p/{photo.post.public_id}/", here.ambassador.display_name
    with here.scope():
        likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
        answer_asking(likeness, by=here.ambassador, named=False)
    assert "Your name does not appear here, as you wish." in page(here, here.ambassador, "/photos/with-you/")
    person = here.sign_in(here.ambassador)
    assert person.post(here.url(f"/photos/with-you/{likeness.pk}/"), {"answer": "yes"}).status_code == 302
    assert name in page(here, here.manager, at)
    with here.scope():
        until = timezone.now() + datetime.timedelta(days=7)
        Membership.objects.filter(pk=here.member.pk).update(read_only_until=until)
    forget_all()
    theirs = page(here, here.member, at)
    assert "Ask to name them" not in theirs
    away = here.url(f"{at}people/{likeness.pk}/away/")
    assert away in theirs
    assert here.sign_in(here.moderator).post(away).status_code == 403
    assert here.sign_in(here.member).post(away).status_code == 302
    assert name not in page(here, here.manager, at)


def test_nobody_is_named_in_what_they_cannot_open_any_more(here: Cast, photo: Photo) -> None:
    at, name = f"/photos/p/{photo.post.public_id}/", here.ambassador.display_name
    with here.scope():
        likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
        answer_asking(likeness, by=here.ambassador, named=True)
    assert name in page(here, here.manager, at)
    with here.scope():
        Space.objects.filter(pk=photo.post.thread.space_id).update(audience="staff")
    forget_all()
    assert name not in page(here, here.manager, at)


def test_who_cannot_read_the_album_is_asked_nothing(here: Cast) -> None:
    with here.scope():
        closed = make_album(here, make_wall(slug="team-wall", audience="staff"), by=here.manager)
        photo = add(closed, by=here.manager)
        with pytest.raises(NotAsked):
            ask_person(photo.post, by=here.manager, handle=here.member.handle)


def test_a_name_goes_with_its_member(here: Cast, photo: Photo) -> None:
    with here.scope():
        likeness = ask_person(photo.post, by=here.member, handle=here.ambassador.handle)
        answer_asking(likeness, by=here.ambassador, named=True)
        leave_community(here.ambassador, by=here.ambassador)
        assert not Likeness.objects.exists()


def test_two_memberships_that_become_one_are_named_once_and_a_refusal_counts(
    here: Cast, album: Thread
) -> None:
    with here.scope():
        photos = [add(album, by=here.member) for _number in range(2)]
        other = make_membership(handle="twin")
        for photo in photos:
            for person, named in ((here.ambassador, True), (other, photo is photos[1])):
                likeness = ask_person(photo.post, by=here.member, handle=person.handle)
                answer_asking(likeness, by=person, named=named)
        merge_memberships(here.ambassador, other, by=here.owner)
        kept = Likeness.objects.filter(person=here.ambassador).order_by("photo_id")
        assert list(kept.values_list("photo_id", "state")) == [
            (photos[0].pk, "refused"),
            (photos[1].pk, "named"),
        ]
        assert Likeness.objects.count() == 2
