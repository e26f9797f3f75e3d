"""What stands under a post: reactions, quoting and the menu, by mouse and keyboard, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from communities.content import services
from communities.content.models import Post, Thread
from communities.models import Membership
from tests import factories
from tests.browser.held import Held, wait_until
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture
def thread(cast: Cast) -> Thread:
    """A question’s answer that somebody found useful, and one’s own."""
    with cast.scope():
        thread = factories.make_thread(cast.forum, by=cast.moderator, body="<p>First words.</p>")
        answer = factories.make_reply(thread, by=cast.ambassador, body="<p>Second words.</p>")
        factories.make_reply(thread, by=cast.member, body="<p>My own words.</p>")
        services.react_to_post(answer, by=cast.manager, kind="useful")
    return thread


@pytest.fixture
def address(server: str, cast: Cast, thread: Thread) -> str:
    return f"{server}{cast.url(f'/forums/t/{thread.slug}/')}"


@pytest.fixture
def plain(browser: Browser, context: BrowserContext, cast: Cast, sign_in: SignIn) -> Iterator[Page]:
    """A member’s page without scripts."""
    sign_in(cast.member)
    other = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    yield other.new_page()
    other.close()


def given(cast: Cast, thread: Thread, position: int = 2) -> dict[str, int]:
    with cast.scope():
        return dict(Post.objects.get(thread=thread, position=position).reactions)


def test_a_reaction_is_pressed_and_taken_back_in_place(
    page: Page, cast: Cast, sign_in: SignIn, address: str, thread: Thread, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.goto(address)
    post = page.get_by_role("article").nth(1)
    expect(post.get_by_role("button", name="Useful 1", exact=True)).to_have_attribute("aria-pressed", "false")
    post.get_by_role("button", name="Useful 1", exact=True).focus()
    page.keyboard.press("Enter")
    pressed = post.get_by_role("button", name="Useful 2", exact=True, pressed=True)
    expect(pressed).to_be_focused()
    assert given(cast, thread) == {"useful": 2}
    page.keyboard.press("Space")
    expect(post.get_by_role("button", name="Useful 1", exact=True, pressed=False)).to_be_focused()
    post.get_by_role("button", name="Thanks", exact=True).click()
    expect(post.get_by_role("button", name="Thanks 1", exact=True, pressed=True)).to_be_visible()
    assert given(cast, thread) == {"useful": 1, "thanks": 1}
    assert page.url == address
    assert complaints == []


def test_on_a_slow_line_one_post_does_not_wait_for_another(
    page: Page, cast: Cast, sign_in: SignIn, address: str, thread: Thread, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.goto(address)
    first, second = page.get_by_role("article").nth(0), page.get_by_role("article").nth(1)
    held = Held(page, "**/p/react/")
    first.get_by_role("button", name="Thanks", exact=True).click()
    wait_until(page, lambda: len(held.routes) == 1)
    # The same press once more is the same press; another on the same post waits for the answer to the first.
    first.get_by_role("button", name="Thanks", exact=True).click()
    first.get_by_role("button", name="Useful", exact=True).click()
    second.get_by_role("button", name="Thanks", exact=True).click()
    wait_until(page, lambda: len(held.routes) == 2)
    with cast.scope():
        posts = Post.objects.filter(thread=thread, position__lte=2).order_by("position")
        numbers = [f"thanks={post.pk}" for post in posts]
    sent = [route.request.post_data or "" for route in held.routes]
    assert [number in body for number, body in zip(numbers, sent, strict=True)] == [True, True]
    held.let_go()
    for post in (first, second):
        expect(post.get_by_role("button", name="Thanks 1", exact=True, pressed=True)).to_be_visible()
    expect(first.get_by_role("button", name="Useful 1", exact=True, pressed=True)).to_be_visible()
    assert given(cast, thread, 1) == {"thanks": 1, "useful": 1}
    assert given(cast, thread) == {"useful": 1, "thanks": 1}
    assert complaints == []


def test_a_menu_opens_under_its_post(
    page: Page, cast: Cast, sign_in: SignIn, address: str, thread: Thread, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.goto(address)
    post, own = page.get_by_role("article").nth(1), page.get_by_role("article").nth(2)
    expect(page.get_by_role("link", name="More actions")).to_have_count(0)
    post.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(post.locator(".menu-panel a:visible")).to_have_text(["Report"])
    page.keyboard.press("Escape")
    expect(post.locator(".menu-panel")).to_be_hidden()
    own.locator("summary").click()
    expect(own.locator(".menu-panel a:visible")).to_have_text(["Edit", "Who may edit it", "Delete"])
    own.get_by_role("link", name="Edit", exact=True).click()
    own.locator(".editor-paper").wait_for()
    own.get_by_role("link", name="Keep it as it is").click()
    expect(own.locator(".prose-ui")).to_have_text("My own words.")
    expect(own.locator("summary")).to_be_focused()
    assert complaints == []


def test_a_quotation_leads_to_the_post(
    page: Page, cast: Cast, sign_in: SignIn, address: str, thread: Thread, complaints: list[str]
) -> None:
    sign_in(cast.member)
    page.goto(address)
    page.get_by_role("article").nth(1).get_by_role("link", name="Quote").click()
    page.locator(".editor-paper blockquote").wait_for()
    # The caret follows with the next picture of the screen.
    expect(page.locator(".editor-paper")).to_be_focused()
    page.keyboard.type("Indeed")
    page.get_by_role("button", name="Post reply").click()
    page.wait_for_url(re.compile(r"#p-4$"))
    with cast.scope():
        quoted, html = Post.objects.get(thread=thread, position=2), Post.objects.latest("pk").body_html
    assert f'href="/~/p/{quoted.public_id}/"' in html
    assert f"{cast.ambassador.display_name} wrote</a>" in html
    assert complaints == []


def test_without_scripts_everything_is_one_page_further(
    plain: Page, cast: Cast, address: str, thread: Thread
) -> None:
    plain.goto(address)
    post = plain.get_by_role("article").nth(1)
    post.get_by_role("button", name="Useful 1", exact=True).click()
    plain.wait_for_url(re.compile(r"#p-2$"))
    pressed = (
        plain.get_by_role("article").nth(1).get_by_role("button", name="Useful 2", exact=True, pressed=True)
    )
    pressed.click()
    expect(
        plain.get_by_role("article").nth(1).get_by_role("button", name="Useful 1", exact=True)
    ).to_be_visible()
    assert given(cast, thread) == {"useful": 1}
    plain.get_by_role("article").nth(1).get_by_role("link", name="More actions").click()
    expect(plain.get_by_role("article").nth(1).get_by_role("link", name="Report")).to_be_visible()
    assert plain.url.endswith("#p-2")
    plain.get_by_role("article").nth(1).get_by_role("link", name="Quote").click()
    expect(plain.get_by_label("Your reply")).to_have_value(re.compile(r"> Second words\."))
