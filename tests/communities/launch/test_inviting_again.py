"""Who was let in from the waiting list and did not come in time can be invited again, and is told so."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.exceptions import NotAllowed
from communities.launch.emails import write_due
from communities.launch.models import Invitation, LaunchLogEntry, WaitingPlace
from communities.launch.services import admit_waiting, invite_again, leave_waiting_list
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership, make_person
from tests.mailing import delivered

PATH = "/manage/launch/waiting-list/expired/"
MONTH = datetime.timedelta(days=31)


def waits(here: Cast, number: int, *, expired: bool = True) -> WaitingPlace:
    """Somebody who was let in a month ago."""
    with here.scope():
        place = WaitingPlace.objects.create(email=f"p{number}@example.org", number=number)
        admit_waiting(by=here.manager, stage=None, places=[place.pk])
        if expired:
            then = timezone.now() - MONTH
            WaitingPlace.objects.filter(pk=place.pk).update(admitted_at=then)
            Invitation.objects.filter(place=place).update(
                sent_at=then, expires_at=then + datetime.timedelta(days=30), mail_due_at=None
            )
        place.refresh_from_db()
    return place


def ways_in(here: Cast, place: WaitingPlace) -> list[Invitation]:
    with here.scope():
        return list(Invitation.objects.filter(place=place))


def test_a_new_way_in_takes_the_place_of_the_expired_one_and_says_so(here: Cast, plan: Plan) -> None:
    late = waits(here, 1)
    client = here.sign_in(here.manager)
    assert "p1@example.org" in client.get(here.url(PATH)).content.decode()
    answer = client.post(here.url(f"{PATH}again/"), {"place": [late.pk]}, follow=True)
    assert "1 person gets a new way in by mail." in answer.content.decode()
    assert "p1@example.org" not in client.get(here.url(PATH)).content.decode()
    [invitation] = ways_in(here, late)
    assert invitation.is_usable()
    assert invitation.expires_at > timezone.now() + datetime.timedelta(days=29)
    write_due(here.community)
    mail = delivered()[-1]
    assert mail.to == ["p1@example.org"]
    assert "this one replaces it" in mail.body
    assert "this one replaces it" in str(mail.alternatives[0][0])
    with here.scope():
        line = LaunchLogEntry.objects.order_by("-pk").first()
        assert (line.act, line.detail) == ("invited", {"people": 1})


def test_the_first_way_in_takes_nobodys_place(here: Cast, plan: Plan) -> None:
    waits(here, 1, expired=False)
    write_due(here.community)
    assert "replaces it" not in delivered()[-1].body


def test_only_whose_way_in_has_expired(here: Cast, plan: Plan) -> None:
    with here.scope():
        waiting = WaitingPlace.objects.create(email="w@example.org", number=9)
    fresh, used, gone = waits(here, 1, expired=False), waits(here, 2), waits(here, 3)
    with here.scope():
        Invitation.objects.filter(place=used).update(state="accepted")
        leave_waiting_list(gone)
        before = {one.pk for one in Invitation.objects.all()}
        assert invite_again([waiting.pk, fresh.pk, used.pk, gone.pk], by=here.manager) == 0
        assert {one.pk for one in Invitation.objects.all()} == before
    page = here.sign_in(here.manager).get(here.url(PATH)).content.decode()
    assert "No way in has expired" in page


def test_who_came_by_another_door_is_not_invited_again(here: Cast, plan: Plan) -> None:
    late, unproven = waits(here, 1), waits(here, 2)
    with here.scope():
        make_membership(make_person(email="p1@example.org"))
        # Who has not proven the address yet has not come.
        make_membership(make_person(email="p2@example.org"), status="invited")
        assert invite_again([late.pk], by=here.manager) == 0
    page = here.sign_in(here.manager).get(here.url(PATH)).content.decode()
    assert "p1@example.org" not in page
    assert "p2@example.org" in page
    with here.scope():
        assert invite_again([unproven.pk], by=here.manager) == 1


def test_twice_is_once(here: Cast, plan: Plan) -> None:
    late = waits(here, 1)
    with here.scope():
        assert invite_again([late.pk], by=here.manager) == 1
        assert invite_again([late.pk], by=here.manager) == 0
    assert len(ways_in(here, late)) == 1


def test_nobody_else_may(here: Cast, elsewhere: Cast, plan: Plan) -> None:
    late = waits(here, 1)
    for person in (here.marketing, here.moderator, here.ambassador, here.member):
        assert here.sign_in(person).get(here.url(PATH)).status_code == 403
        with here.scope(), pytest.raises(NotAllowed):
            invite_again([late.pk], by=person)
    assert "p1@" not in elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(PATH)).content.decode()
    elsewhere.sign_in(elsewhere.owner).post(elsewhere.url(f"{PATH}again/"), {"place": [late.pk]})
    assert not ways_in(here, late)[0].is_usable()


def test_the_list_goes_on_page_by_page(here: Cast, plan: Plan) -> None:
    for number in range(1, 53):
        waits(here, number)
    client = here.sign_in(here.manager)
    first = client.get(here.url(PATH))
    assert len(first.context["lapsed"]) == 50
    rest = client.get(here.url(f"{PATH}?after={first.context['older']}"))
    assert len(rest.context["lapsed"]) == 2
    assert not {one.pk for one in first.context["lapsed"]} & {one.pk for one in rest.context["lapsed"]}
