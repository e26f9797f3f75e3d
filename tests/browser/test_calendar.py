"""A text is planned and moved by keyboard; the way back; of two who move one card the second reads who was faster."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from communities.animation.calendar.models import Entry
from communities.animation.calendar.services import Plan, move_entry, plan_text
from communities.calendar import DAY, today
from tests.browser.onlooking import SignIn
from tests.browser.walking import Person, settles
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def language() -> str:
    return "fr"


def test_a_card_is_moved_by_keyboard(
    page: object, cast: Cast, server: str, sign_in: SignIn, complaints: list[str]
) -> None:
    person = Person(page, cast, server, "fr")  # type: ignore[arg-type]
    page_, monday = person.page, today(cast.community)
    monday += (7 - monday.weekday()) * DAY
    with cast.scope():
        entry = plan_text(
            Plan("Mains froides", "topic", cast.forum, day=monday), by=cast.owner, community=cast.community
        )
    sign_in(cast.manager)
    week = f"/manage/calendar/?view=week&day={monday}"
    person.go(week)
    card = page_.locator(f"#entry-{entry.pk}")
    card.focus()
    person.presses("m", "ArrowRight", "ArrowRight", "Escape")
    expect(page_.locator(f"[data-day='{monday}'] #entry-{entry.pk}")).to_be_focused()
    person.presses("m", "ArrowRight", "ArrowRight", "Enter")
    expect(page_.get_by_role("status").filter(has_text="Mains froides")).to_be_visible()
    expect(page_.locator(f"[data-day='{monday + 2 * DAY}'] #entry-{entry.pk}")).to_be_focused()
    person.button("Undo").click()
    expect(page_.locator(f"[data-day='{monday}'] #entry-{entry.pk}")).to_be_visible()
    # Keys are heard once the scripts are there, which is later than what is seen.
    settles(page_)

    with cast.scope():
        row = Entry.objects.get()
        move_entry(row, monday + 4 * DAY, None, by=cast.owner, community=cast.community)
    card.focus()
    person.presses("m", "ArrowRight", "Enter")
    expect(page_.locator("[role=alert]", has_text="Quelqu’un d’autre vient de modifier")).to_be_visible()
    expect(page_.locator(f"[data-day='{monday}'] #entry-{entry.pk}")).to_be_focused()
    with cast.scope():
        assert Entry.objects.get().day == monday + 4 * DAY

    person.go(week)
    page_.locator(f"#entry-{entry.pk}").drag_to(page_.locator(f"[data-day='{monday + 5 * DAY}'] h3"))
    expect(page_.get_by_role("status").filter(has_text="Mains froides")).to_be_visible()
    expect(page_.locator(f"[data-day='{monday + 5 * DAY}'] #entry-{entry.pk}")).to_be_focused()
    with cast.scope():
        assert Entry.objects.get().day == monday + 5 * DAY
    assert [said for said in complaints if "409" not in said] == []
