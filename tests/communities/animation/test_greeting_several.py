"""One text for several newcomers: each gets their own greeting with their name, and nobody two."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.animation.models import Welcome
from communities.animation.newcomers.services import Wishes, greet, look_after
from communities.animation.newcomers.several import MOST, greet_several
from communities.exceptions import FieldError, NotAllowed
from communities.models import Membership
from communities.notifications.models import Notification
from tests.conftest import Cast
from tests.factories import make_membership

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
PATH = "/manage/newcomers/greet/"


@pytest.fixture
def people(here: Cast) -> list[Membership]:
    """Came within the last hours; everybody else has been here for long."""
    with here.scope():
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        names = ("Aoife", "Bran {name}", "Ciara")
        return [
            make_membership(display_name=name, joined_at=timezone.now() - (n + 1) * HOUR)
            for n, name in enumerate(names)
        ]


def send(here: Cast, who: Membership, people: list[Membership], words: str) -> Any:
    sent = {"people": [str(one.pk) for one in people], "words": words}
    return here.sign_in(who).post(here.url(PATH), sent, headers={"accept-language": "en"}, follow=True)


def welcomes(here: Cast) -> dict[str, str]:
    with here.scope():
        rows = Welcome.objects.greeted().select_related("membership")
        return {row.membership.display_name: row.words for row in rows}


def test_each_gets_their_own_with_their_name(here: Cast, people: list[Membership]) -> None:
    answer = send(here, here.moderator, people[:2], "Hello {name}, welcome. See you, { NOM }!")
    assert answer.status_code == 200
    assert "2 people are greeted" in answer.text
    assert welcomes(here) == {
        "Aoife": "Hello Aoife, welcome. See you, Aoife!",
        "Bran {name}": "Hello Bran {name}, welcome. See you, Bran {name}!",
    }
    with here.scope():
        rows = Welcome.objects.greeted()
        assert {row.greeted_by_id for row in rows} == {here.moderator.pk}
        told = Notification.objects.filter(kind="greeting").values_list("membership_id", flat=True)
        assert sorted(told) == sorted(one.pk for one in people[:2])
    page = here.sign_in(people[0]).get(here.url("/me/greeting/")).text
    assert "Hello Aoife, welcome." in page
    assert "Hello Bran" not in page


def test_whoever_was_greeted_meanwhile_is_left_out_and_named(here: Cast, people: list[Membership]) -> None:
    with here.scope():
        greet(people[0], Wishes("From me first."), by=here.owner, community=here.community)
    answer = send(here, here.moderator, people, "Hello {name}.")
    assert "2 people are greeted" in answer.text
    assert "Aoife got nothing" in answer.text
    assert welcomes(here)["Aoife"] == "From me first."
    answer = send(here, here.moderator, people, "Again, {name}.")
    assert "are greeted" not in answer.text
    assert "Again" not in "".join(welcomes(here).values())
    with here.scope():
        assert Notification.objects.filter(kind="greeting").count() == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write something first."),
        ("  \n", "Write something first."),
        ("Hello {first}.", "{first} would be sent as it stands."),
        ("x" * 1994 + "{name}", "2000 characters at most"),
    ],
)
def test_what_cannot_be_sent_is_sent_to_nobody_and_kept(
    here: Cast, people: list[Membership], words: str, said: str
) -> None:
    answer = send(here, here.moderator, people, words)
    assert answer.status_code == 422
    assert said in answer.text
    assert words.strip() in answer.text
    assert welcomes(here) == {}


@pytest.mark.parametrize("chosen", [[], ["0"], ["x"], ["99999999999999999999"]])
def test_whom_nobody_chose_or_knows(here: Cast, people: list[Membership], chosen: list[str]) -> None:
    client = here.sign_in(here.moderator)
    answer = client.post(here.url(PATH), {"people": chosen, "words": "Hello {name}."})
    assert answer.status_code == 422
    assert welcomes(here) == {}


def test_not_too_many_at_once(here: Cast) -> None:
    with here.scope():
        crowd = [make_membership() for _n in range(MOST + 1)]
        with pytest.raises(FieldError):
            greet_several(crowd, "Hello {name}.", by=here.owner, community=here.community)
        assert not Welcome.objects.greeted().exists()


def test_ambassadors_greet_those_in_their_care(here: Cast, people: list[Membership]) -> None:
    with here.scope():
        look_after(people[0], here.ambassador, by=here.owner)
    page = here.sign_in(here.ambassador).get(here.url(PATH)).text
    assert "Aoife" in page
    assert "Ciara" not in page
    assert send(here, here.ambassador, people, "Hello {name}.").status_code == 422
    assert "1 person is greeted" in send(here, here.ambassador, people[:1], "Hello {name}.").text
    assert list(welcomes(here)) == ["Aoife"]
    with here.scope(), pytest.raises(NotAllowed):
        greet_several(people[1:], "Hello {name}.", by=here.ambassador, community=here.community)


def test_others_do_not(here: Cast, elsewhere: Cast, people: list[Membership]) -> None:
    for who in (here.member, here.marketing):
        assert send(here, who, people, "Hello {name}.").status_code == 403
    assert here.sign_in(None).get(here.url(PATH)).status_code == 302
    assert send(elsewhere, elsewhere.owner, people, "Hello {name}.").status_code == 422
    assert welcomes(here) == {}
    with here.scope(), pytest.raises(NotAllowed):
        greet_several(people, "Hello {name}.", by=here.member, community=here.community)


def test_the_desk_leads_there_and_says_when_nobody_waits(here: Cast, people: list[Membership]) -> None:
    desk = here.sign_in(here.moderator).get(here.url("/manage/newcomers/"), headers={"accept-language": "fr"})
    assert "Accueillir plusieurs personnes" in desk.text
    page = here.sign_in(here.moderator).get(here.url(PATH), headers={"accept-language": "fr"}).text
    assert "Bonjour {name}" in page
    send(here, here.moderator, people, "Hello {name}.")
    page = here.sign_in(here.moderator).get(here.url(PATH), headers={"accept-language": "en"}).text
    assert "Everybody has been greeted." in page
