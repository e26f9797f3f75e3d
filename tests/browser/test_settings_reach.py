"""Domain and sender set by an owner, from the records to copy to what others meet. Name server and mail server are real
ones on loopback, and the browser follows names as the records say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, expect

from communities.console.reach.checking import check_due_domains, check_due_senders
from communities.console.reach.domains import PAUSE
from communities.mailing.models import Sender
from communities.memory import forget_all
from communities.models import Domain, Membership
from members.mails.sending import send_due
from tests.browser.conftest import chromium
from tests.browser.onlooking import Onlookers, SignIn, acts, saves, takes_back
from tests.browser.walking import Person, comes_true, settles
from tests.communities.console.reach.test_domains import proved
from tests.conftest import Cast
from tests.dns_server import OURS, NameServer, name_server
from tests.mail_server import mail_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOST, SECOND, PLATFORM = "community.halyard.example", "forum.halyard.example", "parvis.example"
DOMAIN, ADDRESS = "halyard.example", "hello@halyard.example"


@pytest.fixture
def browser(browser: Browser, server: str) -> Iterator[Browser]:
    """One for which the domains lead to the application; other names lead nowhere."""
    here = f"127.0.0.1:{urlsplit(server).port}"
    rules = f"MAP {HOST} {here}, MAP {SECOND} {here}, MAP {PLATFORM} {here}, MAP *.example ~NOTFOUND"
    arguments = ["--no-sandbox", f"--host-resolver-rules={rules}"]
    own = browser.browser_type.launch(executable_path=chromium(), args=arguments)
    yield own
    own.close()


@pytest.fixture
def names(settings: Any, server: str) -> Iterator[NameServer]:
    settings.PLATFORM_URL = f"http://{PLATFORM}"
    settings.PLATFORM_HOSTS = [PLATFORM, *settings.PLATFORM_HOSTS]
    with name_server(settings) as running:
        running.zone[PLATFORM, "A"] = [OURS]
        yield running


@pytest.fixture
def person(page: object, cast: Cast, server: str, seen: Onlookers) -> Person:
    return Person(page, cast, server, "en")  # type: ignore[arg-type]


def records(person: Person) -> dict[str, Locator]:
    """The lines of the table of records, by what each is for."""
    rows = person.page.locator("table.records tbody tr").all()
    return {row.locator("th").inner_text().split("\n")[0]: row for row in rows}


def copied(person: Person, row: Locator) -> tuple[str, str, str]:
    """Name, type and value of a record; the value by the button that copies it."""
    # That something was copied before may still be said.
    person.page.evaluate("navigator.clipboard.writeText('')")
    row.get_by_role("button").last.click()
    expect(person.page.get_by_text("Copied").last).to_be_visible()
    comes_true(person.page, "async () => (await navigator.clipboard.readText()) !== ''")
    kind = row.locator("td").first.inner_text()
    value = str(person.page.evaluate("navigator.clipboard.readText()"))
    return row.locator("code").first.inner_text(), kind, value


def comes_back(person: Person, path: str, check: Callable[[], object]) -> None:
    """Records are looked up while nobody looks: a page that looks again by itself would come between."""
    person.page.goto("about:blank")
    check()
    person.go(path)


def put(names: NameServer, name: str, kind: str, value: str) -> None:
    """As a keeper of domains does it: names without the closing dot, long texts in pieces."""
    pieces = " ".join(f'"{value[at : at + 200]}"' for at in range(0, len(value), 200))
    names.zone[name, kind] = [pieces if kind == "TXT" else value.rstrip(".")]


def address_of(membership: Membership) -> str:
    assert membership.member is not None
    return str(membership.member.email)


def asks_for_a_code(who: Membership, where: Cast) -> None:
    address = address_of(who)
    EmailAddress.objects.create(user=who.member, email=address, verified=True, primary=True)
    Client(headers={"host": "localhost"}).post(where.url("/sign-in/"), {"login": address, "by": "code"})


def test_a_domain_from_its_records_to_everybody_who_follows_it(
    person: Person,
    seen: Onlookers,
    sign_in: SignIn,
    names: NameServer,
    browser: Browser,
    complaints: list[str],
) -> None:
    page, cast = person.page, person.cast
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(cast.owner)
    person.go("/manage/domains/")
    page.locator("#id_host").fill(f"https://{HOST}/")
    saves(person, "Add the domain")
    comes_back(person, "/manage/domains/", check_due_domains)
    assert all("Not found" in row.inner_text() for row in records(person).values())
    for row in records(person).values():
        put(names, *copied(person, row))
    assert set(names.zone) == {(PLATFORM, "A"), (HOST, "CNAME"), (f"_parvis.{HOST}", "TXT")}
    Domain.objects.update(checked_at=timezone.now() - PAUSE)
    page.get_by_role("button", name="Check again").click()
    person.sees("Being looked up")
    assert complaints == []
    signed_in = [(c["name"], c["value"]) for c in page.context.cookies()]
    page.context.add_cookies(
        [{"name": n, "value": v, "url": f"http://{host}"} for host in (HOST, SECOND) for n, v in signed_in]
    )
    check_due_domains()
    forget_all()
    # The page looks by itself, and follows its place to the new address.
    expect(page).to_have_url(f"http://{HOST}/manage/domains/")
    expect(page.get_by_text("Works", exact=True)).to_be_visible()

    visitor = browser.new_page(locale="fr-FR")
    visitor.goto(person.server + cast.url("/forums/"))
    expect(visitor).to_have_url(f"http://{HOST}/forums/")
    expect(visitor.locator("html")).to_have_attribute("lang", "fr")
    visitor.close()
    moved = seen.member.asks("/forums/?filter=unanswered")
    assert (moved.status, moved.headers["location"]) == (301, f"http://{HOST}/forums/?filter=unanswered")
    assert seen.outside.meets("/forums/") == 200
    _is_refused_to_others(browser, seen.outside.cast, person.server)

    _makes_another_the_main_one(person, seen, names)
    for host in (SECOND, HOST):
        page.goto(f"http://{HOST}/manage/domains/")
        page.get_by_role("link", name=f"Release {host}").click()
        page.get_by_role("button", name="Release").click()
        # The main address is gone for whoever stood there; without it, the place is under the platform's.
        left = f"http://{HOST}/" if host == SECOND else f"http://{PLATFORM}{cast.url('/')}"
        expect(page).to_have_url(re.compile(f"^{re.escape(left)}(manage/domains/$|sign-in/)"))
        assert not Domain.objects.filter(host=host).exists()
    assert seen.member.meets("/forums/") == 200, "as before"
    assert {"domain_added", "domain_verified", "domain_released", "primary_domain"} <= acts(cast)


def _is_refused_to_others(browser: Browser, cast: Cast, server: str) -> None:
    context = browser.new_context(locale="en-GB")
    cookies = cast.sign_in(cast.owner).cookies
    context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in cookies.items()])
    other = Person(context.new_page(), cast, server, "en")
    other.go("/manage/domains/")
    other.page.locator("#id_host").fill(HOST)
    other.button("Add the domain").click()
    expect(other.page.get_by_text("This domain belongs to another community here.").first).to_be_visible()
    expect(other.page.locator("#id_host")).to_have_value(HOST)
    context.close()


def _makes_another_the_main_one(person: Person, seen: Onlookers, names: NameServer) -> None:
    page, cast = person.page, person.cast
    proved(names, cast, SECOND)
    page.goto(f"http://{HOST}/manage/domains/")
    page.get_by_role("link", name="Make it the main address").click()
    person.button("Make it the main address").click()
    expect(page).to_have_url(f"http://{SECOND}/manage/domains/")
    assert seen.member.asks("/forums/").headers["location"] == f"http://{SECOND}/forums/"
    page.goto(f"http://{SECOND}/manage/journal/")
    page.get_by_role("button", name="Undo").first.click()
    # The answer leads to the address that is the main one again, where this page follows.
    expect(page).to_have_url(f"http://{HOST}/manage/journal/")
    assert seen.member.asks("/forums/").headers["location"] == f"http://{HOST}/forums/"


def test_a_sender_from_its_records_to_a_signed_mail(
    person: Person, seen: Onlookers, sign_in: SignIn, names: NameServer, settings: Any, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    settings.SPF_MECHANISM = "include:mail.parvis.example"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(cast.owner)
    person.go("/manage/sender/")
    person.field("Sender’s name").fill("Halyard crew")
    person.field("Sender’s address").fill(ADDRESS)
    saves(person)
    person.sees("%(address)s waits for its DKIM record.", address=ADDRESS)
    comes_back(person, "/manage/sender/", check_due_senders)
    todo = records(person)
    assert list(todo) == ["DKIM", "SPF", "DMARC"]
    assert all("Not found" in row.inner_text() for row in todo.values())
    for row in todo.values():
        put(names, *copied(person, row))
    with cast.scope():
        Sender.objects.update(due_at=timezone.now())
    comes_back(person, "/manage/sender/", check_due_senders)
    assert all("Found" in row.inner_text() for row in records(person).values())
    person.sees("They are signed in the name of its domain.")

    with mail_server(settings) as taking:
        page.get_by_role("button", name="Send a test mail").click()
        settles(page)
        asks_for_a_code(cast.member, cast)
        asks_for_a_code(seen.outside.cast.member, seen.outside.cast)
        send_due()
        page.reload()
        expect(page.get_by_text("The last one")).to_contain_text("Sent")
        takes_back(person)
        asks_for_a_code(cast.moderator, cast)
        send_due()
    by_reader = dict(taking.taken)
    test, code, theirs = (
        by_reader[address_of(who)] for who in (cast.owner, cast.member, seen.outside.cast.member)
    )
    assert "If you read this, your mails arrive." in test.get_body(("plain",)).get_content()
    assert test["From"] == code["From"] == f"Halyard crew <{ADDRESS}>"
    assert DOMAIN not in theirs["From"], "another community writes as before"
    assert f"d={DOMAIN};" in test["DKIM-Signature"]
    assert theirs["DKIM-Signature"] is None
    assert DOMAIN not in by_reader[address_of(cast.moderator)]["From"], "taken back"
    assert complaints == []
