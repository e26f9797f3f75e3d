"""Who gets a code: one each, while it is open, of those whom it is for; and what is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.offers import claiming, services
from analytics.offers.exceptions import (
    CodesGiven,
    CodeUsed,
    OfferEnded,
    OfferGone,
    OfferNotOpen,
    OfferPaused,
    OfferUsedUp,
)
from analytics.offers.models import CodeOffer, OfferCode, OfferWish
from analytics.offers.permissions import is_for
from analytics.roi.forms import OfferForm
from communities.exceptions import FieldError, NotAllowed
from communities.launch.exceptions import FeatureClosed
from communities.memory import forget_all
from communities.models import Community, Membership
from communities.notifications.models import Notification
from tests.analytics.offers.making import DAY, code_of, fresh, members_only, shared, wishes, with_codes
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


def test_each_gets_one_code_in_the_order_of_the_list_and_sees_it_again(here: Cast) -> None:
    terms = with_codes(here)
    first = claiming.claim_code(terms, by=here.member)
    second = claiming.claim_code(terms, by=here.ambassador)
    assert (first.said, second.said) == ("ETAIN-1", "ETAIN-2")
    assert claiming.claim_code(terms, by=here.member).pk == first.pk
    assert (fresh(terms).taken, fresh(terms).left) == (2, 1)
    told = Notification.objects.get(membership=here.member, kind="code_claimed")
    assert told.mail_due_at is not None, "the code is mailed as well"
    assert told.path == f"offers/{terms.offer.slug}/"


def test_one_code_for_all_is_given_as_often_as_there_is_room(here: Cast) -> None:
    terms = shared(here, quota=1)
    assert claiming.claim_code(terms, by=here.member).said == "HALF"
    with pytest.raises(OfferUsedUp):
        claiming.claim_code(terms, by=here.ambassador)
    assert claiming.claim_code(terms, by=here.member).said == "HALF", "whoever has it sees it again"
    services.edit_offer(terms, wishes(quota=2), by=here.manager)
    assert claiming.claim_code(terms, by=here.ambassador).said == "HALF"


def test_before_in_a_pause_and_after_nobody_gets_one_and_who_has_one_sees_it(here: Cast) -> None:
    now = timezone.now()
    coming = shared(here, opens_at=now + DAY, ends_at=None)
    with pytest.raises(OfferNotOpen):
        claiming.claim_code(coming, by=here.member)
    terms = with_codes(here)
    mine = claiming.claim_code(terms, by=here.member)
    services.pause_offer(terms, by=here.marketing)
    with pytest.raises(OfferPaused):
        claiming.claim_code(terms, by=here.ambassador)
    services.resume_offer(terms, by=here.marketing)
    services.end_offer(terms, by=here.marketing)
    with pytest.raises(OfferEnded):
        claiming.claim_code(terms, by=here.ambassador)
    assert claiming.claim_code(terms, by=here.member).pk == mine.pk
    services.edit_offer(terms, wishes(way="own"), by=here.marketing)
    assert claiming.claim_code(terms, by=here.ambassador).said == "ETAIN-2", "another end, and it goes on"


def test_it_is_for_those_of_its_segment_and_for_nobody_without_it(here: Cast) -> None:
    segment = members_only(here)
    terms = shared(here, audience="segment", segment=segment.pk)
    with pytest.raises(NotAllowed):
        claiming.claim_code(terms, by=here.ambassador)
    CodeOffer.objects.filter(pk=terms.pk).update(segment=None)
    with pytest.raises(NotAllowed):
        claiming.claim_code(terms, by=here.member)
    CodeOffer.objects.filter(pk=terms.pk).update(segment=segment)
    suspended = Membership.objects.get(pk=here.member.pk)
    suspended.suspended_until = timezone.now() + DAY
    assert not is_for(terms, suspended)
    assert claiming.claim_code(terms, by=here.member).said == "HALF"


def test_a_code_taken_back_is_given_to_nobody_else_and_can_be_given_back(here: Cast) -> None:
    terms = with_codes(here, "ONE", "TWO")
    mine = claiming.claim_code(terms, by=here.member)
    assert claiming.take_back_code(mine, by=here.marketing)
    assert not claiming.take_back_code(mine, by=here.marketing)
    assert claiming.claim_code(terms, by=here.member).taken_back_at is not None, "no second one of this offer"
    assert claiming.claim_code(terms, by=here.ambassador).said == "TWO"
    assert claiming.give_back_code(mine, by=here.marketing)
    assert claiming.claim_code(terms, by=here.member).taken_back_at is None
    OfferCode.objects.filter(pk=mine.pk).update(used_at=timezone.now())
    with pytest.raises(CodeUsed):
        claiming.take_back_code(code_of("ONE"), by=here.marketing)


def test_what_members_have_stays_what_it_is(here: Cast) -> None:
    terms = shared(here)
    claiming.claim_code(terms, by=here.member)
    for said in ({"code": "OTHER"}, {"way": "own"}):
        with pytest.raises(FieldError):
            services.edit_offer(terms, wishes(**said), by=here.marketing)
    with pytest.raises(CodesGiven):
        services.delete_offer(terms, by=here.marketing)
    assert fresh(terms).offer.code == "HALF"
    gone = with_codes(here, "ONE")
    services.delete_offer(gone, by=here.marketing)
    assert not CodeOffer.objects.filter(pk=gone.pk).exists()
    # Whoever had read it before it went, and presses now.
    for act in (services.delete_offer, services.pause_offer, claiming.claim_code):
        with pytest.raises(OfferGone):
            act(gone, by=here.marketing)


def test_no_two_offers_have_one_code(here: Cast) -> None:
    with_codes(here, "TWICE")
    shared(here, code="HALF")
    for taken in ("twice", "half"):
        with pytest.raises(FieldError):
            shared(here, code=taken)


def test_a_link_offer_cannot_take_a_members_code_in_other_letters(here: Cast) -> None:
    """An order with it would be recognised as either’s."""
    shared(here, code="HALF")
    said = {
        "kind": "link", "title": "Ours", "slug": "ours", "address": "https://shop.example.org/", "code": "half",
        "medium": "referral", "starts_on": "2026-01-01",
    }  # fmt: skip
    assert set(OfferForm(said).errors) == {"code"}
    assert not OfferForm(said | {"code": "other"}).errors


def test_where_offers_are_closed_nobody_gets_one_or_hears_of_one(here: Cast) -> None:
    terms = shared(here)
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    me = type(here.member).objects.get(pk=here.member.pk)
    for act in (lambda: claiming.claim_code(terms, by=me), lambda: claiming.hear_of_offers(by=me)):
        with pytest.raises(FeatureClosed):
            act()
    assert not OfferCode.objects.exists()
    assert not OfferWish.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"taken": 2, "quota": 1},
        {"way": "own", "quota": None},
        {"audience": "members"},
    ],
)
def test_the_table_holds_what_services_promise(here: Cast, change: dict[str, Any]) -> None:
    terms = shared(here, audience="segment", segment=members_only(here).pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeOffer.objects.filter(pk=terms.pk).update(**change)


def test_the_table_holds_one_code_for_each(here: Cast) -> None:
    terms = with_codes(here)
    claiming.claim_code(terms, by=here.member)
    other = code_of("ETAIN-2").pk
    for change in (
        {"holder": here.member, "claimed_at": timezone.now()},
        {"holder": here.ambassador},
        {"used_at": timezone.now()},
        {"key": "etain-1"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfferCode.objects.filter(pk=other).update(**change)
