"""What is typed survives: a closed browser, an ended session, a lost line, a refusal, another tab."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from communities.content.models import Post, Thread, UnsentText
from communities.content.services import lock_thread, unlock_thread
from communities.models import Membership
from tests import factories
from tests.browser.held import wait_until
from tests.browser.walking import comes_true
from tests.conftest import Cast

SignIn = Callable[[Membership], None]
SESSION = "sessionid"


@pytest.fixture
def thread(cast: Cast) -> Thread:
    with cast.scope():
        return factories.make_thread(cast.forum, by=cast.moderator, title="Which rope for a mooring?")


@pytest.fixture
def address(server: str, cast: Cast, thread: Thread) -> str:
    return f"{server}{cast.url(f'/forums/t/{thread.slug}/')}"


@pytest.fixture
def writer(page: Page, cast: Cast, sign_in: SignIn, address: str) -> Page:
    sign_in(cast.member)
    return begin(page, address)


def begin(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_label("Your reply").focus()
    page.locator(".editor-bar").wait_for()
    return page


def kept_there(page: Page) -> None:
    """Something is; what was typed since it says so may still be on its way (`comes_to`)."""
    expect(page.locator("[data-editor-status]")).to_contain_text("in your account", timeout=20_000)


def rows(cast: Cast) -> list[str]:
    with cast.scope():
        return [one.fields["body"] for one in UnsentText.objects.order_by("pk")]


def comes_to(page: Page, cast: Cast, *bodies: str) -> None:
    """Until the account has these words: what it says of the ones before is no sign of the latest."""
    wait_until(page, lambda: rows(cast) == list(bodies))


def at_the_end(page: Page) -> None:
    """Where one goes on typing, once the editor has put the caret where it was."""
    page.locator(".editor-paper").click()
    page.locator(".editor-paper").press("End")
    comes_true(
        page,
        "getSelection().focusOffset && !getSelection().focusNode.textContent[getSelection().focusOffset]",
    )


def test_a_closed_browser(
    writer: Page, cast: Cast, server: str, browser: Browser, complaints: list[str]
) -> None:
    """On another device, which knows nothing but who is signed in."""
    writer.keyboard.insert_text("A bowline, of course")
    kept_there(writer)
    session = [one for one in writer.context.cookies() if one["name"].endswith(SESSION)]
    writer.context.close()
    other = browser.new_context(locale="en-GB")
    other.add_cookies(session)  # type: ignore[arg-type]
    page = other.new_page()
    page.goto(f"{server}{cast.url('/me/drafts/')}")
    page.get_by_role("link", name="Which rope for a mooring?").click()
    expect(page.get_by_text("A bowline, of course")).to_be_visible()
    page.get_by_role("link", name="Go on writing").click()
    paper = page.locator(".editor-paper")
    expect(paper).to_have_text("A bowline, of course")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.post", has_text="A bowline, of course")).to_be_visible()
    assert rows(cast) == []
    other.close()
    assert complaints == []


def holds(page: Page, cast: Cast, *words: list[str]) -> None:
    """Until there are as many rows, each with these words. Where in the line they stand depends on how quickly the
    editor has put the cursor back after it was focused.
    """

    def is_so() -> bool:
        found = rows(cast)
        same = len(found) == len(words)
        return same and all(word in row for row, wanted in zip(found, words, strict=True) for word in wanted)

    wait_until(page, is_so)


def test_an_ended_session_gives_all_back(
    writer: Page, cast: Cast, address: str, sign_in: SignIn, complaints: list[str]
) -> None:
    """What is typed after its end stays here, without a complaint, and comes along once somebody has signed in."""
    writer.keyboard.insert_text("Before it ended")
    kept_there(writer)
    writer.context.clear_cookies(name=re.compile(f".*{SESSION}"))
    writer.keyboard.insert_text(", and after")
    expect(writer.locator("[data-editor-status]")).to_contain_text("You are signed out", timeout=20_000)
    assert rows(cast) == ["<p>Before it ended</p>"]
    assert complaints == []
    sign_in(cast.member)
    writer.goto(address)
    expect(writer.locator(".editor-paper")).to_have_text("Before it ended, and after")
    writer.locator(".editor-paper").press("End")
    writer.keyboard.insert_text(" (back) ")
    kept_there(writer)
    holds(writer, cast, ["Before it ended, and after", "(back)"])


def test_a_lost_line(writer: Page, cast: Cast) -> None:
    writer.keyboard.insert_text("On the train")
    kept_there(writer)
    writer.context.set_offline(True)
    writer.keyboard.insert_text(", in a tunnel")
    expect(writer.locator("[data-editor-status]")).to_have_text(re.compile("Draft saved, "))
    writer.context.set_offline(False)
    kept_there(writer)
    comes_to(writer, cast, "<p>On the train, in a tunnel</p>")


def test_a_refused_reply(writer: Page, cast: Cast, thread: Thread, address: str) -> None:
    writer.keyboard.insert_text("Too late")
    kept_there(writer)
    with cast.scope():
        lock_thread(thread, by=cast.owner, reason="Settled")
    writer.get_by_role("button", name="Post reply").click()
    expect(writer.get_by_text("This thread was locked while you were writing.")).to_be_visible()
    expect(writer.get_by_text("Too late").first).to_be_attached()
    assert rows(cast) == ["<p>Too late</p>"]
    with cast.scope():
        thread.refresh_from_db()
        unlock_thread(thread, by=cast.owner)
        assert not Post.objects.filter(thread=thread, position=2).exists()
    writer.goto(address)
    expect(writer.locator(".editor-paper")).to_have_text("Too late")


def test_two_tabs(writer: Page, cast: Cast, address: str, complaints: list[str]) -> None:
    """Both go on with the same draft: each has its own from then on, and sending one leaves the other."""
    writer.keyboard.insert_text("One thought")
    kept_there(writer)
    with cast.scope():
        pk = UnsentText.objects.get().pk
    writer.goto(f"{address}?unsent={pk}")
    expect(writer.locator(".editor-paper")).to_have_text("One thought")
    other = writer.context.new_page()
    other.goto(f"{address}?unsent={pk}")
    for tab, words in ((writer, " of the first"), (other, " of the second")):
        expect(tab.locator(".editor-paper")).to_have_text("One thought")
        tab.locator(".editor-paper").press("End")
        tab.keyboard.insert_text(words)
        kept_there(tab)
    holds(writer, cast, ["One thought", "of the first"], ["One thought", "of the second"])
    other.get_by_role("button", name="Post reply").click()
    expect(other.locator("article.post", has_text="of the second")).to_be_visible()
    expect(other.locator("#reply textarea")).to_have_value("")
    holds(writer, cast, ["One thought", "of the first"])
    assert complaints == []


def test_thrown_away_here_is_thrown_away_there(writer: Page, cast: Cast, address: str) -> None:
    writer.keyboard.insert_text("Never mind")
    kept_there(writer)
    writer.goto(address)
    with writer.expect_response("**/me/drafts/keep/**"):
        writer.get_by_role("button", name="Discard").click()
    expect(writer.locator("[data-editor-status]")).to_contain_text("Draft discarded")
    assert rows(cast) == []


def test_words_that_the_account_had_not_yet(writer: Page, cast: Cast, address: str) -> None:
    """What a page takes up is older than what this browser kept of it: the newer words are shown."""
    writer.keyboard.insert_text("Of the account")
    kept_there(writer)
    with cast.scope():
        pk = UnsentText.objects.get().pk
    writer.route("**/me/drafts/keep/**", lambda route: route.abort())
    writer.keyboard.insert_text(", and of this browser")
    expect(writer.locator("[data-editor-status]")).to_have_text(re.compile("Draft saved, "))
    writer.goto(f"{address}?unsent={pk}")
    expect(writer.locator(".editor-paper")).to_have_text("Of the account, and of this browser")


def test_without_script(browser: Browser, server: str, cast: Cast, address: str, writer: Page) -> None:
    session = [one for one in writer.context.cookies() if one["name"].endswith(SESSION)]
    context: BrowserContext = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies(session)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Your reply").fill("Typed **plainly**")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    expect(page.locator(".prose-ui strong")).to_have_text("plainly")
    page.get_by_role("link", name="Go on writing").click()
    expect(page.get_by_label("Your reply")).to_have_value("Typed **plainly**")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.post strong", has_text="plainly")).to_be_visible()
    assert rows(cast) == []
    context.close()


def lose_answers(page: Page) -> None:
    """The request arrives, its answer never does: as for a page that is left while it asks."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/me/drafts/keep/**", lose)


def test_an_answer_that_nobody_heard_makes_no_second_draft(
    writer: Page, cast: Cast, address: str, complaints: list[str]
) -> None:
    lose_answers(writer)
    writer.keyboard.insert_text("Left at once")
    expect(writer.locator("[data-editor-status]")).to_have_text(re.compile("Draft saved, "))
    writer.goto(address)
    expect(writer.locator(".editor-paper")).to_have_text("Left at once")
    writer.unroute("**/me/drafts/keep/**")
    at_the_end(writer)
    writer.keyboard.insert_text(", and taken up")
    comes_to(writer, cast, "<p>Left at once, and taken up</p>")
    writer.get_by_role("button", name="Post reply").click()
    expect(writer.locator("article.post", has_text="Left at once, and taken up")).to_be_visible()
    assert rows(cast) == []


def test_what_a_closed_tab_kept_does_not_come_back_once_it_is_sent(
    writer: Page, cast: Cast, server: str
) -> None:
    lose_answers(writer)
    writer.keyboard.insert_text("Closed at once")
    expect(writer.locator("[data-editor-status]")).to_have_text(re.compile("Draft saved, "))
    page = writer.context.new_page()
    writer.close()
    page.goto(f"{server}{cast.url('/me/drafts/')}")
    page.get_by_role("link", name="Which rope for a mooring?").click()
    page.get_by_role("link", name="Go on writing").click()
    expect(page.locator(".editor-paper")).to_have_text("Closed at once")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article.post", has_text="Closed at once")).to_be_visible()
    expect(page.locator("#reply textarea")).to_have_value("")
    page.reload()
    expect(page.locator("#reply textarea")).to_have_value("")


def test_thrown_away_in_the_list_is_thrown_away_here(
    writer: Page, cast: Cast, server: str, address: str
) -> None:
    writer.keyboard.insert_text("Rather not")
    kept_there(writer)
    writer.goto(f"{server}{cast.url('/me/drafts/')}")
    writer.get_by_role("link", name="Which rope for a mooring?").click()
    writer.get_by_role("button", name="Discard the draft").click()
    expect(writer.get_by_text("Draft discarded.")).to_be_visible()
    writer.goto(address)
    expect(writer.locator("#reply textarea")).to_have_value("")


def test_a_change_where_the_text_stands(
    page: Page, cast: Cast, server: str, thread: Thread, address: str, sign_in: SignIn, complaints: list[str]
) -> None:
    """Opened in its thread: kept once something is changed, taken up on its own page, gone with being saved."""
    with cast.scope():
        body = "A *bowline*.\n\n- wet\n- dry"
        reply = factories.make_reply(thread, by=cast.member, body=body, body_format="markdown")
    sign_in(cast.member)
    page.goto(address)
    page.locator("#p-2 summary").click()
    page.locator("#p-2").get_by_role("link", name="Edit", exact=True).click()
    paper = page.locator("#p-2 .editor-paper")
    expect(paper).to_contain_text("A bowline.")
    paper.click()
    # Whoever leaves it like this has changed nothing.
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert not page.evaluate("Object.keys(localStorage).some((key) => /^draft:edit/.test(key))")
    paper.press("Control+Home")
    page.keyboard.insert_text("Well: ")
    expect(page.locator("#p-2 [data-editor-status]")).to_contain_text("in your account")
    with cast.scope():
        kept = UnsentText.objects.get()
    assert kept.about == f"edit:{reply.pk}"
    page.goto(f"{server}{cast.url('/me/drafts/')}")
    expect(page.get_by_text("Change to a text")).to_be_visible()
    page.get_by_role("link", name="Which rope for a mooring?").click()
    page.get_by_role("link", name="Go on writing").click()
    expect(page.locator(".editor-paper")).to_contain_text("Well: A bowline.")
    page.get_by_role("button", name="Save the text").click()
    expect(page.locator("#p-2 .prose-ui")).to_contain_text("Well: A bowline.")
    assert rows(cast) == []
    assert complaints == []


def test_a_poll_without_a_text_yet(
    writer: Page, cast: Cast, server: str, browser: Browser, address: str, complaints: list[str]
) -> None:
    """Its fields are kept as a text is; on the page of the thread, where they are not shown, they go along."""
    writer.locator("#reply").get_by_role("button", name="Add a poll", exact=True).click()
    writer.get_by_label("Question").first.fill("Which one, then?")
    writer.locator("[name=poll_options]:not([hidden])").fill("Bowline\nHitch")
    kept_there(writer)
    session = [one for one in writer.context.cookies() if one["name"].endswith(SESSION)]
    # Another visit of this browser: the draft goes with what is typed there.
    writer.goto(address)
    writer.locator(".editor-paper").click()
    writer.keyboard.insert_text("Let us ask")

    def is_whole() -> bool:
        with cast.scope():
            rows = [one.fields for one in UnsentText.objects.all()]
        return [row.get("poll_options", "").replace("\r", "") for row in rows] == ["Bowline\nHitch"] and (
            "Let us ask" in rows[0]["body"]
        )

    wait_until(writer, is_whole)
    writer.context.close()
    other = browser.new_context(locale="en-GB")
    other.add_cookies(session)  # type: ignore[arg-type]
    page = other.new_page()
    page.goto(f"{server}{cast.url('/me/drafts/')}")
    page.get_by_role("link", name="Which rope for a mooring?").click()
    page.get_by_role("link", name="Go on writing").click()
    expect(page.get_by_label("Question").first).to_have_value("Which one, then?")
    expect(page.locator("[name=poll_options]:not([hidden])")).to_have_value("Bowline\nHitch")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("article + .poll")).to_contain_text("Which one, then?")
    assert rows(cast) == []
    other.close()
    assert complaints == []
