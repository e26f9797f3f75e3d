"""Things to do, pictures side by side and pictures of other sites, by keyboard and by mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_editor import address, last_post, pages, png, send, writer
from tests.communities.content.test_uploads import picture
from tests.conftest import Cast
from tests.web_server import HOST, Answer, WebServer, web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["address", "pages", "web", "writer"]

PAPER = ".editor-paper"
PASTE_HTML = """(html) => {
  const list = new DataTransfer();
  list.setData("text/html", html);
  document.querySelector(".editor-paper").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: list, bubbles: true, cancelable: true }));
}"""


def test_things_to_do_are_typed_ticked_and_taken_back(
    writer: Page, cast: Cast, complaints: list[str]
) -> None:
    writer.keyboard.type("[ ] splice")
    writer.keyboard.press("Enter")
    writer.keyboard.type("whip")
    boxes = writer.locator(f"{PAPER} .task > input")
    expect(boxes).to_have_count(2)
    writer.keyboard.press("Control+Enter")
    expect(boxes.nth(1)).to_be_checked()
    expect(writer.locator("[data-editor-status]")).to_have_text("Done")
    boxes.nth(0).click()
    expect(boxes.nth(0)).to_be_checked()
    boxes.nth(0).click()
    expect(boxes.nth(0)).not_to_be_checked()
    writer.locator(f"{PAPER} li").nth(1).get_by_text("whip").click()
    writer.keyboard.press("End")
    writer.keyboard.press("Enter")
    writer.keyboard.type("plain")
    writer.get_by_role("button", name="Task list").click()
    expect(boxes).to_have_count(2)
    send(writer)
    assert last_post(cast).body_html == (
        '<ul><li class="task"><p><label><input type="checkbox" disabled=""> splice</label></p></li>'
        '<li class="task"><p><label><input type="checkbox" checked="" disabled=""> whip</label></p></li>'
        "<li><p>plain</p></li></ul>"
    )
    expect(writer.get_by_role("checkbox", name="whip")).to_be_checked()
    expect(writer.get_by_role("checkbox", name="whip")).to_be_disabled()
    assert complaints == []


def test_pictures_stand_side_by_side_and_change_places(
    writer: Page, cast: Cast, complaints: list[str]
) -> None:
    with writer.expect_file_chooser() as chooser:
        writer.get_by_role("button", name="Add a picture").click()
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": png(60 + n, 40)} for n in (1, 2)]
    chooser.value.set_files(files)
    for place, alt in enumerate(("First", "Second"), start=1):
        field = writer.get_by_label(f"Description of the picture ({place} / 2)")
        field.fill(alt)
        field.press("Enter")
    expect(writer.locator(f"{PAPER} .gallery > figure")).to_have_count(2)
    writer.locator(f"{PAPER} figcaption").nth(1).click()
    bar = writer.get_by_role("toolbar", name="Picture")
    expect(bar.get_by_role("button", name="Move down")).to_have_attribute("aria-disabled", "true")
    bar.get_by_role("button", name="Move up").click()
    writer.keyboard.type("Under it")
    send(writer)
    html = last_post(cast).body_html
    assert html.startswith('<figure class="gallery"><figure><img')
    assert (
        html.index('alt="Second"')
        < html.index("<figcaption>Under it</figcaption>")
        < html.index('alt="First"')
    )
    assert complaints == []


def test_pictures_of_other_sites_come_in_when_they_are_wanted(
    writer: Page, cast: Cast, complaints: list[str], web: WebServer
) -> None:
    web.pages["/deck.jpg"] = Answer(body=picture().read())
    shown = "".join(f'<p><img src="http://{HOST}/{name}.jpg" alt="{name}"></p>' for name in ("deck", "lost"))
    writer.evaluate(PASTE_HTML, f"<p>Look</p>{shown}")
    note = writer.locator(".editor-note")
    expect(note).to_contain_text("became links")
    assert web.asked == []
    note.get_by_role("button", name="Bring them in").click()
    expect(note).to_contain_text("The other site does not give this picture out.")
    expect(writer.locator(f'{PAPER} img[alt="deck"]')).to_be_visible()
    send(writer)
    html = last_post(cast).body_html
    assert 'alt="deck" width="600"' in html
    assert f'<a href="http://{HOST}/lost.jpg"' in html
    assert [one for one in complaints if "422" not in one] == []
