"""Forms of the settings in a browser: files stay chosen, what is typed comes back, and no page is asked for."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, Request, expect

from communities.content.models import Space, UnsentText
from communities.models import Membership
from tests.browser.held import wait_until
from tests.browser.walking import settles
from tests.conftest import Cast
from tests.sweeps.world import a_picture

SignIn = Callable[[Membership], None]


def keeps(page: Page) -> None:
    """What is typed is kept at once, as when the page is left."""
    with page.expect_response(lambda one: "/me/drafts/keep/" in one.url and one.request.method == "POST"):
        page.evaluate("dispatchEvent(new Event('pagehide'))")


def test_a_picture_stays_chosen_where_something_else_is_wrong(
    page: Page, cast: Cast, server: str, sign_in: SignIn
) -> None:
    asked: list[Request] = []
    sign_in(cast.owner)
    page.goto(server + cast.url(f"/manage/spaces/{cast.forum.pk}/edit/"))

    def note(one: Request) -> None:
        # The preview beside the form loads once one is near it, which may be now.
        if one.resource_type == "document" and "/preview/" not in one.url:
            asked.append(one)

    page.on("request", note)
    chosen = page.locator("input[name=picture]")
    picture = a_picture()
    chosen.set_input_files(FilePayload(name="deck.png", mimeType="image/png", buffer=picture.read()))
    name = page.get_by_label("Name", exact=True)
    name.fill("")
    about = page.locator("textarea[name=description]")
    about.fill("Sheets\nand halyards")
    keeps(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#space-form :focus")).to_have_count(1)
    expect(chosen).to_have_value("C:\\fakepath\\deck.png")
    # The form that comes back has all that is kept of it, and goes on with that draft without a word.
    expect(page.locator("#space-form [name=kept_row]")).to_have_count(1)
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    name.fill("Sails and more")
    keeps(page)
    with cast.scope():
        draft = UnsentText.objects.get().fields
    # What was refused is saved nowhere: it stays in the draft when another field is typed in.
    assert (draft["name"], draft["description"].split()) == ("Sails and more", ["Sheets", "and", "halyards"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#space-head h1")).to_have_text("Sails and more")
    settles(page)
    assert asked == []
    with cast.scope():
        assert Space.objects.get(pk=cast.forum.pk).picture
        assert not UnsentText.objects.exists()
    # The form that came back knows what stands now: saving once more is no clash.
    name.fill("Sails")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#space-head h1")).to_have_text("Sails")
    assert asked == []


def test_a_legal_text_outlives_its_tab(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    sign_in(cast.owner)
    address = server + cast.url("/manage/texts/terms/edit/")
    page.goto(address)
    # One paper for each language, of which either may be there first.
    expect(page.locator(".editor-paper")).to_have_count(2)
    paper = page.locator(".editor-paper").first
    paper.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Ropes first. ")
    expect(page.locator("[data-editor-status]").first).to_contain_text("in your account", timeout=20_000)
    # What it says may be of the first letters only.
    with cast.scope():
        wait_until(page, lambda: "Ropes first." in str(UnsentText.objects.get().fields))
    other = page.context.new_page()
    page.close()
    other.goto(address)
    expect(other.get_by_text("Not saved yet: what you typed here")).to_be_visible()
    expect(other.locator(".editor-paper")).to_have_count(2)
    expect(other.locator(".editor-paper").first).not_to_contain_text("Ropes first.")
    other.get_by_role("button", name="Put it back in").click()
    expect(other.locator(".editor-paper").first).to_contain_text("Ropes first.")
    other.get_by_role("button", name="Save draft").click()
    expect(other.get_by_text("Draft saved. Only the team can read it")).to_be_visible()
    with cast.scope():
        assert not UnsentText.objects.exists()
    assert complaints == []
