"""Who looks at what somebody else has set, from machines of their own; and how a setting is saved and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import APIResponse, Browser, BrowserContext, expect

from communities.journal.models import Change
from communities.memory import forget_all
from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.browser.walking import Person, settles
from tests.conftest import Cast, make_cast

SignIn = Callable[[Membership], None]


@dataclass
class Onlooker:
    """Somebody else, at another machine, who changes nothing."""

    context: BrowserContext
    cast: Cast
    server: str

    def asks(self, path: str) -> APIResponse:
        forget_all()
        return self.context.request.get(self.server + self.cast.url(path), max_redirects=0)

    def reads(self, path: str) -> str:
        """A page that is there for them."""
        answer = self.asks(path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.text()

    def meets(self, path: str) -> int:
        return self.asks(path).status


@dataclass
class Onlookers:
    visitor: Onlooker
    member: Onlooker
    ambassador: Onlooker
    # A visitor and a member of another community.
    outside: Onlooker
    member_outside: Onlooker


@contextmanager
def onlookers(browser: Browser, cast: Cast, server: str) -> Iterator[Onlookers]:
    """A visitor, a member and an ambassador of a place; a visitor and a member of another one."""
    elsewhere = make_cast()
    contexts: list[BrowserContext] = []

    def somebody(of: Cast, who: Membership | None, language: str) -> Onlooker:
        context = browser.new_context(extra_http_headers={"Accept-Language": language}, user_agent=BROWSER)
        cookies = of.sign_in(who).cookies
        context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in cookies.items()])
        contexts.append(context)
        return Onlooker(context, of, server)

    yield Onlookers(
        somebody(cast, None, "fr"),
        somebody(cast, cast.member, "en"),
        somebody(cast, cast.ambassador, "en"),
        somebody(elsewhere, None, "fr"),
        somebody(elsewhere, elsewhere.member, "en"),
    )
    for context in contexts:
        context.close()


def saves(person: Person, button: str = "Save") -> None:
    person.button(button).click()
    settles(person.page)
    expect(person.page.get_by_role("alert")).to_have_count(0)
    forget_all()


def takes_back(person: Person) -> None:
    """The last change, from the journal."""
    person.go("/manage/journal/")
    person.page.get_by_role("button", name=person.word("Undo")).first.click()
    settles(person.page)
    forget_all()


def acts(cast: Cast) -> set[str]:
    with cast.scope():
        return set(Change.objects.values_list("act", flat=True))
