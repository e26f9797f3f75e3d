"""Who agreed is recognised, who did not is not, and whoever leaves is forgotten."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from analytics.capture import recording, stream
from analytics.capture.channels import Channel
from analytics.capture.firsts import first_visits
from analytics.capture.models import Event, FilteredDay
from analytics.capture.queries import consent_share, touches_before, touches_of
from analytics.capture.services import forget_visits
from analytics.engagement.tasks import forget_gone
from communities.animation.models import Welcome
from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

AGREED = "yes." + "ab" * 16
Capture = Callable[[], int]


@pytest.fixture
def asking(here: Cast) -> Cast:
    here.community.settings = {"audience": "consent"}
    here.community.save()
    return here


def browse(cast: Cast, client: Client, path: str = "/", referrer: str = "") -> None:
    client.get(cast.url(path), HTTP_USER_AGENT=BROWSER, HTTP_REFERER=referrer)


def agreeing() -> Client:
    client = Client()
    client.cookies["audience"] = AGREED
    return client


def test_visits_before_and_after_signing_in_are_one_persons(asking: Cast, capture: Capture) -> None:
    client = agreeing()
    browse(asking, client, "/?utm_source=fb&utm_campaign=spring")
    capture()
    with asking.scope():
        Event.objects.update(occurred_at=timezone.now() - datetime.timedelta(days=3))
        assert touches_before(asking.member, timezone.now()) == [], "nobody has signed in yet"
    client.force_login(asking.member.member)
    browse(asking, client, "/", "https://www.google.com/")
    capture()
    with asking.scope():
        touches = touches_before(asking.member, timezone.now())
        assert [(one.channel, one.source, one.campaign, one.landing_path) for one in touches] == [
            (Channel.ORGANIC_SOCIAL, "Facebook", "spring", "/"),
            (Channel.ORGANIC_SEARCH, "Google", "", "/"),
        ]
        assert touches_before(asking.member, timezone.now(), days=2) == touches[1:], "the window is respected"
        assert touches_before(asking.member, touches[1].at) == touches[:1], "a touch comes before the moment"
        many = touches_of([asking.member.pk, asking.owner.pk], touches[0].at, timezone.now())
        assert many == {asking.member.pk: touches}
        share = consent_share(touches[0].at, timezone.now(), members=4)
        assert (share.consenting, share.share) == (1, 0.25)


def test_who_has_not_agreed_is_counted_as_not_asked_only(asking: Cast, capture: Capture) -> None:
    browse(asking, Client())
    capture()
    with asking.scope():
        assert not Event.objects.exists()
        assert FilteredDay.objects.get().reason == "not_asked"


def test_without_consent_mode_a_choice_joins_nothing(here: Cast, capture: Capture) -> None:
    client = agreeing()
    client.force_login(here.member.member)
    browse(here, client)
    capture()
    with here.scope():
        event = Event.objects.get()
        assert (event.membership, event.consent) == (None, 0)
        assert touches_before(here.member, timezone.now()) == []


def test_an_erased_member_is_cut_off_from_their_visits(asking: Cast, capture: Capture) -> None:
    client = agreeing()
    browse(asking, client)
    client.force_login(asking.member.member)
    browse(asking, client)
    capture()
    with asking.scope():
        assert Event.objects.filter(consent=1).count() == 2
        Membership.objects.filter(pk=asking.member.pk).update(status=Membership.Status.ERASED)
    forget_gone()
    with asking.scope():
        assert list(Event.objects.values_list("membership", "consent")) == [(None, 0)] * 2
        assert forget_visits(asking.member) == 0, "forgetting twice changes nothing"


def test_a_deleted_membership_leaves_no_number_behind(asking: Cast, capture: Capture) -> None:
    client = agreeing()
    client.force_login(asking.member.member)
    browse(asking, client)
    capture()
    with asking.scope():
        Membership.objects.get(pk=asking.member.pk).delete()
        assert Event.objects.get().membership_id is None


def test_nothing_that_identifies_is_in_stream_or_table(here: Cast, capture: Capture) -> None:
    Client().get(here.url("/?token=hush"), HTTP_USER_AGENT=BROWSER, REMOTE_ADDR="203.0.113.77")
    recording.buffer.hand_over()
    kept = str(stream.connect().xrange(stream.key_of("hits"), "-", "+"))
    capture()
    with here.scope():
        kept += str(Event.objects.values().get())
    for secret in ("203.0.113", "Firefox", "hush"):
        assert secret not in kept


def choose(cast: Cast, client: Client, choice: str) -> int:
    return client.post(cast.url("/choices/"), {"choice": choice}).status_code


@pytest.mark.django_db
def test_refusing_is_kept_for_this_community_and_can_be_taken_back(here: Cast) -> None:
    client = Client()
    assert "At present your visits are counted." in client.get(here.url("/choices/")).content.decode()
    assert choose(here, client, "refuse") == 302
    cookie = client.cookies["audience"]
    assert (cookie.value, cookie["path"], cookie["httponly"]) == ("no", here.url("/"), True)
    assert "At present your visits are not counted." in client.get(here.url("/choices/")).content.decode()
    choose(here, client, "agree")
    assert client.cookies["audience"].value == "", "being counted anonymously needs no cookie"
    assert choose(here, client, "perhaps") == 400


def test_withdrawing_unlinks_what_was_linked(asking: Cast, capture: Capture) -> None:
    client = asking.sign_in(asking.member)
    choose(asking, client, "agree")
    number = client.cookies["audience"].value
    assert choose(asking, client, "agree") == 302
    assert client.cookies["audience"].value == number, "agreeing again extends nothing"
    browse(asking, client)
    capture()
    with asking.scope():
        assert Event.objects.filter(membership=asking.member).count() == 1
    choose(asking, client, "refuse")
    with asking.scope():
        assert not Event.objects.filter(membership=asking.member).exists()
    assert "At present your visits are not counted." in client.get(asking.url("/choices/")).content.decode()


@pytest.mark.django_db
def test_a_signal_of_the_browser_is_respected_and_said(asking: Cast) -> None:
    page = Client().get(asking.url("/choices/"), HTTP_SEC_GPC="1").content.decode()
    assert "Your browser asks that you are not followed." in page
    assert "You have not chosen yet" in page


@pytest.mark.django_db
def test_where_nothing_is_measured_there_is_nothing_to_choose(here: Cast) -> None:
    here.community.settings = {"audience": "off"}
    here.community.save()
    assert "nothing to choose" in Client().get(here.url("/choices/")).content.decode()


ASKING = 'class="ask-bar"'


def shown(cast: Cast, client: Client, path: str = "/forums/", **headers: str) -> str:
    return client.get(cast.url(path), headers=headers).content.decode()


def test_pages_ask_until_somebody_has_chosen(asking: Cast, capture: Capture) -> None:
    client = Client(enforce_csrf_checks=True)
    page = shown(asking, client)
    assert ASKING in page
    assert not client.cookies, "asking sets none"
    asked_on = asking.url("/forums/?page=1")
    answer = client.post(asking.url("/choices/"), {"choice": "refuse", "next": asked_on})
    assert answer.headers["Location"] == asked_on
    page = shown(asking, client)
    assert ASKING not in page
    assert "Your choice is saved." in page


def test_the_same_memory_serves_those_asked_and_those_who_chose(
    asking: Cast, capture: Capture, settings: Any
) -> None:
    settings.VISITOR_PAGES = 256
    refused = Client()
    refused.cookies["audience"] = "no"
    for _time in range(2):
        assert ASKING in shown(asking, Client())
        assert ASKING not in shown(asking, refused)
        assert ASKING not in shown(asking, agreeing())
        assert ASKING not in shown(asking, Client(), **{"sec-gpc": "1"})


def test_nobody_is_asked_what_does_not_concern_them(
    asking: Cast, elsewhere: Cast, capture: Capture, settings: Any
) -> None:
    assert ASKING in shown(asking, asking.sign_in(asking.member))
    assert ASKING not in shown(asking, asking.sign_in(asking.moderator)), "the team is not counted"
    assert ASKING not in shown(asking, Client(), "/choices/"), "that page is the question"
    assert ASKING not in shown(elsewhere, Client()), "anonymous figures need no consent"
    settings.CAPTURE = False
    assert ASKING not in shown(asking, Client())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_no_other_site_chooses_for_a_visitor(asking: Cast, headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    assert choose(asking, client, "agree") == 400
    assert "audience" not in client.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_our_own_page_does(asking: Cast, headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    answer = client.post(asking.url("/choices/"), {"choice": "agree", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == asking.url("/choices/"), "back to a page of ours only"
    assert client.cookies["audience"].value.startswith("yes.")


def test_the_page_about_cookies_tells_of_the_one_that_asks(
    here: Cast, elsewhere: Cast, settings: Any
) -> None:
    settings.CAPTURE = True
    elsewhere.community.settings = {"audience": "consent"}
    elsewhere.community.save()
    calm, asking = (Client().get(cast.url("/legal/cookies/")).text for cast in (here, elsewhere))
    assert "the law asks for no consent" in calm
    assert "the law asks for no consent" not in asking
    assert "One of them is set only if you agree" in asking


def test_the_desk_says_how_those_who_agreed_first_came(asking: Cast, capture: Capture) -> None:
    """Its page, its day and its way: before they joined, of a browser that is theirs alone, and of nobody else."""
    with asking.scope():
        thread = make_thread(asking.forum, by=asking.owner, title="Mending a jib")
        Membership.objects.update(joined_at=timezone.now() - datetime.timedelta(days=90))
        other = make_membership(display_name="Tomasz", joined_at=timezone.now())
    client, path = agreeing(), thread.get_absolute_url().removeprefix(asking.prefix)
    browse(asking, client, path, "https://www.google.com/")
    capture()
    with asking.scope():
        Event.objects.update(occurred_at=timezone.now() - datetime.timedelta(days=3))
    client.force_login(asking.member.member)
    browse(asking, client, "/forums/")
    browse(asking, Client(), "/forums/")
    capture()
    desk, plain = asking.url("/manage/newcomers/"), asking.sign_in(asking.manager)
    assert "First visit" not in plain.get(desk).text, "they had joined before"
    with asking.scope():
        Membership.objects.filter(pk=asking.member.pk).update(joined_at=timezone.now())
    page = plain.get(desk).text
    assert page.count("First visit") == 1, "of the other one nothing is said"
    assert f'<a href="{asking.url(path)}" dir="auto">Mending a jib</a>' in page
    assert "from: Google" in page
    with asking.scope():
        Welcome.objects.create(membership=asking.member, looked_after_by=asking.ambassador)
    care = asking.sign_in(asking.ambassador).get(desk).text
    assert asking.member.display_name in care
    assert "First visit" not in care, "who has them in their care reads what they said"
    shared = agreeing()
    shared.force_login(other.member)
    browse(asking, shared, "/")
    capture()
    assert "First visit" not in plain.get(desk).text, "nobody can tell who sat before it"
    with asking.scope():
        Event.objects.filter(membership=other).delete()
        assert "First visit" in plain.get(desk).text
        forget_visits(asking.member)
    assert "First visit" not in plain.get(desk).text


def test_without_asking_for_consent_the_desk_says_nothing(asking: Cast, capture: Capture) -> None:
    client = agreeing()
    browse(asking, client, "/")
    client.force_login(asking.member.member)
    browse(asking, client, "/forums/")
    capture()
    with asking.scope():
        Membership.objects.update(joined_at=timezone.now() + datetime.timedelta(minutes=1))
        people = [Membership.objects.get(pk=asking.member.pk)]
        assert asking.member.pk in first_visits(asking.community, people)
        asking.community.settings = {"audience": "exempt"}
        assert first_visits(asking.community, people) == {}
