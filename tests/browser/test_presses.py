"""Presses that wait, steps of a launch that open where one reads of them, and answers that change places."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from communities.content.models import Subscription
from communities.content.services import react_to_post
from communities.launch.models import Stage
from communities.models import Membership
from tests.browser.held import Held, wait_until
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

SignIn = Callable[[Membership], None]


def test_a_press_counts_though_the_page_is_left_before_the_scripts_are_there(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        question = make_thread(cast.forum, by=cast.member, kind="question")
    Held(page, "**/acts*.mjs")
    sign_in(cast.member)
    page.goto(server + cast.url(f"/forums/t/{question.slug}/"))
    follow = page.locator("#about button").first
    follow.click()
    expect(follow).to_have_attribute("aria-busy", "true")
    page.goto(f"{server}{cast.url('/forums/')}")

    def follows() -> bool:
        with cast.scope():
            return bool(
                Subscription.objects.following().filter(thread=question, membership=cast.member).exists()
            )

    wait_until(page, lambda: not follows())


def test_a_stage_is_paused_where_one_reads_of_it_and_that_is_undone(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    make_plan(cast, ("team", ["forums"]), opened=1)
    with cast.scope():
        stage = Stage.objects.get()
    sign_in(cast.owner)
    page.goto(server + cast.url(f"/manage/launch/stages/{stage.place}/"))
    page.evaluate("window.isSamePage = true")
    page.get_by_role("link", name="Pause…").click()
    reason = page.get_by_label("Reason")
    expect(reason).to_be_focused()
    page.get_by_role("link", name="Leave it open").click()
    expect(reason).to_have_count(0)
    page.get_by_role("link", name="Pause…").click()
    reason.fill("Two spaces are not ready.")
    page.get_by_role("button", name="Pause the stage").click()
    expect(page.get_by_role("link", name="Resume…")).to_be_visible()
    page.locator(".toast", has_text="is paused").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Pause…")).to_be_visible()
    assert page.evaluate("window.isSamePage")
    assert complaints == []


def test_a_text_that_is_changed_stays_where_answers_change_places(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    with cast.scope():
        question = make_thread(cast.forum, by=cast.member, kind="question")
        make_reply(question, by=cast.ambassador, body="<p>Tie a bowline.</p>")
        make_reply(question, by=cast.member, body="<p>My own words.</p>")
        other = make_reply(question, by=cast.manager, body="<p>Tie two.</p>")
    sign_in(cast.member)
    page.goto(server + cast.url(f"/forums/t/{question.slug}/"))
    own = page.locator("#p-3")
    own.locator("summary").click()
    own.get_by_role("link", name="Edit", exact=True).click()
    own.locator(".editor-paper").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And more.")
    with cast.scope():
        react_to_post(other, by=cast.owner, kind="useful")
    # The other one goes above the one that is written in.
    page.locator("#p-2").get_by_role("button", name="Accept this answer").click()
    expect(page.locator("#head").get_by_text("Solved by")).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#head").get_by_text("Solved by")).to_have_count(0)
    order = page.locator("#posts > .post").evaluate_all("all => all.map(one => one.id)")
    assert order == ["p-1", "p-4", "p-2", "p-3"]
    expect(own.locator(".editor-paper")).to_have_text("My own words. And more.")
