"""Introducing a newcomer from Today: who is proposed, to whom, and what is told of it afterwards."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from communities.animation.models import Handling, Introduction, Welcome
from communities.animation.newcomers.services import Wishes, greet, introduce
from communities.animation.today.listing import done_today, list_today
from communities.content.models import Thread
from communities.models import Membership
from communities.notifications.models import Notification
from tests.communities.animation.test_today import send
from tests.conftest import Cast
from tests.factories import make_field, make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def fergus(here: Cast) -> Membership:
    """Has been here for long, wrote lately, and varnishes."""
    with here.scope():
        make_field("text", "Knows", key="knows")
        Membership.objects.update(joined_at=timezone.now() - 90 * DAY)
        here.community.refresh_from_db()
        fergus = make_membership(
            display_name="Fergus", profile={"knows": "Varnish"}, joined_at=timezone.now() - 90 * DAY
        )
        make_reply(make_thread(here.forum, by=here.owner), by=fergus)
        return fergus


@pytest.fixture
def aoife(here: Cast, fergus: Membership) -> Membership:
    """Came today, and varnishes, too."""
    with here.scope():
        return newcomer("Aoife", {"knows": "sail repair, varnish"})


def newcomer(name: str, profile: dict[str, str]) -> Membership:
    return make_membership(display_name=name, profile=profile, joined_at=timezone.now() - HOUR)


def proposed(here: Cast, who: Membership) -> list[str]:
    with here.scope():
        day = list_today(here.community, who, minutes=240).day
        return [one.matter.key for one in (*day.now, *day.later) if one.source.name == "introductions"]


def test_whoever_was_greeted_is_introduced_on_today_itself(
    here: Cast, aoife: Membership, fergus: Membership
) -> None:
    assert proposed(here, here.manager) == [], "a greeting comes first"
    with here.scope():
        silent = newcomer("Tomasz", {})
        for person in (aoife, silent):
            greet(person, Wishes("Hello."), by=here.owner, community=here.community)
    assert proposed(here, here.manager) == [str(aoife.pk)], "of the other nothing is known"
    page = here.sign_in(here.manager).get(here.url("/today/?minutes=240")).text
    assert "Aoife could meet others" in page
    assert "In common: Varnish." in page
    path = f"/today/introductions/{aoife.pk}/do/"
    assert f'action="{here.url(path)}"' in page
    for meet in ([], [str(here.member.pk)], ["x"]):
        refused = send(here, here.manager, path, meet=meet)
        assert refused.status_code == 422
        assert "Choose who they should meet." in refused.text
    assert send(here, here.manager, path, meet=[str(fergus.pk)]).status_code == 302
    with here.scope():
        assert Introduction.objects.get().reason == "Varnish"
        told = Notification.objects.filter(kind="introduced").values_list("membership_id", flat=True)
        assert set(told) == {aoife.pk, fergus.pk}
        assert Handling.objects.get().carried_out
        done = done_today(here.community, here.manager, timezone.now())
        assert [(one.source.name, one.title, one.minutes) for one in done] == [("introductions", "Aoife", 2)]
    assert proposed(here, here.manager) == []
    assert send(here, here.moderator, path, meet=[str(fergus.pk)]).status_code == 409, "somebody was first"


def test_what_was_ticked_stays_ticked_where_it_is_too_much(
    here: Cast, aoife: Membership, fergus: Membership
) -> None:
    with here.scope():
        greet(aoife, Wishes("Hello."), by=here.owner, community=here.community)
        others = [make_membership(profile={"knows": "Varnish"}) for _one in range(2)]
        for other in others:
            make_reply(make_thread(here.forum, by=here.owner), by=other)
    three = sorted(str(one.pk) for one in (fergus, *others))
    refused = send(here, here.manager, f"/today/introductions/{aoife.pk}/do/", meet=three)
    assert "Two people at most" in refused.text
    assert sorted(re.findall(r'value="(\d+)"\s+checked', refused.text)) == three


def test_whose_first_text_was_answered_is_introduced_too(
    here: Cast, aoife: Membership, fergus: Membership
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=aoife)
        Membership.objects.filter(pk=aoife.pk).update(post_count=1)
        Welcome.objects.create(membership=aoife, greeted_at=timezone.now(), greeted_by=here.owner)
        assert proposed(here, here.manager) == [], "a reply comes first, whoever has said hello"
        Welcome.objects.all().delete()
        make_reply(Thread.objects.get(pk=thread.pk), by=fergus)
    assert proposed(here, here.manager) == [str(aoife.pk)]
    assert proposed(here, here.ambassador) == [], "ambassadors have what was given to them"
    given = send(here, here.manager, f"/today/introductions/{aoife.pk}/give/", to=str(here.ambassador.pk))
    assert given.status_code == 302
    assert proposed(here, here.manager) == []
    assert proposed(here, here.ambassador) == [str(aoife.pk)]
    path = f"/today/introductions/{aoife.pk}/do/"
    sent = send(here, here.ambassador, path, meet=[str(fergus.pk)], seen="1")
    assert sent.status_code == 302


def test_at_the_desk_it_is_told_once_with_the_greeting_or_without(
    here: Cast, aoife: Membership, fergus: Membership
) -> None:
    with here.scope():
        both = Wishes("Hello.", meet={fergus.pk: "Varnish", here.member.pk: "Cork"})
        greet(aoife, both, by=here.manager, community=here.community)
        later = newcomer("Maud", {"knows": "varnish"})
        greet(later, Wishes("Hello."), by=here.owner, community=here.community)
        introduce(later, {fergus.pk: "Varnish", here.member.pk: "Cork"}, by=here.manager)
        before = newcomer("Rory", {"knows": "varnish"})
        introduce(before, {fergus.pk: "Varnish"}, by=here.manager)
        greet(before, Wishes("Hello."), by=here.manager, community=here.community)
        done = done_today(here.community, here.manager, timezone.now())
        assert [(one.source.name, one.title) for one in done] == [
            ("greetings", "Aoife"),
            ("introductions", "Maud"),
            ("introductions", "Rory"),
            ("greetings", "Rory"),
        ]
