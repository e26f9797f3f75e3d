"""A manager sees the place in other eyes, opens a stage, and takes it back; the right menus change, and no others."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from communities.content.models import Post
from communities.models import Membership
from config.services.processes import wait_until
from tests.browser.conftest import PATIENCE
from tests.browser.walking import settles
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast
from tests.factories import make_thread

SignIn = Callable[[Membership], None]


def page_of(browser: Browser, cast: Cast, server: str, membership: Membership | None) -> Page:
    """Somebody else, at another machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    cookies = cast.sign_in(membership).cookies
    context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in cookies.items()])
    return context.new_page()


def shows_forum(page: Page, cast: Cast, server: str) -> bool:
    page.goto(server + cast.url("/"))
    return page.get_by_role("navigation", name="Main").get_by_role("link", name="Forum").count() > 0


def test_a_stage_is_previewed_opened_and_rolled_back(
    page: Page, browser: Browser, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    make_plan(cast, ("team", ["blogs"]), ("ambassadors", ["forums"]), opened=1)
    friend, member = (page_of(browser, cast, server, one) for one in (cast.ambassador, cast.member))
    sign_in(cast.manager)
    assert not shows_forum(page, cast, server)

    page.goto(server + cast.url("/manage/launch/stages/2/"))
    page.get_by_label("Audience").select_option(label="An ambassador")
    page.get_by_role("button", name="Compare").click()
    settles(page)
    page.get_by_role("button", name="View as this audience").click()
    expect(page.get_by_text("Preview: An ambassador, with “Stage 2” open.")).to_be_visible()
    assert shows_forum(page, cast, server)
    assert not shows_forum(friend, cast, server)
    page.get_by_role("button", name="Leave the preview").click()
    expect(page.get_by_role("button", name="Leave the preview")).to_have_count(0)
    assert not shows_forum(page, cast, server)

    page.goto(server + cast.url("/manage/launch/"))
    page.get_by_role("link", name="Open “Stage 2”…").click()
    page.get_by_role("button", name="Open the stage").click()
    expect(page.get_by_role("heading", name="Stage 2", level=1)).to_be_visible()
    # Each process sees it within a second.
    assert wait_until(lambda: shows_forum(friend, cast, server), seconds=30)
    assert not shows_forum(member, cast, server)
    with cast.scope():
        thread = make_thread(
            cast.forum, by=Membership.objects.get(pk=cast.ambassador.pk), title="Written inside"
        )

    page.goto(server + cast.url("/manage/launch/stages/2/"))
    page.get_by_role("link", name="Roll back…").click()
    page.get_by_label("Reason").fill("Too early")
    page.get_by_role("button", name="Roll back the stage").click()
    expect(page.get_by_text("Rolled back").first).to_be_visible()
    assert wait_until(lambda: not shows_forum(friend, cast, server), seconds=30)
    friend.goto(server + cast.url("/me/content/"))
    expect(friend.get_by_text("Written inside")).to_be_visible()
    with cast.scope():
        assert Post.objects.filter(thread=thread, state="published").count() == 1
    for other in (friend, member):
        other.context.close()
    assert complaints == []
