"""Settings changed in a browser as their owner changes them: what a visitor and a member then meet, that another
community meets nothing of it, and that the journal takes it back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from communities.content.services import react_to_post
from communities.launch.models import InvitationLink
from communities.launch.services.inviting import AMBASSADOR_QUOTA, QUOTA
from communities.models import Community, Membership
from communities.texts.models import TextVersion
from communities.texts.proposals import proposed_source
from tests.browser.changing import writes_in
from tests.browser.onlooking import Onlookers, SignIn, acts, saves, takes_back
from tests.browser.walking import Person, settles
from tests.communities.launch.conftest import LEGAL
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def person(page: object, cast: Cast, server: str, seen: Onlookers) -> Person:
    return Person(page, cast, server, "en")  # type: ignore[arg-type]


def test_name_languages_and_who_finds_the_place(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.manager, body=f"<p>{'Long ' * 300}end of it</p>")
    former = cast.community.name
    sign_in(cast.owner)
    person.go("/manage/place/")
    for name, value in (
        ("name", "Halyard"),
        ("tagline", "Lines that hold"),
        ("minimum_age", "16"),
        ("invitations", "3"),
        ("invitations_of_ambassadors", "9"),
    ):
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_time_zone").select_option("Pacific/Noumea")
    page.get_by_text("Public holidays in the calendar").click()
    page.get_by_label("France", exact=True).check()
    page.get_by_label("Belgium", exact=True).check()
    for choice in ("tu", "Whole texts", "Only visitors who agree, who are asked once"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_label("Show the member list to visitors").check()
    page.get_by_label("Let search engines in").uncheck()
    page.get_by_label("Show formulas").check()
    page.get_by_label("Show links as cards").uncheck()
    page.get_by_label("List it on the platform’s home page").uncheck()
    saves(person)

    home = seen.visitor.asks("/")
    assert "Halyard" in home.text()
    assert "Lines that hold" in home.text()
    assert home.headers["x-robots-tag"] == "noindex"
    assert "/choices/" in home.text(), "visitors are asked before they are counted"
    assert "Halyard" not in seen.visitor.context.request.get(seen.visitor.server).text()
    joining = seen.visitor.reads("/join/")
    assert "Laisse le champ vide" in joining
    assert 'name="born"' in joining
    assert seen.visitor.meets("/members/") == 200
    assert "end of it" in seen.visitor.reads("/forums/feed.xml")
    with cast.scope():
        make_reply(thread, by=Membership.objects.get(pk=cast.member.pk), body="<p>$x^2$</p>")
    assert "<msup>" in seen.visitor.reads(thread.get_absolute_url())
    assert "+11:00" in seen.visitor.reads(thread.get_absolute_url()), "the clock of the place"
    assert "You have 3 invitations left." in seen.member.reads("/me/invitations/")
    assert "You have 9 invitations left." in seen.ambassador.reads("/me/invitations/")

    # What the team reads, in its own language: the calendar of a month in which both countries have the same day.
    person.go("/manage/calendar/?view=list&day=2027-12-20")
    assert page.get_by_text("Christmas Day").count() == 1
    assert page.get_by_text("(Belgium, France)").first.is_visible()

    other = seen.outside.reads("/join/")
    assert "Halyard" not in other
    assert "Laissez le champ vide" in other
    assert 'name="born"' not in other
    assert seen.outside.meets("/members/") == 302
    assert "x-robots-tag" not in seen.outside.asks("/").headers
    assert f"You have {QUOTA} invitations left." in seen.member_outside.reads("/me/invitations/")

    takes_back(person)
    assert f"You have {AMBASSADOR_QUOTA} invitations left." in seen.ambassador.reads("/me/invitations/")
    assert former in seen.visitor.reads("/")
    assert seen.visitor.meets("/members/") == 302
    assert "Laissez le champ vide" in seen.visitor.reads("/join/")

    # A place that speaks French only is French for everybody.
    person.go("/manage/place/")
    page.locator("#id_language").select_option("fr")
    page.get_by_label("English").uncheck()
    page.locator(".save-bar .btn-main").click()
    settles(page)
    assert '<html lang="fr"' in seen.member.reads("/forums/")
    assert '<html lang="en"' in seen.member_outside.reads("/forums/")
    assert complaints == []


def test_spaces_menu_and_modules(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.manager)
    person.go("/manage/spaces/new/?kind=forum")
    page.locator("#id_name").fill("Knots")
    page.locator("#id_prompt").fill("Which rope, and how thick?")
    page.locator("#id_audience").select_option("members")
    page.locator("details", has=page.locator("#id_required_tags")).first.evaluate("one => one.open = true")
    page.locator("#id_required_tags").fill("boat")
    saves(person, "Add the space")
    assert "Knots" not in seen.visitor.reads("/forums/")
    assert "Knots" in seen.member.reads("/forums/")
    writing = seen.member.reads("/forums/f/knots/new/")
    assert "Which rope, and how thick?" in writing
    assert "boat" in writing
    assert seen.member_outside.meets("/forums/f/knots/") == 404

    person.go("/manage/spaces/")
    page.get_by_label("Move Knots").focus()
    page.keyboard.press("Alt+ArrowUp")
    person.sees("The order is saved.")
    page.get_by_label("Move Knots").focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Alt+ArrowUp")
    listed = seen.member.reads("/forums/")
    assert listed.index("/forums/f/knots/") < listed.index("/forums/f/rigging/")

    page.get_by_role("link", name="Knots").first.click()
    page.locator("#id_name").fill("Bends")
    page.locator("details", has=page.locator("#id_slug")).first.evaluate("one => one.open = true")
    page.locator("#id_slug").fill("bends")
    saves(person)
    moved = seen.member.asks("/forums/f/knots/")
    assert (moved.status, moved.headers["location"]) == (301, cast.url("/forums/f/bends/"))

    person.go("/manage/menu/")
    page.locator("#what-0").select_option("link")
    page.locator("#label-0").fill("Our shop")
    page.locator("#url-0").fill("https://shop.example/ropes")
    saves(person)
    for onlooker in (seen.visitor, seen.member):
        assert "https://shop.example/ropes" in onlooker.reads("/")
    assert "shop.example" not in seen.outside.reads("/")

    person.go("/manage/modules/")
    page.get_by_role("switch", name=re.compile("^Blogs")).uncheck()
    saves(person)
    assert {seen.visitor.meets("/blogs/"), seen.member.meets("/blogs/")} == {404}
    assert seen.outside.meets("/blogs/") == 200
    takes_back(person)
    assert seen.visitor.meets("/blogs/") == 200

    assert {"add_space", "edit_space", "order_spaces", "edit_menu", "choose_modules"} <= acts(cast)
    assert complaints == []


def test_ways_in_roles_and_authors(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    sign_in(cast.owner)
    person.go("/manage/join-requests/questions/")
    person.field("The team approves each newcomer").check()
    page.locator("#id_question_0").fill("Which boat do you sail?")
    saves(person)
    joining = seen.visitor.reads("/join/")
    assert "Which boat do you sail?" in joining
    assert "Demander" in joining
    assert "Which boat" not in seen.outside.reads("/join/")

    person.go("/manage/invitations/")
    page.locator("#id_name").fill("Boot")
    page.locator("#id_role").select_option("ambassador")
    page.locator("#id_quota").fill("1")
    saves(person, "Make the link")
    with cast.scope():
        link = InvitationLink.objects.get()
    shown = page.locator(".copy code").inner_text()
    path = shown.partition(cast.prefix)[2]
    assert link.quota == 1
    assert seen.visitor.meets(path) == 200
    assert seen.outside.meets(path) == 404

    assert seen.member.meets("/moderation/") == 403
    person.go(f"/manage/members/{cast.member.pk}/")
    page.locator("#id_role").select_option("moderator")
    saves(person, "Save the role")
    assert seen.member.meets("/moderation/") == 200
    assert seen.member_outside.meets("/moderation/") == 403
    takes_back(person)
    assert seen.member.meets("/moderation/") == 403

    assert seen.member.meets("/blogs/journal/new/") == 403
    person.go("/manage/team/authors/")
    page.locator("#id_person").fill(cast.member.handle)
    page.locator("form", has=page.locator("#id_person")).get_by_role("button").last.click()
    settles(page)
    assert seen.member.meets("/blogs/journal/new/") == 200
    assert seen.member_outside.meets("/blogs/journal/new/") == 403
    takes_back(person)
    assert seen.member.meets("/blogs/journal/new/") == 403
    assert complaints == []


def test_texts_rules_reactions_tags_and_redirects(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    page, cast = person.page, person.cast
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member, tags=["Jib"])
        react_to_post(make_reply(thread, by=cast.manager), by=cast.ambassador, kind="thanks")
    sign_in(cast.manager)
    person.go("/manage/texts/about/edit/")
    writes_in(page, "source_en", "We mend sails by hand.")
    writes_in(page, "source_fr", "Nous réparons les voiles à la main.")
    saves(person, "Save draft")
    assert "We mend sails by hand." not in seen.member.reads("/about/")
    person.go("/manage/texts/about/publish/")
    saves(person, "Publish")
    assert "We mend sails by hand." in seen.member.reads("/about/")
    assert "We mend sails by hand." not in seen.member_outside.reads("/about/")
    # What is opened and saved is kept as it was, sign by sign.
    person.go("/manage/texts/privacy/edit/")
    expect(page.locator(".editor-paper")).to_have_count(2)
    expect(page.locator(".editor-paper").first).to_contain_text(
        "{publisher}, {address}, reached at {contact}"
    )
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator(".editor-preview")).to_contain_text("to be completed")
    page.get_by_role("button", name="Preview").first.click()
    saves(person, "Save draft")
    with cast.scope():
        draft = TextVersion.objects.of("privacy").get().content
    assert draft == {code: {"source": proposed_source("privacy", code)} for code in ("en", "fr")}

    person.go("/manage/texts/rules/new/")
    page.locator("#id_rule_en").fill("Say which rope.")
    page.locator("#id_rule_fr").fill("Dites quel cordage.")
    saves(person, "Save to the draft")
    person.go("/manage/texts/rules/publish/")
    saves(person, "Publish")
    assert "Dites quel cordage." in seen.visitor.reads("/rules/")
    assert "Say which rope." in seen.member.reads("/rules/")
    assert "Dites quel cordage." not in seen.outside.reads("/rules/")

    person.go("/manage/reactions/")
    page.locator("input[name=offered][value=useful]").check()
    page.locator("[name=useful-en]").fill("Shipshape")
    saves(person)
    assert "Shipshape" in seen.member.reads(thread.get_absolute_url())
    takes_back(person)
    assert "Shipshape" not in seen.member.reads(thread.get_absolute_url())

    person.go("/manage/tags/")
    page.get_by_role("link", name="Jib").click()
    page.locator("#id_name").fill("Headsail")
    saves(person)
    former = seen.visitor.asks("/tags/jib/")
    assert (former.status, former.headers["location"]) == (301, cast.url("/tags/headsail/"))
    assert seen.outside.meets("/tags/headsail/") == 404
    takes_back(person)
    assert seen.visitor.meets("/tags/jib/") == 200

    person.go("/manage/redirects/")
    page.locator("#id_path").fill("/2019/jibs.html")
    page.locator("#id_target").fill("/forums/")
    saves(person, "Add this redirect")
    led = seen.visitor.asks("/2019/jibs.html")
    assert (led.status, led.headers["location"]) == (301, cast.url("/forums/"))
    assert seen.outside.meets("/2019/jibs.html") == 404
    takes_back(person)
    assert seen.visitor.meets("/2019/jibs.html") == 404
    assert "reactions_named" in acts(cast), "what was taken back stays in the journal"
    assert complaints == []


def test_who_publishes_the_place(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    cast = person.cast
    Community.objects.filter(pk=cast.community.pk).update(legal=LEGAL)
    assert LEGAL["publisher"] in seen.visitor.reads("/legal/")
    sign_in(cast.owner)
    person.go("/manage/legal/")
    for label, value in (
        ("Publisher", "Halyard & Daughters"),
        ("Registration", "RCS Quimper 404 833 048"),
        ("Publication director", "Odile Le Gall"),
        ("Data protection officer", "Yann Kerdal, dpo@halyard.example"),
    ):
        person.field(label).fill(value)
    saves(person)
    for onlooker in (seen.visitor, seen.member):
        notice = onlooker.reads("/legal/")
        for words in ("Halyard &amp; Daughters", "404 833 048", "Odile Le Gall"):
            assert words in notice
        assert "Odile Le Gall" in onlooker.reads("/forums/"), "at the foot of each page"
        assert "Yann Kerdal" in onlooker.reads("/legal/privacy/")
    assert "Halyard &amp; Daughters" not in seen.outside.reads("/legal/")
    takes_back(person)
    assert "Halyard &amp; Daughters" not in seen.visitor.reads("/legal/")
    assert LEGAL["publisher"] in seen.member.reads("/legal/")
    assert "legal_identity_changed" in acts(cast)
    assert complaints == []


def test_read_only_closed_and_open_again(
    person: Person, seen: Onlookers, sign_in: SignIn, complaints: list[str]
) -> None:
    cast = person.cast
    with cast.scope():
        path = make_thread(cast.forum, by=cast.member).get_absolute_url()
    with seen.outside.cast.scope():
        other = make_thread(seen.outside.cast.forum, by=seen.outside.cast.member).get_absolute_url()
    assert 'name="body"' in seen.member.reads(path)
    sign_in(cast.owner)
    person.go("/manage/close/")
    saves(person, "Make it read-only")
    assert 'name="body"' not in seen.member.reads(path)
    assert "lecture seule" in seen.visitor.reads("/")
    assert 'name="body"' in seen.member_outside.reads(other)
    person.go("/manage/close/")
    saves(person, "Close it")
    assert 'name="body"' in seen.member.reads(path)
    assert 'name="email"' not in seen.visitor.reads("/join/")
    assert 'name="email"' in seen.outside.reads("/join/")
    takes_back(person)
    assert 'name="body"' not in seen.member.reads(path), "read-only, as it was before it was closed"
    person.go("/manage/close/")
    saves(person, "Open it again")
    assert 'name="email"' in seen.visitor.reads("/join/")
    assert complaints == []
