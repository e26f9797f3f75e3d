"""A manager’s morning: greet, answer a question, put something off, take it back; in both languages."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import ngettext, override
from playwright.sync_api import Locator, Page, expect

from communities.animation.models import Welcome
from communities.content.models import Post, Thread
from communities.models import Community, Membership
from tests.browser.test_journeys import SignIn
from tests.browser.walking import Person
from tests.conftest import Cast
from tests.factories import make_membership, make_thread

DAY = datetime.timedelta(days=1)


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def morning(cast: Cast, settings: Any) -> Thread:
    """A question of two days, a newcomer of an hour; everybody else has been here for long."""
    now = timezone.now()
    Community.objects.filter(pk=cast.community.pk).update(name="Halyard")
    with cast.scope():
        Membership.objects.update(joined_at=now - 90 * DAY)
        Membership.objects.filter(pk=cast.member.pk).update(display_name="Bo Marlin", place="Cork")
        make_membership(display_name="Aoife Brannigan", place="Cork", joined_at=now - DAY / 24)
        thread = make_thread(cast.forum, by=cast.member, kind="question", title="Which whipping twine?")
        for rows in (Thread.objects.filter(pk=thread.pk), Post.objects.filter(thread=thread)):
            rows.update(published_at=now - 2 * DAY)
        return thread


def opened(page: Page, title: str) -> Locator:
    """A matter of the list, opened if it is not: the first one is."""
    matter = page.locator(".act", has=page.get_by_role("heading", name=title))
    if matter.locator("details").first.get_attribute("open") is None:
        page.get_by_role("heading", name=title).click()
    return matter


def test_a_morning_of_a_manager(
    page: Page,
    cast: Cast,
    server: str,
    language: str,
    morning: Thread,
    sign_in: SignIn,
    complaints: list[str],
) -> None:
    person = Person(page, cast, server, language)
    sign_in(cast.manager)
    person.go("/today/")
    # Greet, from the draft that her own answer made.
    summary = person.word("%(name)s has not been greeted", name="Aoife Brannigan")
    opened(page, summary)
    person.link("Read what they said, and greet").click()
    expect(person.field("Your words")).to_have_value(re.compile("Cork"))
    person.button("Send the greeting").click()
    person.sees("Your greeting to %(name)s is sent.", name="Aoife Brannigan")
    # Introduce her to somebody who lives where she does.
    matter = opened(page, person.word("%(name)s could meet others", name="Aoife Brannigan"))
    matter.get_by_role("checkbox", name="Bo Marlin").check()
    matter.get_by_role("button", name=person.word("Introduce"), exact=True).click()
    person.sees("They are introduced, and told of each other.")
    # Answer a question where it stands.
    matter = opened(page, "Which whipping twine?")
    matter.get_by_label(person.word("Your reply")).fill("Waxed polyester, and double it.")
    matter.get_by_role("button", name=person.word("Send the reply")).click()
    person.sees("Your answer is posted: “%(title)s”.", title="Which whipping twine?")
    # Put the next thing off, and take that back.
    with override(language):
        words = ngettext("%(n)s legal text is to be confirmed", "%(n)s legal texts are to be confirmed", 5)
    matter = opened(page, words % {"n": 5})
    matter.get_by_text(person.word("Put off"), exact=True).first.click()
    matter.get_by_role("button", name=person.word("Put off"), exact=True).click()
    person.sees("Put off until then.")
    label = person.word("Legal texts to confirm")
    page.get_by_role("button", name=person.word("Take back: %(what)s", what=label)).click()
    person.sees("Taken back: it is on the list again.")
    with cast.scope():
        assert Welcome.objects.get().greeted_by_id == cast.manager.pk
        assert Post.objects.get(thread=morning, position=2).author_id == cast.manager.pk
    assert complaints == []
