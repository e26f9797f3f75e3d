"""Without a network: members’ browsers show a page of the place; it knows nobody, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from communities.content.models import Attachment
from communities.models import Membership
from tests.browser.walking import Person, comes_true
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
READY = "navigator.serviceWorker.ready.then((one) => one.active.state !== 'redundant')"
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) {
      found[new URL(one.url).pathname] = await (await caches.match(one, { cacheName: name })).text();
    }
  return found;
}"""


@pytest.fixture(autouse=True)
def switched_on(settings: Any) -> None:
    settings.OFFLINE_PAGE = True


def test_without_a_network_a_page_of_the_place_says_so(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn
) -> None:
    sign_in(cast.member)
    page.goto(f"{server}{cast.url('/forums/')}")
    comes_true(page, READY)
    comes_true(page, "Boolean(navigator.serviceWorker.controller)")
    context.set_offline(True)
    page.goto(f"{server}{cast.url('/blogs/')}")
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="No network")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def writes_without_a_network(page: Page, context: BrowserContext, words: str) -> None:
    page.locator("#reply [data-editor-box]").hover()
    page.locator("#reply .editor-paper").click()
    page.keyboard.type(words)
    context.set_offline(True)
    page.get_by_role("button", name="Post reply").click()


def test_a_reply_waits_for_the_network_and_is_sent_once(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.moderator)
    sign_in(cast.member)
    address = f"{server}{cast.url(f'/forums/t/{thread.slug}/')}"
    page.goto(address)
    comes_true(page, "Boolean(navigator.serviceWorker.controller)")
    comes_true(page, "async () => Boolean(await caches.match(new URL('../../../offline/', location)))")
    writes_without_a_network(page, context, "Written in a tunnel.")
    note = page.locator("#reply").get_by_role("status").filter(has_text="Your reply waits for the network")
    expect(note).to_contain_text("Written in a tunnel.")
    expect(page.locator("#reply .editor-paper")).to_be_hidden()
    # Not after all: it stands in the form again.
    note.get_by_role("button", name="Do not send it").click()
    expect(page.locator("#reply .editor-paper")).to_have_text("Written in a tunnel.")
    expect(page.locator("#reply .editor-paper")).to_be_focused()
    page.get_by_role("button", name="Post reply").click()
    expect(note).to_be_visible()
    # Somebody else who signs in here is neither shown it nor sends it.
    context.clear_cookies()
    sign_in(cast.manager)
    context.set_offline(False)
    page.goto(address)
    page.locator("#reply [data-editor-box]").hover()
    expect(page.locator("#reply .editor-paper")).to_have_text("")
    expect(note).to_have_count(0)
    page.goto(f"{server}{cast.url('/me/drafts/')}")
    expect(page.get_by_role("heading", level=1, name="Write")).to_be_visible()
    expect(note).to_have_count(0)
    # Its writer is, and sends it by a press, having signed in anew.
    context.clear_cookies()
    sign_in(cast.member)
    page.goto(address)
    note.get_by_role("button", name="Send it now").click()
    expect(page.locator("#p-2")).to_contain_text("Written in a tunnel.")
    expect(page.locator("#reply textarea")).to_have_value("")
    with cast.scope():
        assert [post.author_id for post in thread.posts.order_by("pk")[1:]] == [cast.member.pk]
    # Removed meanwhile: this browser forgets it.
    writes_without_a_network(page, context, "Nobody waits for this.")
    expect(note).to_contain_text("Nobody waits for this.")
    with cast.scope():
        Membership.objects.filter(pk=cast.member.pk).update(status=Membership.Status.BANNED)
    context.set_offline(False)
    expect(note).to_have_count(0)
    assert page.evaluate("localStorage.getItem('waiting')") is None
    with cast.scope():
        Membership.objects.filter(pk=cast.member.pk).update(status=Membership.Status.ACTIVE)
    page.goto(address)
    # Locked meanwhile: a draft, with why.
    with cast.scope():
        thread.locked = True
        thread.save(update_fields=["locked"])
    writes_without_a_network(page, context, "Too late.")
    expect(note).to_contain_text("Too late.")
    context.set_offline(False)
    expect(page.get_by_role("heading", level=1, name=thread.title)).to_be_visible()
    expect(page.locator("main")).to_contain_text("The thread was locked before your reply arrived.")
    expect(page.locator("main")).to_contain_text("Too late.")


def test_a_photograph_waits_with_its_reply(
    page: Page, context: BrowserContext, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.moderator)
    sign_in(cast.member)
    person = Person(page, cast, server, "en")
    person.go(f"/forums/t/{thread.slug}/")
    comes_true(page, "Boolean(navigator.serviceWorker.controller)")
    comes_true(page, "async () => Boolean(await caches.match(new URL('../../../offline/', location)))")
    person.writes("Your reply", "The deck at dawn.")
    context.set_offline(True)
    person.adds_picture("A deck")
    expect(page.locator("[data-editor-status]")).to_contain_text("No network: this browser keeps the picture")
    # It is seen meanwhile, from this browser.
    person.sees_picture("A deck")
    page.get_by_role("button", name="Post reply").click()
    note = page.locator("#reply").get_by_role("status").filter(has_text="Your reply waits for the network")
    expect(note).to_contain_text("The deck at dawn.")
    context.set_offline(False)
    expect(page.locator("#p-2")).to_contain_text("The deck at dawn.")
    page.locator("#p-2").get_by_role("img", name="A deck").scroll_into_view_if_needed()
    person.sees_picture("A deck")
    with cast.scope():
        (attachment,) = Attachment.objects.all()
        assert attachment.post_id == thread.posts.get(position=2).pk
    assert page.evaluate("caches.open('waiting').then((one) => one.keys()).then((all) => all.length)") == 0


def test_nothing_is_kept_that_knows_who_read(page: Page, cast: Cast, server: str, sign_in: SignIn) -> None:
    sign_in(cast.member)
    for path in ("/", "/forums/", "/me/"):
        page.goto(f"{server}{cast.url(path)}")
        comes_true(page, READY)
    kept = page.evaluate(KEPT)
    assert [path for path in kept if "/static/" not in path and "/theme/" not in path] == [
        cast.url("/offline/")
    ]
    assert len(kept) < 20
    for text in kept.values():
        assert cast.member.handle not in text
        assert cast.member.display_name not in text


def test_it_goes_where_it_is_switched_off(
    page: Page, cast: Cast, server: str, sign_in: SignIn, settings: Any
) -> None:
    sign_in(cast.member)
    page.goto(f"{server}{cast.url('/forums/')}")
    comes_true(page, READY)
    settings.OFFLINE_PAGE = False
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one?.update())")
    comes_true(page, "async () => (await navigator.serviceWorker.getRegistrations()).length === 0")
    comes_true(page, "async () => (await caches.keys()).length === 0")


def test_visitors_get_none(page: Page, cast: Cast, server: str) -> None:
    page.goto(f"{server}{cast.url('/forums/')}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "away.mjs" not in page.content()
