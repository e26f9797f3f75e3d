"""A manager’s whole day, and a member’s week seen from the other side: what the team does in its rooms is met in the
bell, in mails and on pages by those whom it is about; in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from communities.animation.calendar.models import Entry
from communities.animation.calendar.services import Plan, plan_text
from communities.animation.newsletters.models import NewsletterSubscription
from communities.calendar import DAY, today
from communities.content.models import Post
from communities.launch.models import Stage
from communities.models import Membership
from tests.analytics.conftest import BROWSER
from tests.browser.conftest import LOCALES, PATIENCE
from tests.browser.days import (
    HELD,
    PROGRAMME,
    QUESTION,
    Mailbox,
    People,
    make_morning,
    pass_days,
    too_many_leave,
    work,
)
from tests.browser.test_paste_in_editor import paste
from tests.browser.test_today import opened
from tests.browser.walking import Person, settles
from tests.conftest import Cast
from tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Somebody = Callable[[Membership | None], Person]
READER = "reader@example.org"
ANSWER, SUBJECT, AGAIN = (
    "Waxed polyester, and double it.",
    "Knots of the week",
    "Is there anything you look for?",
)


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def post_office(server: str, settings: Any) -> Iterator[MailServer]:
    settings.PLATFORM_URL, settings.ACCOUNT_RATE_LIMITS = server, False
    with mail_server(settings) as running:
        yield running


@pytest.fixture
def people(cast: Cast, language: str) -> People:
    return make_morning(cast, language)


@pytest.fixture
def somebody(
    browser: Browser, cast: Cast, people: People, server: str, language: str, complaints: list[str]
) -> Iterator[Somebody]:
    """Each at a machine of their own."""
    contexts = []

    def come(membership: Membership | None) -> Person:
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale=LOCALES[language], user_agent=BROWSER
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        cookies = cast.sign_in(membership).cookies
        context.add_cookies([{"name": n, "value": m.value, "url": server} for n, m in cookies.items()])
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Person(page, cast, server, language)

    yield come
    for context in contexts:
        context.close()


def test_a_managers_day_and_a_members_week(
    somebody: Somebody, cast: Cast, people: People, post_office: MailServer, complaints: list[str]
) -> None:
    reader, mailbox = somebody(None), Mailbox(post_office, READER)
    asks_for_the_newsletter(reader, mailbox)

    manager = somebody(cast.manager)
    manager.go("/today/?minutes=60")
    greets_and_introduces(manager)
    answers(manager)
    reviews(manager)
    schedules_by_keyboard(manager)
    opens_a_stage(manager)
    sends_a_newsletter(manager)
    looks_at_a_survey(manager)
    looks_at_the_log(manager)
    appoints_an_ambassador(manager, people.cy)
    work(cast)
    assert too_many_leave(cast, people.leavers) == 1
    sees_it_paused(manager)

    the_newcomer_is_received(somebody(people.newcomer), box_of(people.newcomer, post_office))
    cy = somebody(people.cy)
    those_introduced_are_told(somebody(people.bo), cy, box_of(people.cy, post_office))
    takes_office(cy, box_of(people.cy, post_office))
    the_text_has_appeared(somebody(people.shy))
    reads_the_newsletter(reader, mailbox)

    pass_days(cast, 8)
    writes_once_more(manager)
    work(cast)
    is_written_to(somebody(people.newcomer), box_of(people.newcomer, post_office))
    sees_what_came_of_it(manager)
    leaves_the_newsletter(reader, mailbox)
    assert complaints == []


def box_of(person: Membership, post_office: MailServer) -> Mailbox:
    assert person.member is not None
    return Mailbox(post_office, person.member.email)


# The manager’s day


def greets_and_introduces(manager: Person) -> None:
    """From the draft that the newcomer’s own answer made, and with the two who live where they do."""
    page = manager.page
    opened(page, manager.word("%(name)s has not been greeted", name="Aoife Brannigan"))
    manager.link("Read what they said, and greet").click()
    expect(manager.field("Your words")).to_have_value(re.compile("Cork"))
    for name in ("Bo Marlin", "Cy Ren"):
        page.get_by_role("checkbox", name=name).check()
    manager.button("Send the greeting").click()
    manager.sees("Your greeting to %(name)s is sent.", name="Aoife Brannigan")


def answers(manager: Person) -> None:
    matter = opened(manager.page, QUESTION)
    matter.get_by_label(manager.word("Your reply")).fill(ANSWER)
    matter.get_by_role("button", name=manager.word("Send the reply")).click()
    manager.sees("Your answer is posted: “%(title)s”.", title=QUESTION)


def reviews(manager: Person) -> None:
    page = manager.page
    opened(page, manager.word("Waits to be read: “%(words)s”", words=HELD)).get_by_role(
        "link", name=manager.word("Read it"), exact=True
    ).click()
    page.locator("[data-decide]").wait_for()
    settles(page)
    page.locator("h1").focus()
    manager.presses("a")
    expect(page.locator("input[name=act][value=approve]")).to_be_checked()
    manager.button("Decide, next case").click()
    manager.sees("The author is told.")
    with manager.cast.scope():
        assert Post.objects.get(author__display_name="Shy Lund").is_published


def schedules_by_keyboard(manager: Person) -> None:
    """From the card to the text and back, without a pointer: another day, the words, the hour at which it goes out."""
    page, cast = manager.page, manager.cast
    monday = today(cast.community)
    monday += (7 - monday.weekday()) * DAY
    with cast.scope():
        plan = Plan("Cold hands", "topic", cast.forum, owner=cast.manager, day=monday + DAY)
        entry = plan_text(plan, by=cast.owner, community=cast.community)
    manager.go(f"/manage/calendar/?view=week&day={monday}")
    card = page.locator(f"#entry-{entry.pk}")
    card.focus()
    manager.presses("m", "ArrowRight", "Enter")
    expect(page.locator(f"[data-day='{monday + 2 * DAY}'] #entry-{entry.pk}")).to_be_focused()
    manager.presses("Enter")
    page.wait_for_url(re.compile(rf"/manage/calendar/{entry.pk}/$"))
    manager.tabs_to(manager.word("Write it"))
    with page.expect_event("load"):
        manager.presses("Enter")
    manager.writes("Text", "Warm them, then tie.")
    manager.tabs_to(manager.word("Save the text"))
    with page.expect_event("load"):
        manager.presses("Enter")
    manager.go(f"/manage/calendar/{entry.pk}/")
    manager.tabs_to(manager.word("Schedule for that day"))
    manager.presses("Enter")
    manager.sees("Saved.")
    with cast.scope():
        entry = Entry.objects.select_related("thread").get(pk=entry.pk)
        assert entry.thread is not None
        assert (entry.thread.state, entry.day) == ("scheduled", monday + 2 * DAY)


def opens_a_stage(manager: Person) -> None:
    """With a limit of one person who may leave."""
    page = manager.page
    manager.go("/manage/launch/")
    page.get_by_role("link", name=manager.word("Open “%(name)s”…", name="Stage 2")).click()
    manager.button("Open the stage").click()
    expect(page.get_by_role("heading", name="Stage 2", level=1)).to_be_visible()
    manager.link("The first 72 hours").click()
    manager.link("Change the limits").click()
    manager.field("Members who left").fill("1")
    manager.button("Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(manager.word("The first 72 hours"))


def sends_a_newsletter(manager: Person) -> None:
    """Words, a text that is proposed, a trial, and off it goes."""
    page = manager.page
    manager.go("/manage/newsletters/")
    manager.link("New newsletter").click()
    manager.field("Subject").fill(SUBJECT)
    manager.button("Begin it", "newsletter").click()
    manager.link("Add words").click()
    manager.field("Words").focus()
    page.locator(".editor-bar").wait_for()
    forums = manager.server + manager.cast.url("/forums/")
    paste(page, f'<p>What we <strong>tied</strong>, and <a href="{forums}">everything else</a>.</p>')
    manager.button("Save").click()
    expect(page.locator(".blocks li")).to_have_count(1)
    settles(page)
    proposed = page.locator(".props li", has_text="Mending a jib")
    proposed.get_by_role("button").click()
    expect(page.locator(".blocks li")).to_have_count(2)
    manager.button("Send me a test").click()
    manager.sees("On its way to your own address.")
    manager.link("Send").click()
    manager.button("Send it").click()
    expect(page.get_by_role("heading", name=SUBJECT, level=1)).to_be_visible()


def looks_at_a_survey(manager: Person) -> None:
    manager.go("/manage/surveys/")
    manager.page.get_by_role("link", name="Autumn").click()
    manager.sees("%(n)s of %(drawn)s have answered, %(percent)s%%", n="20", drawn="41", percent="49")


def looks_at_the_log(manager: Person) -> None:
    """The newcomer’s note waits, or is done: both stand there with their name."""
    manager.go("/manage/automations/")
    manager.link("The whole log").click()
    line = manager.page.get_by_role("row", name=re.compile("Aoife Brannigan"))
    expect(line).to_be_visible()


def appoints_an_ambassador(manager: Person, whom: Membership) -> None:
    """An offer: nothing begins before the charter is accepted."""
    manager.go("/manage/ambassadors/")
    manager.page.get_by_role("link", name=PROGRAMME).click()
    manager.link("Appoint somebody").click()
    manager.field("Member").fill(whom.handle)
    manager.button("Send the offer").click()
    manager.sees("The offer is sent. The term begins when they accept the charter.")


def sees_it_paused(manager: Person) -> None:
    manager.go("/today/?minutes=60")
    opened(manager.page, manager.word("“%(stage)s” has paused automatically", stage="Stage 2"))
    manager.link("Look at its limits").click()
    manager.sees("It has paused automatically.")
    with manager.cast.scope():
        assert Stage.objects.get(name="Stage 2").is_paused


def writes_once_more(manager: Person) -> None:
    """To whom nobody has seen for a week: once, and never again."""
    manager.go("/today/?minutes=60")
    opened(manager.page, manager.word("%(name)s has gone quiet", name="Aoife Brannigan"))
    manager.link("Write once more").click()
    manager.field("Your words").fill(AGAIN)
    manager.button("Send").click()
    manager.sees("Your words to %(name)s are sent.", name="Aoife Brannigan")


def sees_what_came_of_it(manager: Person) -> None:
    manager.go("/manage/newsletters/")
    manager.page.get_by_role("link", name=SUBJECT).click()
    expect(manager.page.get_by_role("heading", name=SUBJECT, level=1)).to_be_visible()


# Whom it was about


def bell(person: Person, sentence: str, **values: str) -> Any:
    person.go("/notifications/")
    return person.page.get_by_role("link", name=person.word(sentence, **values)).first


def the_newcomer_is_received(newcomer: Person, mailbox: Mailbox) -> None:
    """Two mails of a person and one that says it was sent by itself; the words, and whom they may like to meet."""
    for sentence, values in (
        ("%(name)s says hello", {"name": "Nora Vidal"}),
        ("%(name)s introduces you to %(other)s", {"name": "Nora Vidal", "other": "Bo Marlin"}),
        ("%(name)s introduces you to %(other)s", {"name": "Nora Vidal", "other": "Cy Ren"}),
    ):
        assert newcomer.word(sentence, **values) in mailbox.subjects
        expect(bell(newcomer, sentence, **values)).to_be_visible()
    bell(newcomer, "%(name)s says hello", name="Nora Vidal").click()
    newcomer.reads("Cork")
    for name in ("Bo Marlin", "Cy Ren"):
        expect(newcomer.page.get_by_role("main").get_by_role("link", name=name)).to_be_visible()


def those_introduced_are_told(bo: Person, cy: Person, mailbox: Mailbox) -> None:
    said = {"name": "Nora Vidal", "other": "Aoife Brannigan"}
    for one in (bo, cy):
        bell(one, "%(name)s introduces you to %(other)s", **said).click()
        expect(one.page.get_by_role("heading", name="Aoife Brannigan", level=1)).to_be_visible()
    assert cy.word("%(name)s introduces you to %(other)s", **said) in mailbox.subjects
    bo.go("/forums/")
    bo.page.get_by_role("main").get_by_role("link", name=QUESTION).first.click()
    bo.reads(ANSWER)


def takes_office(cy: Person, mailbox: Mailbox) -> None:
    """From the bell to the charter to the kit."""
    sentence = "“%(programme)s” would like you to join"
    # The blanks of a subject are plain ones.
    assert cy.word(sentence, programme=PROGRAMME).replace("\u00a0", " ") in mailbox.subjects
    bell(cy, sentence, programme=PROGRAMME).click()
    cy.button("Accept the charter").click()
    cy.link("My kit").click()
    expect(cy.page.get_by_role("heading", name=cy.word("My kit"), level=1)).to_be_visible()


def the_text_has_appeared(shy: Person) -> None:
    bell(shy, "Published: %(title)s", title="Mending a jib").click()
    shy.reads(HELD)


def is_written_to(newcomer: Person, mailbox: Mailbox) -> None:
    """Both words of the same person on one page."""
    bell(newcomer, "%(name)s writes to you", name="Nora Vidal").click()
    newcomer.reads(AGAIN)
    newcomer.reads("Cork")
    assert newcomer.word("%(name)s writes to you", name="Nora Vidal") == mailbox.subjects[-1]
    assert AGAIN in mailbox.text


def asks_for_the_newsletter(reader: Person, mailbox: Mailbox) -> None:
    """A visitor’s address counts once its owner has said so, by one press on the page of the mail."""
    reader.go("/newsletters/")
    reader.field("E-mail address").fill(READER)
    reader.button("Send it to me").click()
    reader.sees("Check your e-mail: one click there, and you are subscribed.")
    reader.page.goto(reader.server + mailbox.link("/newsletters/confirm/"))
    reader.button("Yes, send it to me").click()
    reader.sees("You will get the next newsletter")


def reads_the_newsletter(reader: Person, mailbox: Mailbox) -> None:
    """In the mail, then in the browser, then the text that it names."""
    assert mailbox.subjects[-1] == SUBJECT
    assert "Mending a jib" in mailbox.text
    reader.page.goto(reader.server + mailbox.link(r"/mail/[^/\s]+/\s").strip())
    expect(reader.page.get_by_role("heading", name=SUBJECT, level=1)).to_be_visible()
    reader.page.get_by_role("main").get_by_role("link", name="everything else").click()
    expect(reader.page).to_have_url(reader.server + reader.cast.url("/forums/"))
    reader.page.goto(reader.server + mailbox.link(r"/mail/[^/\s]+/\d+/"))
    expect(reader.page.get_by_role("heading", name="Mending a jib", level=1)).to_be_visible()
    reader.reads(HELD)


def leaves_the_newsletter(reader: Person, mailbox: Mailbox) -> None:
    reader.page.goto(reader.server + mailbox.link("/newsletters/leave/"))
    reader.button("Stop the newsletter").click()
    reader.sees("Done: no more newsletters")
    with reader.cast.scope():
        assert not NewsletterSubscription.objects.filter(email=READER).exists()
