"""Who is told that an offer opens or ends soon: those who agreed, whom it is for, once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from analytics.offers import claiming, telling
from analytics.offers.models import CodeOffer
from analytics.offers.tasks import tell_of_offers
from communities.notifications.models import Notification
from communities.queries import communities_by_question
from tests.analytics.offers.making import DAY, fresh, members_only, shared, with_codes
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("membership_id", flat=True))


def move(terms: CodeOffer, **by: datetime.timedelta) -> None:
    row = fresh(terms)
    for name, step in by.items():
        setattr(row, name, getattr(row, name) + step)
    row.save()


def test_only_those_who_agreed_and_whom_it_is_for_are_told_once(here: Cast) -> None:
    for person in (here.member, here.ambassador):
        claiming.hear_of_offers(by=person)
    terms = shared(here, audience="segment", segment=members_only(here).pk)
    for _again in range(2):
        telling.tell_what_is_due(here.community)
    assert told("offer_opened") == {here.member.pk}
    assert Notification.objects.filter(kind="offer_opened").count() == 1
    assert fresh(terms).opening_told_at is not None


def test_a_day_before_the_end_those_are_told_who_can_still_use_it(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TOLD_AT_ONCE", 1)
    for person in (here.member, here.ambassador, here.moderator):
        claiming.hear_of_offers(by=person)
    terms = with_codes(here, "ONE", "TWO")
    claiming.claim_code(terms, by=here.member)
    mine = claiming.claim_code(terms, by=here.ambassador)
    mine.used_at = timezone.now()
    mine.save()
    for _step in range(4):
        telling.tell_what_is_due(here.community)
    assert told("offer_opened") == {here.member.pk, here.ambassador.pk, here.moderator.pk}
    assert told("offer_ending") == set()
    move(terms, ends_at=-2.5 * DAY, opens_at=-3 * DAY)
    for _step in range(4):
        telling.tell_what_is_due(here.community)
    assert told("offer_ending") == {here.member.pk}, (
        "it is used up for the moderator, and used by the ambassador"
    )
    assert fresh(terms).ending_told_at is not None


def test_of_a_short_offer_people_are_told_once(here: Cast) -> None:
    claiming.hear_of_offers(by=here.member)
    terms = shared(here, ends_at=timezone.now() + DAY / 2)
    for _step in range(3):
        telling.tell_what_is_due(here.community)
    assert told("offer_opened") == {here.member.pk}
    assert told("offer_ending") == set()
    assert fresh(terms).ending_told_at is not None


def test_the_database_knows_which_communities_are_due(here: Cast) -> None:
    ask = "select communities_with_offers(%s)"
    now = timezone.now()
    terms = shared(here, opens_at=now + DAY, ends_at=now + 5 * DAY)
    assert here.community.pk not in communities_by_question(ask, [now])
    assert here.community.pk in communities_by_question(ask, [now + 2 * DAY])
    CodeOffer.objects.filter(pk=terms.pk).update(opening_told_at=now)
    assert here.community.pk not in communities_by_question(ask, [now + 2 * DAY])
    assert here.community.pk in communities_by_question(ask, [now + 4.5 * DAY])
    CodeOffer.objects.filter(pk=terms.pk).update(paused_at=now)
    assert here.community.pk not in communities_by_question(ask, [now + 4.5 * DAY])


def test_the_job_tells(here: Cast) -> None:
    claiming.hear_of_offers(by=here.member)
    shared(here)
    assert tell_of_offers() == 1
    assert told("offer_opened") == {here.member.pk}
    assert tell_of_offers() == 0
