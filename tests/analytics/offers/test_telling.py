"""Who is told that an offer opens or ends soon: those who agreed, whom it is for, once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from analytics.offers import claiming, services, telling
from analytics.offers.models import CodeOffer
from analytics.offers.tasks import tell_of_offers
from communities.memory import forget_all
from communities.models import Community
from communities.notifications.emails import build_mail
from communities.notifications.forms import ChannelsForm
from communities.notifications.models import Notification
from communities.notifications.queries import still_true
from communities.queries import communities_by_question
from tests.analytics.offers.making import DAY, fresh, members_only, shared, wishes, with_codes
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
    assert told("offer_opened") == set(), "two have theirs already, and there is none for the third"
    assert fresh(terms).opening_told_at is not None
    assert told("offer_ending") == set()
    move(terms, ends_at=-2.5 * DAY, opens_at=-3 * DAY)
    for _step in range(4):
        telling.tell_what_is_due(here.community)
    assert told("offer_ending") == {here.member.pk}, (
        "it is used up for the moderator, and used by the ambassador"
    )
    assert fresh(terms).ending_told_at is not None


def test_of_a_later_end_people_are_told_again_and_all_of_them(
    here: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TOLD_AT_ONCE", 1)
    for person in (here.member, here.ambassador):
        claiming.hear_of_offers(by=person)
    terms = shared(here)
    for _step in range(3):
        telling.tell_what_is_due(here.community)
    move(terms, ends_at=-2.5 * DAY, opens_at=-3 * DAY)
    # The first has been told of that end when it is put off.
    telling.tell_what_is_due(here.community)
    assert told("offer_ending") == {here.member.pk}
    before = fresh(terms)
    services.edit_offer(
        terms, wishes(opens_at=before.opens_at, ends_at=before.ends_at + 9 * DAY), by=here.manager
    )
    assert fresh(terms).ending_told_at is None
    move(terms, ends_at=-9 * DAY - DAY / 24)
    for _step in range(3):
        telling.tell_what_is_due(here.community)
    lines = Notification.objects.filter(kind="offer_ending").values_list("membership_id", flat=True)
    assert sorted(lines) == sorted([here.member.pk, here.member.pk, here.ambassador.pk])
    services.edit_offer(
        terms, wishes(opens_at=before.opens_at, ends_at=before.ends_at + DAY / 48), by=here.manager
    )
    assert fresh(terms).ending_told_at is not None, "of an end moved by an hour they know"


def test_an_offer_that_is_used_up_is_no_news(here: Cast) -> None:
    for person in (here.member, here.ambassador):
        claiming.hear_of_offers(by=person)
    terms = with_codes(here, "ONE")
    telling.tell_what_is_due(here.community)
    lines = list(Notification.objects.filter(kind="offer_opened", membership=here.ambassador))
    assert still_true(lines, here.ambassador, here.community)
    claiming.claim_code(terms, by=here.member)
    assert not still_true(lines, here.ambassador, here.community)
    mine = list(Notification.objects.filter(kind="offer_opened", membership=here.member))
    assert still_true(mine, here.member, here.community), "whoever has a code can still use it"


def test_the_mail_says_the_hour_by_the_clocks_of_the_community(here: Cast) -> None:
    """A job is in no time zone; an offer that ends at six is not said to end at five."""
    Community.objects.filter(pk=here.community.pk).update(time_zone="Pacific/Auckland")
    community = Community.objects.get(pk=here.community.pk)
    ends = (timezone.now() + 3 * DAY).astimezone(community.zone).replace(hour=18, minute=0)
    claiming.claim_code(shared(here, ends_at=ends), by=here.member)
    line = Notification.objects.get(kind="code_claimed")
    with timezone.override(datetime.UTC):
        mail = build_mail(community, line)
    assert mail is not None
    with translation.override("en"):
        assert date_format(ends, "DATETIME_FORMAT") in str(mail.body)


def test_where_offers_are_closed_nobody_is_asked_about_their_mails(here: Cast) -> None:
    claiming.hear_of_offers(by=here.member)
    asked = {"offer_opened", "offer_ending"}
    assert asked <= set(ChannelsForm(membership=here.member).names)
    Community.objects.filter(pk=here.community.pk).update(open_features=["forums"])
    forget_all()
    me = type(here.member).objects.get(pk=here.member.pk)
    assert not asked & set(ChannelsForm(membership=me).names)


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
