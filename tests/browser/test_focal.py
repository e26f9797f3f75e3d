"""The point of a picture that stays visible, set with a pointer in the picture that was just chosen."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import Page, expect

from communities.content.models import Space
from communities.models import Membership
from tests.browser.walking import picture, settles
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_point_of_a_picture_of_a_space_is_clicked_before_it_is_sent(
    page: Page, cast: Cast, server: str, sign_in: Callable[[Membership], None], complaints: list[str]
) -> None:
    sign_in(cast.manager)
    page.goto(f"{server}{cast.url(f'/manage/spaces/{cast.forum.pk}/edit/')}")
    page.locator("summary", has_text="Address and picture").click()
    left, top = page.get_by_label("From the left, %"), page.get_by_label("From the top, %")
    expect(left).to_be_hidden()
    page.get_by_label("Or your own picture").set_input_files(picture())
    whole = page.locator("[data-focal]")
    expect(whole.locator("img")).to_have_js_property("naturalWidth", 900)
    box = whole.bounding_box()
    assert box is not None
    whole.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.1})
    expect(left).to_have_value("80")
    expect(top).to_have_value("10")
    top.fill("20")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".focal-x8.focal-y2").first).to_be_attached()
    settles(page)
    with cast.scope():
        space = Space.objects.get(pk=cast.forum.pk)
    assert (space.focal_x, space.focal_y) == (80, 20)
    assert complaints == []


def test_the_point_of_a_portrait_is_clicked_and_its_square_is_cut_there(
    page: Page, cast: Cast, server: str, sign_in: Callable[[Membership], None], complaints: list[str]
) -> None:
    out = BytesIO()
    wide = Image.new("RGB", (900, 300), "navy")
    wide.paste("orange", (600, 0, 900, 300))
    wide.save(out, "PNG")
    sign_in(cast.member)
    page.goto(f"{server}{cast.url('/me/profile/')}")
    left, top = page.get_by_label("From the left, %"), page.get_by_label("From the top, %")
    expect(left).to_be_hidden()
    page.locator("input[name=picture]").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    expect(left).to_have_value("50")
    expect(top).to_have_value("35")
    whole = page.locator("[data-focal]")
    expect(whole.locator("img")).to_have_js_property("naturalWidth", 900)
    box = whole.bounding_box()
    assert box is not None
    whole.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.5})
    expect(left).to_have_value("90")
    left.press("ArrowUp")
    expect(left).to_have_value("91")
    left.fill("100")
    page.get_by_role("button", name="Save the profile").click()
    expect(page.get_by_text("Your profile is saved.").first).to_be_visible()
    with cast.scope():
        portrait = Membership.objects.get(pk=cast.member.pk).portrait
    with default_storage.open(portrait) as file, Image.open(file) as square:
        assert square.size == (300, 300)
        red, _green, blue = square.convert("RGB").getpixel((150, 150))
        assert red > 200 > blue, "orange"
    assert complaints == []


def test_the_point_is_set_by_keys_alone(
    page: Page, cast: Cast, server: str, sign_in: Callable[[Membership], None], complaints: list[str]
) -> None:
    """The two numbers below the picture move the cut while one types: nobody needs a pointer."""
    sign_in(cast.manager)
    page.goto(f"{server}{cast.url(f'/manage/spaces/{cast.forum.pk}/edit/')}")
    page.locator("summary", has_text="Address and picture").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Or your own picture").set_input_files(picture())
    left, top = page.get_by_label("From the left, %"), page.get_by_label("From the top, %")
    left.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.keyboard.press("ArrowUp")
    expect(left).to_have_value("21")
    page.keyboard.press("Tab")
    expect(top).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("90")
    cut = page.locator("[data-focal-cut] img").first
    moved = (
        "(one) => [one.style.getPropertyValue('--focal-x'), one.style.getPropertyValue('--focal-y')].join()"
    )
    assert cut.evaluate(moved) == "21%,90%"
    page.keyboard.press("Enter")
    expect(page.locator(".focal-x2.focal-y9").first).to_be_attached()
    settles(page)
    with cast.scope():
        space = Space.objects.get(pk=cast.forum.pk)
    assert (space.focal_x, space.focal_y) == (21, 90)
    assert complaints == []
