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


def test_a_choice_for_all_that_stays_as_it_was_says_nothing_of_the_boxes(here: Cast) -> None:
    """A browser that shows both at once, and somebody who unticks one box and leaves *All by mail* above it."""
    wanted = boxes(page_of(here, here.member), ticked=True) - {"mentioned"}
    choose(here, here.member, mails=sorted(wanted), all_texts="mail", all_followed="mail")
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
