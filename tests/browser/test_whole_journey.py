"""The three people whom the product is for, and whom they serve, in one walk: each at a machine of their own."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.translation import override
from playwright.sync_api import Browser, expect

from analytics.capture import recording, rollups, storing
from analytics.capture.channels import Channel
from analytics.capture.stream import connect, key_of
from analytics.roi import services as money
from communities.calendar import Month
from communities.content.models import Post
from communities.memory import forget_all
from communities.models import Community, Membership
from config.services.processes import wait_until
from tests.analytics.conftest import BROWSER
from tests.analytics.money import make_cost, make_offer, make_order, make_rate
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.walking import Person, settles
from tests.communities.launch.conftest import make_plan
from tests.conftest import Cast
from tests.factories import make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Somebody = Callable[[Membership | None], Person]
LETTER = "?utm_source=letter&utm_medium=email&utm_campaign=spring-launch"
WORDS = "Wash the salt off first."
READING = 2_100


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def brand(cast: Cast, settings: Any) -> Cast:
    """Newcomers’ first posts are held; forums are open to all, the members’ directory opens with the next stage."""
    settings.ACCOUNT_RATE_LIMITS = False
    settings.CAPTURE = True
    recording.buffer.clear()
    recording.forget_salts()
    connect().delete(key_of("hits"))
    with cast.scope():
        make_thread(cast.forum, by=cast.manager, title="Mending a jib", body="<p>What comes first?</p>")
    Community.objects.filter(pk=cast.community.pk).update(
        name="Halyard", moderation_mode="hybrid", legal=LEGAL
    )
    forget_all()
    make_plan(cast, ("everyone", ["forums", "join"]), ("ambassadors", ["directory"]), opened=1)
    return cast


LEGAL = dict.fromkeys(("publisher", "address", "publication_director", "host"), "Halyard Ltd") | {
    "contact": "hello@example.org"
}


@pytest.fixture
def somebody(
    browser: Browser, brand: Cast, server: str, language: str, complaints: list[str]
) -> Iterator[Somebody]:
    contexts = []

    def come(membership: Membership | None) -> Person:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale=LOCALES[language], user_agent=BROWSER
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cookies = brand.sign_in(membership).cookies
        context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in cookies.items()])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Person(page, brand, server, language)

    yield come
    for context in contexts:
        context.close()


def test_from_the_letter_to_the_results(somebody: Somebody, brand: Cast, complaints: list[str]) -> None:
    visitor, reader = somebody(None), somebody(None)
    newcomer = joins_and_writes(visitor)
    address = visitor.page.url.partition("#")[0]
    with brand.scope():
        assert Post.objects.get(author=newcomer).state == "pending"
    reader.page.goto(address)
    expect(reader.page.get_by_text(WORDS)).to_have_count(0)

    approves_by_keyboard(somebody(brand.moderator))
    is_told(visitor)
    reader.page.goto(address)
    expect(reader.page.get_by_text(WORDS)).to_be_visible()

    opens_and_rolls_back(somebody(brand.manager), friend=somebody(brand.ambassador), newcomer=visitor)
    with brand.scope():
        assert Post.objects.get(author=newcomer).is_published

    month = Month.current(brand.community).first
    with brand.scope():
        earn(brand, month)
    lead = somebody(brand.marketing)
    finds_the_visit(lead, month)
    changes_a_rate(lead, month)
    goes_down_to_the_order(lead, month)
    assert complaints == []


def joins_and_writes(visitor: Person) -> Membership:
    """Reads, joins by a code, answers; the answer is for its author alone, for now."""
    page = visitor.page
    visitor.go(f"/{LETTER}")
    page.get_by_role("link", name="Mending a jib").first.click()
    visitor.reads("What comes first?")
    visitor.link("Sign in to reply").click()
    visitor.link("Join %(name)s", name="Halyard").click()
    visitor.field("E-mail address").fill("ines@example.org")
    visitor.field("Name shown").fill("Inès Rey")
    visitor.field("I have read the rules and will follow them").check()
    visitor.button("Join").click()
    visitor.sees("Enter the 6-digit code")
    visitor.enter_code()
    visitor.button("Confirm the address").click()
    page.wait_for_url(re.compile(r"/forums/t/[^/]+/(#reply)?$"))
    visitor.writes("Your reply", WORDS)
    # Who sends every form within two seconds is taken for a robot, and not counted.
    page.wait_for_timeout(READING)
    visitor.button("Post reply").click()
    page.wait_for_url(re.compile(r"#w-[0-9a-f-]+$"))
    visitor.reads(WORDS)
    visitor.sees("Waiting, seen by you only")
    with visitor.cast.scope():
        return Membership.objects.get(display_name="Inès Rey")


def approves_by_keyboard(moderator: Person) -> None:
    page = moderator.page
    moderator.go("/moderation/")
    moderator.presses("j", "Enter")
    moderator.reads(WORDS)
    page.locator("[data-decide]").wait_for()
    settles(page)
    page.locator("h1").focus()
    moderator.presses("a")
    expect(page.locator("input[name=act][value=approve]")).to_be_checked()
    moderator.presses("Control+Enter")
    moderator.sees("The author is told.")


def is_told(author: Person) -> None:
    author.go("/notifications/")
    told = author.word("Published: %(title)s", title="Mending a jib")
    author.page.get_by_role("link", name=told).first.click()
    author.reads(WORDS)
    assert author.page.get_by_text(author.word("Waiting, seen by you only")).count() == 0


def sees_members(person: Person) -> bool:
    person.go("/")
    main = person.page.get_by_role("navigation", name=person.word("Main"))
    return main.get_by_role("link", name=person.word("Members")).count() > 0


def opens_and_rolls_back(manager: Person, *, friend: Person, newcomer: Person) -> None:
    """What opens for ambassadors is there for them within a second, for nobody else, and gone as quickly."""
    page = manager.page
    assert [sees_members(one) for one in (manager, friend, newcomer)] == [False, False, False]
    manager.go("/manage/launch/stages/2/")
    manager.field("Audience").select_option("ambassador")
    manager.button("Compare").click()
    settles(page)
    manager.button("View as this audience").click()
    expect(manager.button("Leave the preview")).to_be_visible()
    assert [sees_members(one) for one in (manager, friend, newcomer)] == [True, False, False]
    manager.button("Leave the preview").click()
    expect(manager.button("Leave the preview")).to_have_count(0)
    assert not sees_members(manager)

    manager.go("/manage/launch/stages/2/open/")
    manager.button("Open the stage").click()
    expect(page.get_by_role("heading", name="Stage 2", level=1)).to_be_visible()
    assert wait_until(lambda: sees_members(friend), seconds=30)
    assert not sees_members(newcomer)

    manager.go("/manage/launch/stages/2/")
    manager.link("Roll back…").click()
    manager.field("Reason").fill("Too early")
    manager.button("Roll back the stage").click()
    manager.sees("Rolled back")
    assert wait_until(lambda: not sees_members(friend), seconds=30)
    assert not sees_members(newcomer)


def earn(cast: Cast, month: datetime.date) -> None:
    """A month of 600 € margin measured and 15,000 € media value, for 6,000 € spent."""
    make_rate(cast, "margin", "40")
    make_rate(cast, "cpm", "10")
    make_cost(cast, 600_000, starts_on=month)
    money.add_counts(
        cast.community, "impression", by=cast.marketing, source="Ad server", days={month: 1_500_000}
    )
    make_offer()
    noon = datetime.datetime.combine(month, datetime.time(12), tzinfo=datetime.UTC)
    make_order(cast.community, "A1", 150_000, code="BLADE", placed_at=noon)


def finds_the_visit(lead: Person, month: datetime.date) -> None:
    """The worker has stored and counted what the pages handed over."""
    recording.buffer.hand_over()
    storing.drain_stream()
    rollups.roll_up_all()
    lead.go(f"/results/community/?month={month:%Y-%m}")
    with override(lead.language):
        channel = str(Channel.EMAIL.label)
    row = lead.page.get_by_role("row").filter(has=lead.page.get_by_role("rowheader", name=channel))
    expect(row.get_by_role("cell").first).to_have_text("1")


def changes_a_rate(lead: Person, month: datetime.date) -> None:
    """Total ROI moves; what was measured does not."""
    page, results = lead.page, f"/results/?month={month:%Y-%m}"
    total, hard = page.locator("[data-roi=total]"), page.locator("[data-roi=hard]")
    lead.go(results)
    expect(total).to_have_text(re.compile(r"^\+160\s?%$"))
    expect(hard).to_have_text(re.compile(r"^−90\s?%$"))
    lead.link("Your rates").click()
    lead.field("What is valued").select_option("cpm")
    page.get_by_label(lead.word("Value"), exact=True).fill("12.5" if lead.language == "en" else "12,5")
    lead.field("Where it comes from").fill("Agency, autumn")
    lead.field("Valid from").fill(month.isoformat())
    lead.button("Save rate").click()
    expect(page.get_by_text("Agency, autumn").first).to_be_visible()
    lead.go(results)
    expect(total).to_have_text(re.compile(r"^\+223\s?%$"))
    expect(hard).to_have_text(re.compile(r"^−90\s?%$"))


def goes_down_to_the_order(lead: Person, month: datetime.date) -> None:
    page = lead.page
    lead.link("Orders, margin").click()
    expect(page.get_by_role("row", name="A1")).to_contain_text("600")
    with page.expect_download() as started:
        lead.link("Export the rows").click()
    assert started.value.suggested_filename == f"order-{month:%Y-%m}.csv"
    text = started.value.path().read_text(encoding="utf-8-sig")
    separator = ";" if lead.language == "fr" else ","
    assert separator.join(["", "A1", "1", "1500.00", "600.00", ""]) in text
