"""What comes by mail, chosen with boxes that are hidden and still sent: what is saved is what the page shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from communities.models import Membership
from communities.notices import Heading, notices
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SignIn = Callable[[Membership], None]
PAGE = "/me/notifications/"
OF_TEXTS = {notice.name for notice in notices if notice.heading == Heading.TEXTS and notice.can_be_muted}


def muted(cast: Cast) -> set[str]:
    with cast.scope():
        return set(Membership.objects.get(pk=cast.member.pk).muted_mails)


@pytest.mark.parametrize(
    ("first", "said"), [("All by mail", "all by mail"), ("None by mail", "none by mail")]
)
def test_to_the_boxes_and_back_to_all(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str], first: str, said: str
) -> None:
    before = set() if first == "All by mail" else OF_TEXTS
    with cast.scope():
        Membership.objects.filter(pk=cast.member.pk).update(muted_mails=sorted(before))
    sign_in(cast.member)
    page.goto(f"{server}{cast.url(PAGE)}?open=texts")
    part, save = page.locator("#texts"), page.get_by_role("button", name="Save my choices")
    boxes = part.get_by_role("checkbox")
    expect(part.get_by_role("radio", name=first)).to_be_checked()
    expect(boxes).to_have_count(0)
    part.get_by_role("radio", name="Choose one by one").check()
    expect(part.get_by_text("These boxes count only with")).to_be_hidden()
    for name in ("Somebody mentions me", "My answer is accepted"):
        part.get_by_role("checkbox", name=name).click()
    part.get_by_role("radio", name=first).check()
    save.click()
    expect(page.get_by_text("Your choices are saved.").first).to_be_visible()
    expect(part.locator("#texts-said")).to_have_text(said)
    assert muted(cast) == before
    # The same boxes, one by one.
    part.get_by_role("radio", name="Choose one by one").check()
    shown = {box.get_attribute("value"): box.is_checked() for box in boxes.all()}
    save.click()
    expect(part.locator("#texts-said")).not_to_have_text(said)
    # What is not asked of this member stays as it was.
    assert muted(cast) & set(shown) == {name for name, is_ticked in shown.items() if not is_ticked}
    assert complaints == []
