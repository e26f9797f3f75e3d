"""The last code and many hands, one hand twice, one list twice: real connections, and the control without the lock."""

from __future__ import annotations

import threading

import pytest
from django.db import IntegrityError
from django.utils import timezone

from analytics.offers import claiming, stock
from analytics.offers.exceptions import OfferUsedUp
from analytics.offers.models import CodeOffer, OfferCode
from communities.models import Membership
from communities.scoping import community_scope
from tests.analytics.offers.making import fresh, shared, with_codes
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def people_of(cast: Cast) -> list[Membership]:
    return [cast.member, cast.ambassador, cast.moderator, cast.manager]


def claim(cast: Cast, terms: CodeOffer, person: Membership) -> str:
    with community_scope(cast.community):
        me = Membership.objects.get(pk=person.pk)
        return claiming.claim_code(CodeOffer.objects.get(pk=terms.pk), by=me).said


@pytest.mark.parametrize("own", [True, False])
def test_of_four_who_want_the_last_code_one_gets_it(own: bool) -> None:
    cast = make_cast()
    with cast.scope():
        terms = with_codes(cast, "LAST") if own else shared(cast, code="LAST", quota=1)
    answers = at_once(4, lambda number: claim(cast, terms, people_of(cast)[number]))
    assert answers.count("LAST") == 1, answers
    assert sum(isinstance(answer, OfferUsedUp) for answer in answers) == 3, answers
    with cast.scope():
        assert fresh(terms).taken == 1
        assert OfferCode.objects.given().count() == 1


def test_two_presses_of_one_member_are_one_code() -> None:
    cast = make_cast()
    with cast.scope():
        terms = with_codes(cast)
    answers = at_once(3, lambda _number: claim(cast, terms, cast.member))
    assert answers == ["ETAIN-1"] * 3
    with cast.scope():
        assert fresh(terms).taken == 1


def test_one_list_sent_twice_at_once_is_there_once() -> None:
    cast = make_cast()
    with cast.scope():
        terms = with_codes(cast, "FIRST")

    def add(_number: int) -> int:
        with community_scope(cast.community):
            me = Membership.objects.get(pk=cast.marketing.pk)
            return stock.add_codes(CodeOffer.objects.get(pk=terms.pk), "A\nB\nC", by=me).added

    assert sorted(at_once(2, add)) == [0, 3]
    with cast.scope():
        assert fresh(terms).quota == OfferCode.objects.count() == 4


def test_control_without_the_lock_two_get_the_last_code_and_the_table_refuses_one() -> None:
    """Both read that one is left. Of one code for all, two rows are there: only the check of the sum remains."""
    cast = make_cast()
    with cast.scope():
        terms = shared(cast, quota=1)
    read = threading.Barrier(2)

    def lose(number: int) -> int:
        with community_scope(cast.community):
            row = CodeOffer.objects.get(pk=terms.pk)
            assert row.left == 1
            read.wait(timeout=60)
            OfferCode.objects.create(terms=row, holder=people_of(cast)[number], claimed_at=timezone.now())
            row.taken += 1
            row.save(update_fields=["taken"])
            return row.taken

    assert at_once(2, lose) == [1, 1]
    with cast.scope():
        assert OfferCode.objects.count() == 2, "one more than there are"
        with pytest.raises(IntegrityError):
            CodeOffer.objects.filter(pk=terms.pk).update(taken=2)
