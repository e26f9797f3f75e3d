"""The point of a picture that stays visible, set with a pointer in the picture that was just chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
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
    page.get_by_label("Or a picture of yours").set_input_files(picture())
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
