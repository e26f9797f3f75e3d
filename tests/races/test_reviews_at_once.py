"""Two reviews of one thing by one member at once, and a review while its thing is removed: real connections."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError

from communities.content.models import Thread
from communities.models import Membership
from communities.reviews.exceptions import HasReviews, ReviewedAlready, TakesNoReviews
from communities.reviews.models import Review, Thing
from communities.reviews.things import remove_thing
from communities.scoping import community_scope
from tests.communities.content.test_races import at_once
from tests.communities.reviews.making import DAY, make_review, make_shelf, make_thing
from tests.conftest import Cast, make_cast
from tests.factories import make_thread

pytestmark = pytest.mark.django_db(transaction=True)


def cast_with() -> tuple[Cast, Thing]:
    cast = make_cast()
    with cast.scope():
        return cast, make_thing(cast, make_shelf())


def test_two_at_once_are_one() -> None:
    cast, thing = cast_with()

    def act(number: int) -> object:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.member.pk)
            return make_review(cast, thing, 1 + number, by=me).pk

    answers = at_once(2, act)
    assert sum(isinstance(answer, ReviewedAlready) for answer in answers) == 1, answers
    with cast.scope():
        assert Review.objects.count() == 1
        assert Thread.objects.filter(kind="review").count() == 1, "the other left nothing"


def test_a_thing_goes_before_its_first_review_or_stays() -> None:
    cast, thing = cast_with()

    def act(number: int) -> object:
        with community_scope(cast.community):
            if number:
                return remove_thing(thing, by=Membership.objects.get(pk=cast.manager.pk))
            return make_review(cast, thing, by=Membership.objects.get(pk=cast.member.pk)).pk

    written, removed = at_once(2, act)
    with cast.scope():
        stays = Thing.objects.filter(pk=thing.pk).exists()
        assert Review.objects.count() == int(stays)
    if stays:
        assert isinstance(removed, HasReviews), removed
    else:
        # It was gone before it was looked for, or while the review was stored.
        assert isinstance(written, (TakesNoReviews, Thing.DoesNotExist)), written


def test_control_only_the_key_refuses_the_second() -> None:
    cast, thing = cast_with()
    with cast.scope():
        threads = [make_thread(thing.space, by=cast.member, kind="review", title=f"T{n}") for n in range(2)]
    gate = threading.Barrier(2)

    def twice(number: int) -> object:
        with community_scope(cast.community):
            there = Review.objects.filter(thing=thing, reviewer=cast.member).exists()
            gate.wait(timeout=60)
            Review.objects.create(
                thread=threads[number],
                thing=thing,
                reviewer=cast.member,
                rating=3,
                experienced_on=cast.community.created_at.date() - DAY,
            )
            return there

    answers = at_once(2, twice)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
    assert False in answers, "both had looked and seen none"
