"""One review each, verified by an order, changed, answered, replaced; things made and removed."""

from __future__ import annotations

import dataclasses

import pytest
from django.db import IntegrityError, transaction

from communities.calendar import today
from communities.content.exceptions import SpaceError
from communities.content.models import State, Thread
from communities.content.services import delete_post
from communities.content.services.moving import move_threads
from communities.content.services.shelving import delete_space
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Membership
from communities.reviews import services
from communities.reviews.exceptions import (
    HasReviews,
    OrderUnknown,
    OrderUsed,
    ReviewedAlready,
    TakesNoReviews,
    ToCome,
    WordsNotOpen,
)
from communities.reviews.merging import move_reviews
from communities.reviews.models import Review, Thing
from communities.reviews.seams import OrderCheck, order_checks
from communities.reviews.things import Wishes, remove_thing, save_thing
from moderation.services import add_watch_word
from tests.communities.reviews.making import (
    DAY,
    facts,
    fresh,
    make_review,
    make_reviews,
    make_shelf,
    make_thing,
    review_at,
)
from tests.conftest import Cast


@pytest.fixture
def thing(here: Cast) -> Thing:
    with here.scope():
        return make_thing(here, make_shelf())


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch, here: Cast) -> set[tuple[str, int]]:
    """Which numbers are whose."""
    known: set[tuple[str, int]] = set()
    check = OrderCheck("orders", lambda number, by: (number, by.pk) in known, lambda: bool(known))
    monkeypatch.setitem(order_checks._entries, "orders", check)
    return known


def change(here: Cast, thread: Thread, **said: object) -> bool:
    stored = services.stored_facts(review_at(thread))
    return services.change_review(
        Thread.objects.select_related("space").get(pk=thread.pk),
        by=here.member,
        title="It holds",
        facts=dataclasses.replace(stored, **said),  # type: ignore[arg-type]
        community=here.community,
    )


def test_one_each_and_the_database_says_so(here: Cast, thing: Thing) -> None:
    with here.scope():
        thread = make_review(here, thing)
        with pytest.raises(ReviewedAlready):
            make_review(here, thing, 1)
        other = make_reviews(here, thing, 3)[0]
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=other.pk).update(reviewer=here.member)
        assert list(Review.objects.filter(reviewer=here.member).values_list("pk", "rating")) == [
            (thread.pk, 4)
        ]


def test_a_deleted_one_gives_way_and_stays_uncounted_even_restored(here: Cast, thing: Thing) -> None:
    with here.scope():
        first = make_review(here, thing, 1)
        delete_post(Thread.objects.get(pk=first.pk).opening(), by=here.member)
        second = make_review(here, thing, 5, title="After all")
        assert review_at(first).replaced
        assert not review_at(second).replaced
        Thread.objects.filter(pk=first.pk).update(state=State.PUBLISHED)
        with pytest.raises(NotAllowed):
            change(here, first, rating=2)
        assert review_at(second).rating == 5


def test_what_is_refused_leaves_nothing(here: Cast, thing: Thing) -> None:
    with here.scope():
        with pytest.raises(ToCome):
            make_review(here, thing, experienced_on=today(here.community) + DAY)
        Thing.objects.filter(pk=thing.pk).update(closed=True)
        with pytest.raises(TakesNoReviews):
            make_review(here, thing)
        assert not Thread.objects.filter(kind="review").exists()


def test_an_order_verifies_once_and_for_its_buyer_alone(
    here: Cast, thing: Thing, orders: set[tuple[str, int]]
) -> None:
    orders.add(("M-1", here.member.pk))
    orders.add(("M-1", here.manager.pk))
    with here.scope():
        with pytest.raises(OrderUnknown):
            make_review(here, thing, order_number="M-2")
        thread = make_review(here, thing, order_number="M-1")
        assert review_at(thread).is_verified
        with pytest.raises(OrderUsed):
            make_review(here, thing, by=here.manager, order_number="M-1")
        orders.clear()
        change(here, thread, rating=5)
        assert review_at(thread).is_verified, "what was found stays found"
        change(here, thread, order_number="")
        assert not review_at(thread).is_verified
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=thread.pk).update(verified_at=review_at(thread).changed_at)


def test_a_change_says_its_day_and_its_words_are_judged(here: Cast, thing: Thing) -> None:
    with here.scope():
        thread = make_review(here, thing, pros="Holds")
        change(here, thread)
        assert review_at(thread).changed_at is None, "nothing changed"
        change(here, thread, rating=2, cons="Stiff")
        assert (review_at(thread).rating, review_at(thread).changed_at is not None) == (2, True)
        add_watch_word(word="casino", by=here.manager, action="hold")
        forget_all()
        with pytest.raises(WordsNotOpen):
            change(here, thread, pros="Better than a casino")
        assert review_at(thread).pros == "Holds"
        held = make_review(here, thing, by=here.ambassador, cons="Only in the casino")
        assert held.state == State.PENDING, "words beside the text are judged with it"


def test_the_brand_answers_and_nobody_else(here: Cast, thing: Thing) -> None:
    with here.scope():
        thread = Thread.objects.select_related("space", "community").get(pk=make_review(here, thing, 2).pk)
        for by in (here.member, here.ambassador):
            with pytest.raises(NotAllowed):
                services.answer_review(thread, by=by, body="<p>No.</p>")
        first = services.answer_review(thread, by=here.moderator, body="<p>Send it back.</p>")
        again = services.answer_review(thread, by=here.manager, body="<p>It is on its way.</p>")
        assert review_at(thread).answer_id == again.pk
        assert (first.position, again.position) == (2, 3)


def test_things_are_the_managers_and_go_only_unreviewed(here: Cast, thing: Thing) -> None:
    with here.scope():
        for by in (here.member, here.moderator, here.marketing):
            with pytest.raises(NotAllowed):
                save_thing(Thing(space=thing.space), Wishes("Rope"), by=by)
            with pytest.raises(NotAllowed):
                remove_thing(thing, by=by)
        twin = make_thing(here, thing.space, "Cover sleeve", address="Quay Street", kind="product")
        assert (twin.slug, twin.address) == ("cover-sleeve-2", "")
        remove_thing(twin, by=here.manager)
        make_review(here, thing)
        with pytest.raises(HasReviews):
            remove_thing(thing, by=here.manager)
        assert fresh(thing).name == "Cover sleeve"


def test_two_memberships_of_one_person_keep_one(here: Cast, thing: Thing) -> None:
    with here.scope():
        kept, theirs = make_review(here, thing, 5), make_review(here, thing, 1, by=here.ambassador)
        alone = make_review(here, make_thing(here, thing.space, "Fid"), 3, by=here.ambassador)
        spike = make_thing(here, thing.space, "Spike")
        gone, stands = make_review(here, spike, 2), make_review(here, spike, 4, by=here.ambassador)
        delete_post(Thread.objects.get(pk=gone.pk).opening(), by=here.member)
        move_reviews(here.member.pk, here.ambassador.pk)
        assert [review_at(one).replaced for one in (kept, theirs, alone)] == [False, True, False]
        assert [review_at(one).replaced for one in (gone, stands)] == [True, False], "one that is read counts"
        assert {review_at(one).reviewer_id for one in (kept, theirs, alone, stands)} == {here.member.pk}
        assert Membership.objects.filter(pk=here.ambassador.pk).exists()


def test_a_thing_goes_with_the_last_of_its_reviews(here: Cast, thing: Thing) -> None:
    """So that deleting the space that was emptied takes no review along."""
    with here.scope():
        first, last = make_review(here, thing), make_reviews(here, thing, 3)[0]
        target = make_shelf(slug="loft", name="Loft")
        for thread, at in ((first, thing.space_id), (last, target.pk)):
            move_threads([Thread.objects.get(pk=thread.pk)], thing.space, target)
            assert fresh(thing).space_id == at
        delete_space(thing.space, by=here.manager, community=here.community)
        assert Review.objects.filter(thing=thing).count() == 2


def test_a_space_is_not_deleted_with_what_nobody_has_reviewed_yet(here: Cast, thing: Thing) -> None:
    at = here.url(f"/manage/spaces/{thing.space_id}/delete/")
    owner = here.sign_in(here.owner)
    assert owner.post(at).status_code == 422
    assert "still contains 1 product or place" in owner.get(at).content.decode()
    with here.scope():
        assert Thing.objects.filter(pk=thing.pk).exists()
        with pytest.raises(SpaceError):
            delete_space(thing.space, by=here.owner, community=here.community)
        remove_thing(thing, by=here.owner)
    assert owner.post(at).status_code == 302


def test_a_day_in_the_month_is_enough(here: Cast, thing: Thing) -> None:
    with here.scope():
        said = facts(here, experienced_on=today(here.community).replace(day=1))
        thread = make_review(here, thing, experienced_on=said.experienced_on)
        assert review_at(thread).month == said.experienced_on
