"""Which mails come is chosen under headings: one choice for all that stands there, or a box for each."""

from __future__ import annotations

import re

import pytest

from communities.launch.features import FEATURES
from communities.memory import forget_all
from communities.models import Membership
from communities.notices import Heading, notices
from communities.notifications.emails import settings_address
from communities.notifications.notices import Mentioned
from communities.notifications.services import tell_of_post
from tests.communities.notifications.test_notices import mails
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.mailing import delivered

pytestmark = pytest.mark.django_db
PAGE = "/me/notifications/"
OF_TEXTS = {notice.name for notice in notices if notice.heading == Heading.TEXTS and notice.can_be_muted}


def page_of(here: Cast, person: Membership, query: str = "") -> str:
    return str(here.sign_in(person).get(here.url(PAGE) + query).content.decode())


def boxes(page: str, *, ticked: bool) -> set[str]:
    found = re.findall(r"<input type=\"checkbox\" name=\"mails\"[^>]*>", page)
    return {re.findall('value="([^"]+)"', one)[0] for one in found if ("checked" in one) == ticked}


def muted(here: Cast, person: Membership) -> set[str]:
    with here.scope():
        return set(Membership.objects.get(pk=person.pk).muted_mails)


def choose(here: Cast, person: Membership, **chosen: object) -> int:
    return int(here.sign_in(person).post(here.url(PAGE), chosen).status_code)


def test_headings_are_closed_and_say_what_is_set(here: Cast) -> None:
    page = page_of(here, here.member)
    assert not re.search(r'<details class="fold notices"[^>]* open', page)
    said = re.search(r'id="texts-said"[^>]*>\s*([^<]+?)\s*<', page)
    assert said is not None
    assert said[1] == "all by mail"
    assert 'id="running"' not in page, "nothing there is for members"
    assert 'id="running"' in page_of(here, here.manager)
    opened = page_of(here, here.member, "?open=followed")
    assert re.search(r'id="followed"\s+open', opened)
    assert not re.search(r'id="texts"\s+open', opened)


@pytest.mark.parametrize("what", ["mail", "here"])
def test_all_of_a_heading_is_chosen_at_once(here: Cast, what: str) -> None:
    asked = boxes(page_of(here, here.member), ticked=True)
    others = asked - OF_TEXTS
    before = sorted(others | {"mentioned"})
    assert choose(here, here.member, mails=before) == 302
    assert muted(here, here.member) == (asked & OF_TEXTS) - {"mentioned"}
    assert choose(here, here.member, mails=before, **{"all_texts": what}) == 302
    assert muted(here, here.member) == (asked & OF_TEXTS if what == "here" else set())
    page = page_of(here, here.member)
    assert f'value="{what}"' in next(
        one for one in re.findall(r"<input type=\"radio\" name=\"all_texts\"[^>]*>", page) if "checked" in one
    )


@pytest.mark.parametrize("what", ["mail", "here"])
def test_one_goes_to_the_boxes_and_back_to_all(here: Cast, what: str) -> None:
    """The page loads with a choice for all; one presses *Choose one by one*, changes two boxes and presses the first
    choice again. The boxes are hidden then, and sent."""
    asked = boxes(page_of(here, here.member), ticked=True)
    mine, some = asked & OF_TEXTS, {"mentioned", "answer_accepted"}
    choose(here, here.member, mails=sorted(asked), all_texts=what)
    as_shown = set() if what == "mail" else mine
    assert muted(here, here.member) == as_shown
    shown = boxes(page_of(here, here.member), ticked=True)
    assert choose(here, here.member, mails=sorted(shown ^ some), all_texts=what) == 302
    assert muted(here, here.member) == as_shown
    assert choose(here, here.member, mails=sorted(shown ^ some), all_texts="each") == 302
    assert muted(here, here.member) == as_shown ^ some


def test_boxes_count_only_one_by_one(here: Cast) -> None:
    """Until now what was changed counted, for browsers that cannot hide the boxes under *All by mail*. But a choice
    that is left and taken again has not changed: what counts is what the page shows, and there it says so in words."""
    page = page_of(here, here.member)
    assert "These boxes count only with “Choose one by one”." in page
    wanted = boxes(page, ticked=True) - {"mentioned"}
    choose(here, here.member, mails=sorted(wanted), all_texts="mail", all_followed="mail")
    assert muted(here, here.member) == set()
    choose(here, here.member, mails=sorted(wanted), all_texts="each", all_followed="mail")
    assert muted(here, here.member) == {"mentioned"}
    assert "of" in str(re.search(r'id="texts-said"[^>]*>\s*([^<]+?)\s*<', page_of(here, here.member)))
    assert choose(here, here.member, mails=sorted(wanted), all_texts="nonsense") == 422
    assert muted(here, here.member) == {"mentioned"}


def test_what_is_always_sent_is_said_and_not_asked(here: Cast) -> None:
    page = page_of(here, here.member)
    assert "Always sent by mail" in page
    assert "Post not published" in page
    assert "Domain fails" not in page
    assert "Domain fails" in page_of(here, here.owner)


@pytest.mark.parametrize("feature", ["ideas", "polls", "calls"])
def test_of_what_is_closed_nothing_is_asked(here: Cast, feature: str) -> None:
    names = {"ideas": "idea_status", "polls": "poll_closed", "calls": "call_closing"}
    assert names[feature] in page_of(here, here.member)
    here.community.open_features = [one.name for one in FEATURES if one.name != feature]
    here.community.save()
    forget_all()
    assert names[feature] not in page_of(here, here.member)


def test_the_way_from_a_mail_leads_to_its_heading(here: Cast) -> None:
    with here.scope():
        tell_of_post(make_reply(make_thread(here.forum, by=here.member), by=here.ambassador))
    mails(here)
    assert f"{PAGE}?open=texts#texts" in str(delivered()[0].body)
    address = settings_address(here.community, Mentioned)
    path = "/" + address.split("/", 3)[3].partition("#")[0]
    assert re.search(r'id="texts"\s+open', here.sign_in(here.member).get(path).content.decode())
