"""Enter on the sign-in page does what is typed says, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Browser

from members.models import Member
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person
from tests.conftest import Cast
from tests.mailing import delivered

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"


@pytest.fixture
def plain(browser: Browser, cast: Cast, server: str, settings: Any) -> Iterator[Person]:
    settings.ACCOUNT_RATE_LIMITS = False
    context = browser.new_context(locale=LOCALES["en"], java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield Person(context.new_page(), cast, server, "en")
    context.close()


@pytest.fixture
def member(cast: Cast) -> Member:
    member = cast.member.member
    assert member is not None
    member.set_password(PASSWORD)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def test_enter_after_a_password_signs_in_with_it(plain: Person, member: Member) -> None:
    plain.go("/sign-in/")
    plain.field("E-mail address").fill(member.email)
    plain.page.get_by_text("I have a password").click()
    plain.field("Password").fill(PASSWORD)
    plain.field("Password").press("Enter")
    plain.page.wait_for_url(re.compile(r"/c/[^/]+/$|//[^/]+/$"))
    assert not delivered()


def test_enter_after_the_address_sends_a_code(plain: Person, member: Member) -> None:
    plain.go("/sign-in/")
    plain.field("E-mail address").fill(member.email)
    plain.field("E-mail address").press("Enter")
    plain.page.wait_for_url(re.compile(r"/sign-in/code/"))
    assert delivered()[-1].to == [member.email]


def test_the_button_sends_a_code_whatever_a_browser_has_filled_in(plain: Person, member: Member) -> None:
    plain.go("/sign-in/")
    plain.field("E-mail address").fill(member.email)
    plain.page.get_by_text("I have a password").click()
    plain.field("Password").fill("what the browser remembers")
    plain.button("Send the code").click()
    plain.page.wait_for_url(re.compile(r"/sign-in/code/"))
    assert delivered()[-1].to == [member.email]
