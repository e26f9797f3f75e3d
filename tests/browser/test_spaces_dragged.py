"""A space dragged into another one and out of it again, on the list of the settings."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from communities.content.models import Space
from tests.browser.onlooking import SignIn
from tests.browser.walking import Person, settles
from tests.conftest import Cast
from tests.factories import make_space

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def drag(row: Locator, onto: Locator, at: float) -> None:
    """By its handle, to a height of another row: 0 is its upper edge, 1 its lower one."""
    box = onto.bounding_box()
    assert box is not None
    spot = {"x": box["width"] / 2, "y": min(max(box["height"] * at, 2), box["height"] - 2)}
    row.locator("summary").drag_to(onto, target_position=spot)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_space_is_dragged_into_another_one_and_out(
    page: object, cast: Cast, server: str, sign_in: SignIn, language: str, complaints: list[str]
) -> None:
    person = Person(page, cast, server, language)  # type: ignore[arg-type]
    with cast.scope():
        cast.manager.language = language
        cast.manager.save(update_fields=["language"])
        jibs = make_space(slug="jibs", name="Jibs")
    sign_in(cast.manager)
    person.go("/manage/spaces/")
    rows = person.page.locator(".space-list > [data-row]")
    inner, upper = rows.filter(has_text="Jibs"), rows.filter(has_text=cast.forum.name).first
    drag(inner, upper, 0.5)
    expect(inner).to_contain_text(cast.forum.name)
    settles(person.page)
    with cast.scope():
        assert Space.objects.get(pk=jibs.pk).parent_id == cast.forum.pk
    names = rows.locator("h3").all_inner_texts()
    assert names.index("Jibs") == names.index(cast.forum.name) + 1
    # Out again: dropped on the upper edge of the first one that stands by itself.
    drag(inner, rows.first, 0.0)
    expect(inner).not_to_contain_text(cast.forum.name)
    settles(person.page)
    with cast.scope():
        assert Space.objects.get(pk=jibs.pk).parent_id is None
    assert rows.locator("h3").all_inner_texts()[0] == "Jibs"
    assert complaints == []


def test_two_drags_beside_a_form_take_nothing_from_each_other_nor_from_it(
    page: Page, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    """The second one while the first is on its way, on the page of a space in which something is typed."""
    person = Person(page, cast, server, "en")
    with cast.scope():
        moved = [make_space(slug=name.lower(), name=name) for name in ("Jibs", "Mains")]
    sign_in(cast.manager)
    person.go(f"/manage/spaces/{cast.blog.pk}/edit/")
    about = page.locator("#space-form [name=name]")
    about.fill("A name that is not saved")
    rows = page.locator(".space-list > [data-row]")

    held: list[Route] = []
    page.route("**/manage/spaces/order/", lambda one: one.continue_() if held else held.append(one))
    upper = rows.filter(has_text=cast.forum.name).first
    for name in ("Jibs", "Mains"):
        drag(rows.filter(has_text=name), upper, 0.5)
    assert len(held) == 1
    held[0].continue_()
    for name in ("Jibs", "Mains"):
        expect(rows.filter(has_text=name)).to_contain_text(f"in “{cast.forum.name}”")
    settles(page)
    expect(about).to_have_value("A name that is not saved")
    with cast.scope():
        assert {Space.objects.get(pk=one.pk).parent_id for one in moved} == {cast.forum.pk}
    assert complaints == []
