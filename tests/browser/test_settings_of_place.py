"""What a place says and keeps: law, rules, moderation, clock, mails, files, its end. Each changed in a browser, met by
those whom it concerns, by nobody elsewhere, and taken back or journalled."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from playwright.sync_api import Browser, FilePayload, expect

from communities import calendar
from communities.archive.going.working import work_on as export_on
from communities.archive.models import Export
from communities.content.models import Thread
from communities.models import Community
from communities.texts.tasks import tell_of_change
from communities.transfer.importing.working import work_on as import_on
from communities.transfer.models import Import
from members.mails.outbox import post
from members.mails.sending import send_due
from tests.browser.changing import Change, Sees, fills, tries
from tests.browser.onlooking import Onlookers, SignIn, acts, saves
from tests.browser.walking import Person, settles
from tests.communities.launch.conftest import LEGAL
from tests.communities.notifications.test_undelivered import LEAFLET
from tests.communities.transfer.documents import wxr, wxr_author, wxr_item
from tests.conftest import Cast
from tests.factories import make_person, make_rules, make_space, make_thread
from tests.mail_server import mail_server

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VISITOR, MEMBER = ("visitor",), ("member",)
NINE_IN_PARIS = datetime.datetime(2099, 1, 15, 8, tzinfo=datetime.UTC)
FIFTEEN_IN_PARIS = datetime.datetime(2099, 1, 15, 14, tzinfo=datetime.UTC)


@pytest.fixture
def person(page: object, cast: Cast, server: str, seen: Onlookers) -> Person:
    return Person(page, cast, server, "en")  # type: ignore[arg-type]


IDENTITY = Change(
    "/manage/legal/",
    {
        "form": "Limited company",
        "address": "4 Quay Street\nBristol",
        "phone": "0117 496 0000",
        "contact": "loft@halyard.example",
        "country": "DE",
        "host": "Harbour Hosting, 2 Quay, Quimper",
    },
    (
        Sees("/legal/", "Limited company"),
        Sees("/legal/", "4 Quay Street, Bristol"),
        Sees("/legal/", "0117"),
        Sees("/legal/", "loft@halyard.example"),
        Sees("/legal/", "Harbour Hosting, 2 Quay, Quimper"),
        Sees("/legal/privacy/", "authority of the Land", by=MEMBER),
    ),
)


def test_law_and_rules(
    person: Person, seen: Onlookers, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    Community.objects.filter(pk=cast.community.pk).update(legal=LEGAL)
    with cast.scope():
        make_rules("Say which rope.", by=cast.owner)
    sign_in(cast.owner)
    tries(person, seen, IDENTITY)

    person.go("/manage/texts/rules/new/")
    fills(page, {"rule_en": "No advertising.", "rule_fr": "Pas de publicité."})
    saves(person, "Save to the draft")
    day = calendar.today(Community.objects.get(pk=cast.community.pk)) + datetime.timedelta(days=40)
    asked: list[dict[str, int]] = []
    monkeypatch.setattr(tell_of_change, "delay_on_commit", lambda **said: asked.append(said))
    person.go("/manage/texts/rules/publish/")
    fills(page, {"holds_from": f"{day}", "tell": True})
    saves(person, "Publish")
    for onlooker, rule in ((seen.visitor, "Pas de publicité."), (seen.member, "No advertising.")):
        rules = onlooker.reads("/rules/")
        assert rule not in rules
        assert cast.url("/legal/rules/") in rules, "what is to come is led to"
    for told in asked:
        tell_of_change(**told)
    assert "Our rules change on" in seen.member.reads("/notifications/")
    assert "Our rules change on" not in seen.member_outside.reads("/notifications/")

    person.go("/manage/texts/terms/edit/")
    fills(page, {"source_en": "Sails are lent.", "source_fr": "Les voiles se prêtent."})
    saves(person, "Save draft")
    person.go("/manage/texts/terms/publish/")
    fills(page, {"checked_by": "H. Sorel"})
    saves(person, "Publish")
    person.reads("Checked by H. Sorel")
    assert "Les voiles se prêtent." in seen.visitor.reads("/legal/terms/")
    assert complaints == []


def test_what_is_read_before_it_is_shown(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        sails = make_space(slug="sails", name="Sails")
    forum, other = f"/forums/f/{cast.forum.slug}/", "/forums/f/sails/"

    def writes(title: str, space: Any) -> None:
        with cast.scope():
            cast.member.community = space.community = Community.objects.get(pk=cast.community.pk)
            space.refresh_from_db()
            make_thread(space, by=cast.member, title=title)

    sign_in(cast.manager)
    person.go("/moderation/modes/")
    fills(page, {"community": "pre", f"space-{cast.forum.pk}": "reactive"})
    saves(person, "Save the modes")
    writes("Numbat", cast.forum)
    writes("Quokka", sails)
    assert "Numbat" in seen.visitor.reads(forum)
    assert "Quokka" not in seen.visitor.reads(other)
    person.go("/moderation/words/")
    fills(page, {"word": "scam", "action": "hold", "why": "Accusations"})
    saves(person, "Add word")
    person.reads("Accusations")
    writes("A scam of ropes", cast.forum)
    assert "A scam of ropes" not in seen.visitor.reads(forum)
    page.get_by_role("button", name="Remove from the list").click()
    settles(page)
    writes("No scam of ropes", cast.forum)
    assert "No scam of ropes" in seen.visitor.reads(forum)
    assert "Mode changed" in _page(person, "/moderation/journal/")
    assert complaints == []


def _page(person: Person, path: str) -> str:
    person.go(path)
    return person.page.locator("main").inner_text()


def test_the_clock_and_the_end(
    person: Person,
    browser: Browser,
    seen: Onlookers,
    sign_in: SignIn,
    settings: Any,
    complaints: list[str],
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.owner, state="draft")
        Thread.objects.filter(pk=thread.pk).update(state="scheduled", scheduled_for=NINE_IN_PARIS)
    sign_in(cast.owner)
    person.go("/manage/place/")
    fills(page, {"time_zone": "America/New_York"})
    person.button("Save").click()
    expect(page.get_by_text("Planned for a future time: 1 text.").first).to_be_visible()
    fills(page, {"planned": "hour"})
    saves(person)
    with cast.scope():
        assert Thread.objects.get(pk=thread.pk).scheduled_for == FIFTEEN_IN_PARIS

    person.go("/manage/close/")
    fills(page, {"name": cast.community.name})
    saves(person, "Delete it in 30 days")
    assert "This community will be deleted" in seen.member.reads("/")
    assert seen.visitor.asks("/forums/").headers["x-robots-tag"] == "noindex"
    assert "This community will be deleted" not in seen.member_outside.reads("/")
    person.go("/manage/close/")
    saves(person, "Keep it after all")
    assert "This community will be deleted" not in seen.member.reads("/")

    # From the platform’s page one is led to the place by its whole address.
    settings.PLATFORM_URL = person.server
    operator = make_person(email="ops@platform.example", is_operator=True)
    desk = _desk(browser, person, operator)
    desk.page.goto(f"{person.server}/operator/communities/{cast.community.slug}/enter/")
    fills(desk.page, {"reason": "A mail of the owner, number 12.", "minutes": "30"})
    desk.page.locator("main button[type=submit]").first.click()
    desk.page.wait_for_url(person.server + cast.url("/"))
    assert desk.page.request.get(person.server + cast.url("/members/"), max_redirects=0).status == 200
    person.go("/manage/openings/")
    saves(person, "End it now")
    assert desk.page.request.get(person.server + cast.url("/members/"), max_redirects=0).status == 302
    desk.page.context.close()
    assert {"operator_sent_away"} <= acts(cast)
    # The one question that a form had to ask back.
    assert [one for one in complaints if "(Unprocessable Entity)" not in one] == []


def _desk(browser: Browser, person: Person, operator: Any) -> Person:
    """The operator, at a desk of their own."""
    client = Client()
    client.force_login(operator)
    context = browser.new_context(locale="en-GB")
    context.add_cookies(
        [{"name": n, "value": m.value, "url": person.server} for n, m in client.cookies.items()]
    )
    return Person(context.new_page(), person.cast, person.server, "en")


def test_mails_and_files(
    person: Person, seen: Onlookers, sign_in: SignIn, settings: Any, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.owner)
    with mail_server(settings) as taking:
        taking.on = lambda at, _to: "550 <jane@example.org> moved away" if at == "rcpt" else None
        with cast.scope():
            letter = EmailMultiAlternatives(
                "Hello", "Text", "Loft <loft@brand.example>", ["jane@example.org"]
            )
            post(letter, kind=LEAFLET, community_id=cast.community.pk)
        send_due()
        taking.on = lambda _at, _to: None
        person.go("/manage/mails/")
        person.page.locator("main form button").first.click()
        settles(page)
        send_due()
        assert taking.recipients == ["jane@example.org"]

    person.go("/manage/import/?kind=wordpress")
    content = wxr(wxr_author(), wxr_item(5, content="Roses in winter")).encode()
    file: FilePayload = {"name": "export.xml", "mimeType": "text/xml", "buffer": content}
    fills(page, {"file": file})
    saves(person, "Upload and rehearse")
    with cast.scope():
        job = Import.objects.newest()[0]
    import_on(cast.community, job.pk)
    # The page looks again by itself, and would come between whoever goes on before it has.
    expect(person.button("Bring it in")).to_be_visible()
    with cast.scope():
        assert not Thread.objects.exists(), "that was a rehearsal"
    person.button("Bring it in").click()
    settles(page)
    import_on(cast.community, job.pk)
    person.sees("It is in.")
    with cast.scope():
        path = Thread.objects.select_related("space").get().get_absolute_url()
    assert (seen.visitor.meets(path), seen.member.meets(path), seen.outside.meets(path)) == (200, 200, 404)
    person.go(f"/manage/import/{job.pk}/undo/")
    person.page.get_by_role("button", name="Take it back").click()
    settles(page)
    import_on(cast.community, job.pk)
    person.sees("What was taken back")
    assert {seen.visitor.meets(path), seen.member.meets(path)} == {404}

    person.go("/manage/export/")
    fills(page, {"sure": True})
    saves(person, "Export the community")
    with cast.scope():
        export = Export.objects.get()
    while not export_on(cast.community, export.pk):
        pass
    # Shown by the page itself, as soon as it has looked again.
    expect(page.locator("[data-watch]")).to_have_count(0)
    with page.expect_download() as coming:
        page.locator(f"button[formaction*='{export.public_id}']").first.click()
    assert coming.value.suggested_filename.endswith(".zip")
    assert coming.value.path().read_bytes().startswith(b"PK")
    assert seen.member.meets("/manage/export/") == 403
    assert {"run_import", "undo_import", "export_asked", "export_fetched"} <= acts(cast)
    assert complaints == []
