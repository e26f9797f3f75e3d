"""The same picture pressed twice, and one person asked twice: real connections, and the control without the lock."""

from __future__ import annotations

import threading

import pytest

from communities.albums.exceptions import NotAsked
from communities.albums.models import Likeness, Photo
from communities.albums.naming import ask_person
from communities.albums.services import Rights, add_photograph
from communities.content.models import Post
from communities.models import Membership
from communities.scoping import community_scope
from tests.communities.albums.making import add, fresh, make_album, make_wall, send
from tests.communities.content.test_races import at_once
from tests.conftest import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_picture_that_is_pressed_twice_is_one_photograph() -> None:
    cast = make_cast()
    with cast.scope():
        album, picture = make_album(cast, make_wall()), send(cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            by = Membership.objects.get(pk=cast.member.pk)
            return add_photograph(fresh(album), by=by, picture=picture, rights=Rights()).pk

    answers = at_once(2, act)
    with cast.scope():
        assert answers == [Photo.objects.get().pk] * 2
        assert Post.objects.filter(thread=album, position=2).count() == 1
        assert not Post.objects.filter(thread=album, position__gt=2).exists()


def test_somebody_is_asked_once_about_a_photograph() -> None:
    cast = make_cast()
    with cast.scope():
        photo = add(make_album(cast, make_wall()), by=cast.member)

    def act(number: int) -> object:
        with community_scope(cast.community):
            post = Post.objects.select_related("thread__space").get(pk=photo.pk)
            by = Membership.objects.get(pk=cast.member.pk)
            return ask_person(post, by=by, handle=cast.ambassador.handle).pk

    answers = at_once(2, act)
    assert sum(isinstance(answer, int) for answer in answers) == 1, answers
    assert sum(isinstance(answer, NotAsked) for answer in answers) == 1, answers
    with cast.scope():
        assert Likeness.objects.count() == 1


def test_control_without_the_lock_both_find_that_nobody_was_asked() -> None:
    cast = make_cast()
    with cast.scope():
        photo = add(make_album(cast, make_wall()), by=cast.member)
    read = threading.Barrier(2)

    def lose(number: int) -> bool:
        with community_scope(cast.community):
            known = Likeness.objects.filter(photo=photo.pk, person=cast.ambassador.pk).exists()
            read.wait(timeout=60)
            return known

    assert at_once(2, lose) == [False, False]
