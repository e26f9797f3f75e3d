"""The waiting list: who asks says their name and why; the team refuses, and can take that back; who told whom."""

from __future__ import annotations

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities import memory
from communities.exceptions import NotAllowed
from communities.launch.models import Invitation, LaunchLogEntry, WaitingPlace
from communities.launch.queries import find_friend, friend_token, token_of
from communities.launch.services import (
    admit_waiting,
    join_waiting_list,
    refuse_waiting,
    take_refusal_back,
)
from communities.launch.services.refusing import KNOWN_FOR, MAIL_WAITS
from communities.launch.tasks import write_launch_mails
from tests.communities.launch.conftest import Plan
from tests.conftest import Cast
from tests.factories import make_membership
from tests.mailing import delivered

pytestmark = pytest.mark.usefixtures("fresh_limits")
LIST = "/manage/launch/waiting-list/"


@pytest.fixture
def closed(here: Cast, plan: Plan) -> None:
    """Joining is the team’s own until a later stage."""
    plan(("team", ["join"]), opened=1)


def wait(here: Cast, name: str = "Ada", **wishes: object) -> WaitingPlace:
    address = f"{name.lower()}@example.org"
    return join_waiting_list(here.community, email=address, name=name, **wishes)  # type: ignore[arg-type]


REFUSAL, PLACE = "About your place", "You are number"


def mails(begins: str) -> int:
    return sum(one.subject.startswith(begins) for one in delivered())


def make_due() -> None:
    WaitingPlace.objects.filter(mail_due_at__isnull=False).update(mail_due_at=timezone.now())


def test_name_and_reason_reach_the_team_and_are_optional(here: Cast, closed: None) -> None:
    visitor, door = here.sign_in(None), here.url("/waiting-list/")
    sent = {"email": "ada@example.org", "name": "Ada L.", "reason": "I splice wire rope."}
    assert visitor.post(door, sent).status_code == 302
    assert visitor.post(door, {"email": "bob@example.org"}).status_code == 302
    too_long = visitor.post(door, sent | {"email": "c@example.org", "reason": "x" * 501})
    assert too_long.status_code == 422
    assert "x" * 501 in too_long.content.decode(), "nothing written is lost"
    page = here.sign_in(here.manager).get(here.url(LIST)).content.decode()
    assert "Ada L." in page
    assert "I splice wire rope." in page
    assert "bob@example.org" in page
    visitor.post(door, {"email": "ada@example.org", "name": "Mallory", "reason": "Spam"})
    with here.scope():
        assert WaitingPlace.objects.get(email="ada@example.org").name == "Ada L."


def test_a_refusal_is_told_once_with_its_answer(here: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here)
        WaitingPlace.objects.update(mail_due_at=None)
    client = here.sign_in(here.manager)
    answer = client.post(
        here.url(f"{LIST}refuse/"), {"place": [place.pk], "answer": "We are full of sailors."}
    )
    assert answer.status_code == 302
    refused = client.get(here.url(f"{LIST}refused/")).content.decode()
    assert "ada@example.org" in refused
    assert "the mail has not been sent yet" in refused
    assert here.url("/manage/launch/") in refused, "with the team’s places around it"
    assert write_launch_mails() == 0, "it can be taken back first"
    with here.scope():
        due = WaitingPlace.objects.get().mail_due_at
        assert due is not None
        assert due > timezone.now() + MAIL_WAITS / 2
        make_due()
    assert write_launch_mails() == 1
    assert write_launch_mails() == 0
    assert mails(REFUSAL) == 1
    assert "We are full of sailors." in str(delivered()[-1].body)
    page = here.sign_in(None).get(here.url(f"/waiting-list/{token_of(place)}/")).content.decode()
    assert "We are full of sailors." in page
    with here.scope():
        assert LaunchLogEntry.objects.get(act="refused").detail == {"people": 1}


def test_taken_back_in_time_nobody_hears_of_it(here: Cast, closed: None) -> None:
    with here.scope():
        place, other = wait(here), wait(here, "Bob")
        WaitingPlace.objects.update(mail_due_at=None)
        assert refuse_waiting([place.pk, place.pk, 0], by=here.manager, answer="No") == 1
    client = here.sign_in(here.manager)
    assert client.post(here.url(f"{LIST}{place.pk}/put-back/")).status_code == 302
    with here.scope():
        again = WaitingPlace.objects.get(pk=place.pk)
        assert (again.state, again.number, again.answer, again.refused_by) == ("waiting", 1, "", None)
        assert [one.pk for one in WaitingPlace.objects.waiting()] == [place.pk, other.pk]
        assert not take_refusal_back(again, by=here.manager)
    assert write_launch_mails() == 0
    assert mails(REFUSAL) == 0


def test_taken_back_too_late_the_place_is_told_again(here: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here)
        refuse_waiting([place.pk], by=here.manager)
        make_due()
    assert write_launch_mails() == 1
    assert mails(REFUSAL) == 1
    with here.scope():
        assert take_refusal_back(place, by=here.manager)
    assert write_launch_mails() == 1
    assert (mails(REFUSAL), mails(PLACE)) == (1, 1)


def test_who_was_refused_asks_in_vain_and_is_not_let_in(here: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here)
        WaitingPlace.objects.update(mail_due_at=None)
        refuse_waiting([place.pk], by=here.manager)
        WaitingPlace.objects.update(mail_due_at=None)
        cache.clear()
        assert wait(here).pk == place.pk
        assert WaitingPlace.objects.get().state == "refused"
        assert admit_waiting(by=here.manager, stage=None, first=10) == 0
        assert admit_waiting(by=here.manager, stage=None, places=[place.pk]) == 0
        assert not Invitation.objects.exists()


def test_who_was_refused_and_asks_again_gets_the_refusal_again_once_an_hour(here: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here)
        refuse_waiting([place.pk], by=here.manager, answer="No")
        first = WaitingPlace.objects.get().mail_due_at
        cache.clear()
        wait(here)
        assert WaitingPlace.objects.get().mail_due_at == first, (
            "the first one goes on waiting for ten minutes"
        )
        make_due()
    assert write_launch_mails() == 1
    visitor, door = here.sign_in(None), here.url("/waiting-list/")
    cache.clear()
    for _time in range(2):
        said = visitor.post(door, {"email": "ada@example.org"}, follow=True).content.decode()
    assert "A mail says where you stand" in said
    assert write_launch_mails() == 1
    assert (mails(REFUSAL), mails(PLACE)) == (2, 0)
    cache.clear()
    with here.scope():
        wait(here)
        assert take_refusal_back(place, by=here.manager)
    assert write_launch_mails() == 1
    assert mails(PLACE) == 1, "who has read a refusal is told when it is taken back"


def test_refused_before_the_first_mail_and_put_back_they_are_told_their_place(
    here: Cast, closed: None
) -> None:
    with here.scope():
        place = wait(here)
        refuse_waiting([place.pk], by=here.manager)
        assert take_refusal_back(place, by=here.manager)
    assert write_launch_mails() == 1
    assert (mails(REFUSAL), mails(PLACE)) == (0, 1)
    with here.scope():
        refuse_waiting([place.pk], by=here.manager)
        assert take_refusal_back(place, by=here.manager)
    assert write_launch_mails() == 0, "told once, they hear nothing of the second one"


def test_name_and_reason_go_when_they_are_let_in(here: Cast, closed: None) -> None:
    with here.scope():
        ada, _bob = wait(here, reason="Rope"), wait(here, "Bob")
        assert admit_waiting(by=here.manager, stage=None, places=[ada.pk]) == 1
        gone = WaitingPlace.objects.get(pk=ada.pk)
        assert (gone.state, gone.name, gone.reason, gone.answer) == ("admitted", "", "", "")
        assert gone.email, "the invitation is sent there"


def test_after_a_month_all_that_was_said_is_erased(here: Cast, closed: None) -> None:
    with here.scope():
        place, young = wait(here, reason="Rope"), wait(here, "Bob")
        refuse_waiting([place.pk, young.pk], by=here.manager, answer="No")
        make_due()
        WaitingPlace.objects.filter(pk=place.pk).update(
            refused_at=timezone.now() - KNOWN_FOR - datetime.timedelta(minutes=1)
        )
    write_launch_mails()
    with here.scope():
        gone = WaitingPlace.objects.get(pk=place.pk)
        assert (gone.state, gone.email, gone.name, gone.reason, gone.answer) == ("left", "", "", "", "")
        assert WaitingPlace.objects.get(pk=young.pk).email


def test_leaving_erases_name_and_reason(here: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here, reason="Rope")
    here.sign_in(None).post(here.url(f"/waiting-list/{token_of(place)}/leave/"))
    with here.scope():
        gone = WaitingPlace.objects.get()
        assert (gone.email, gone.name, gone.reason) == ("", "", "")


def test_who_told_whom(here: Cast, elsewhere: Cast, closed: None) -> None:
    with here.scope():
        ada = wait(here)
    visitor = here.sign_in(None)
    page = visitor.get(here.url(f"/waiting-list/{token_of(ada)}/")).content.decode()
    key = friend_token(ada)
    assert "?by=" in page
    door = here.url("/waiting-list/")
    assert f'value="{key}"' in visitor.get(f"{door}?by={key}").content.decode()
    visitor.post(door, {"email": "bob@example.org", "by": key})
    visitor.post(door, {"email": "eve@example.org", "by": "forged"})
    with here.scope():
        assert WaitingPlace.objects.get(email="bob@example.org").brought_by == ada
        assert WaitingPlace.objects.get(email="eve@example.org").brought_by is None
        assert find_friend(token_of(ada), here.community) is None, "another token opens other things"
        assert find_friend(key, elsewhere.community) is None
    assert "brought by Ada" in here.sign_in(here.manager).get(here.url(LIST)).content.decode()
    visitor.post(here.url(f"/waiting-list/{token_of(ada)}/leave/"))
    assert "brought by" not in here.sign_in(here.manager).get(here.url(LIST)).content.decode()
    with here.scope():
        assert WaitingPlace.objects.get(email="bob@example.org").brought_by == ada
    assert visitor.get(here.url(f"/waiting-list/{key}/")).status_code == 404, "it opens nothing"


def test_nobody_but_who_runs_the_plan_refuses(here: Cast, elsewhere: Cast, closed: None) -> None:
    with here.scope():
        place = wait(here)
        with pytest.raises(NotAllowed):
            refuse_waiting([place.pk], by=here.moderator)
        refuse_waiting([place.pk], by=here.manager)
        with pytest.raises(NotAllowed):
            take_refusal_back(place, by=here.marketing)
    for path in (f"{LIST}refused/", "/manage/launch/brought/"):
        assert here.sign_in(here.moderator).get(here.url(path)).status_code == 403
    away = elsewhere.sign_in(elsewhere.manager)
    assert away.post(elsewhere.url(f"{LIST}{place.pk}/put-back/")).status_code == 404


def test_who_brought_whom(here: Cast) -> None:
    with here.scope():
        for number, guest in enumerate((here.ambassador, here.moderator)):
            Invitation.objects.create(
                email=f"g{number}@example.org",
                inviter=here.member,
                state="accepted",
                accepted_by=guest,
                accepted_at=timezone.now(),
                expires_at=timezone.now(),
            )
        Invitation.objects.create(email="open@example.org", inviter=here.member, expires_at=timezone.now())
    page = here.sign_in(here.manager).get(here.url("/manage/launch/brought/")).content.decode()
    assert f"{here.member.display_name} brought {here.ambassador.display_name}" in page
    assert "2 people came" in page
    assert "open@example.org" not in page


def test_lists_cost_the_same_with_more_in_them(
    here: Cast, closed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the process remembers it remembers for the whole test: a slow machine asks no query more.
    monkeypatch.setattr(memory, "LIFETIME", 3600.0)
    client = here.sign_in(here.manager)
    paths = [LIST, f"{LIST}refused/", "/manage/launch/brought/"]

    def fill(first: int, last: int) -> None:
        with here.scope():
            for number in range(first, last):
                ada = wait(here, f"Ada{number}")
                wait(here, f"Bob{number}", brought_by=ada)
                gone = wait(here, f"Eve{number}")
                refuse_waiting([gone.pk], by=here.manager)
                guest = make_membership()
                Invitation.objects.create(
                    email=f"g{number}@example.org",
                    inviter=make_membership(),
                    state="accepted",
                    accepted_by=guest,
                    expires_at=timezone.now(),
                )

    def costs() -> list[int]:
        found = []
        for path in paths:
            client.get(here.url(path))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(here.url(path)).status_code == 200
            found.append(len(asked))
        return found

    fill(0, 1)
    few = costs()
    fill(1, 8)
    assert costs() == few
