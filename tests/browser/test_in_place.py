"""Acts in place: no page is asked for, focus stays, and what cannot be done is said beside what was pressed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from communities.content.models import Post, Thread
from communities.content.services.reading import mark_read
from communities.launch.services import invite_into_team, make_link
from communities.models import Membership
from communities.people.fields import services as fields
from communities.promotions.models import Banner
from moderation import services as moderating
from moderation.models import Case
from tests import factories
from tests.conftest import Cast

SignIn = Callable[[Membership], None]


@pytest.fixture
def question(cast: Cast) -> Thread:
    """A question with an answer by somebody else, asked by the member."""
    with cast.scope():
        question = factories.make_thread(cast.forum, by=cast.member, kind="question")
        factories.make_reply(question, by=cast.ambassador, body="<p>Tie a bowline.</p>")
    return question


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The pages that the browser has asked for."""
    pages: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "document":
            pages.append(request.url)

    page.on("request", note)
    return pages


@pytest.fixture
def opens(page: Page, cast: Cast, server: str, sign_in: SignIn, asked: list[str]) -> Callable[..., None]:
    """Signs somebody in and opens a page; what is counted begins there."""

    def open_page(who: Membership, path: str) -> None:
        sign_in(who)
        page.goto(f"{server}{cast.url(path)}")
        asked.clear()

    return open_page


def thread_of(question: Thread) -> str:
    return f"/forums/t/{question.slug}/"


def answer(page: Page) -> Locator:
    return page.locator("#p-2")


def replies(page: Page, words: str) -> None:
    page.locator("#reply [data-editor-box]").hover()
    page.locator("#reply .editor-paper").click()
    page.keyboard.type(words)
    page.get_by_role("button", name="Post reply").click()


def test_a_member_does_what_members_do_without_another_page(
    page: Page,
    cast: Cast,
    question: Thread,
    opens: Callable[..., None],
    asked: list[str],
    complaints: list[str],
) -> None:
    opens(cast.member, thread_of(question))
    # React, and take it back.
    answer(page).get_by_role("button", name="Useful").click()
    expect(answer(page).get_by_role("button", name="Useful 1", pressed=True)).to_be_focused()
    answer(page).get_by_role("button", name="Useful 1").click()
    expect(answer(page).get_by_role("button", name="Useful", exact=True, pressed=False)).to_be_focused()
    # Follow no longer, and again.
    follow = page.locator("#about button").first
    expect(follow).to_have_attribute("aria-pressed", "true")
    follow.click()
    expect(page.get_by_role("button", name="Follow", exact=True, pressed=False)).to_be_focused()
    follow.click()
    expect(page.get_by_role("button", name="Following", pressed=True)).to_be_focused()
    # Accept the answer, and take it back by the news of it.
    answer(page).get_by_role("button", name="Accept this answer").click()
    expect(page.locator("#head").get_by_text("Solved by")).to_be_visible()
    expect(answer(page).get_by_role("button", name="Take back the acceptance")).to_be_visible()
    page.locator(".toast", has_text="Answer accepted.").get_by_role("button", name="Undo").click()
    expect(page.locator("#head").get_by_text("Solved by")).to_have_count(0)
    expect(answer(page).get_by_role("button", name="Accept this answer")).to_be_visible()
    # Reply; the form is empty again, and the keyboard goes on at what was written.
    replies(page, "Thank you, it holds.")
    expect(page.locator("#p-3")).to_be_focused()
    expect(page.locator("#reply textarea")).to_have_value("")
    assert page.url.endswith("#p-3")
    # Edit it where it stands.
    page.locator("#p-3 summary").click()
    page.locator("#p-3").get_by_role("link", name="Edit", exact=True).click()
    page.locator("#p-3 .editor-paper").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" In a gale, too.")
    page.locator("#p-3").get_by_role("button", name="Save the text").click()
    expect(page.locator("#p-3 .prose-ui")).to_have_text("Thank you, it holds. In a gale, too.")
    # Delete it, and bring it back.
    page.locator("#p-3 summary").click()
    page.locator("#p-3").get_by_role("link", name="Delete").click()
    page.locator("#p-3").get_by_role("button", name="Delete the post").click()
    expect(page.locator("#p-3").get_by_role("button", name="Restore the post")).to_be_focused()
    page.locator("#p-3").get_by_role("button", name="Restore the post").click()
    expect(page.locator("#p-3").get_by_text("Deleted by its author.")).to_have_count(0)
    assert asked == []
    assert complaints == []
    with cast.scope():
        assert Post.objects.get(thread=question, position=3).is_published


def test_the_team_keeps_a_thread_without_another_page(
    page: Page,
    cast: Cast,
    question: Thread,
    opens: Callable[..., None],
    asked: list[str],
    complaints: list[str],
) -> None:
    with cast.scope():
        mark_read(question, by=cast.moderator, position=1)
    opens(cast.moderator, thread_of(question))
    first_unread = page.locator("aside").get_by_role("link", name="First unread")
    page.get_by_role("button", name="Pin the thread", exact=True).click()
    expect(page.get_by_role("button", name="Unpin the thread")).to_be_focused()
    expect(page.locator("#head").get_by_text("Pinned")).to_be_visible()
    page.get_by_role("button", name="Unpin the thread").click()
    expect(page.locator("#head").get_by_text("Pinned")).to_have_count(0)
    page.locator("summary", has_text="Lock the thread").click()
    before = page.locator("#about").bounding_box()
    page.locator("#id_lock_reason").fill("It is settled.")
    page.get_by_role("button", name="Lock the thread").click()
    expect(page.locator("#reply").get_by_text("Reason: It is settled.")).to_be_visible()
    # All has been read by now; the way to what was unread stays, and nothing beside it moves.
    expect(first_unread).to_be_visible()
    after = page.locator("#about").bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == before["y"]
    page.get_by_role("button", name="Unlock the thread").click()
    expect(page.locator("summary", has_text="Lock the thread")).to_be_visible()
    expect(page.locator("#reply").get_by_text("It is settled.")).to_have_count(0)
    assert asked == []
    assert complaints == []


def test_a_case_is_taken_released_and_decided_without_another_page(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None], asked: list[str]
) -> None:
    with cast.scope():
        first, second = (
            moderating.open_case(
                factories.make_reply(question, by=cast.member, body=f"<p>{words}</p>"), kind=Case.Kind.LOOK
            )
            for words in ("One.", "Two.")
        )
    opens(cast.moderator, f"/moderation/c/{first.ref}/")
    expect(page.locator("#hands")).to_contain_text("yours")
    page.reload()
    asked.clear()
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Take the case")).to_be_focused()
    page.get_by_role("button", name="Take the case").click()
    expect(page.get_by_role("button", name="Release")).to_be_focused()
    page.locator("[data-decide] input[type=radio]").first.check()
    page.locator("[data-decide]").get_by_role("button", name="Decide, next case").click()
    expect(page.locator("[data-decided]")).to_be_visible()
    expect(page.locator("#h-case")).to_be_focused()
    assert f"/c/{second.ref}/" in page.url
    # The keys are those of the case that is open now.
    page.keyboard.press("q")
    page.wait_for_url(re.compile(r"/moderation/$"))
    assert len(asked) == 1


def test_where_the_line_is_cut_nothing_typed_is_lost(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None], asked: list[str]
) -> None:
    opens(cast.member, thread_of(question))

    def cut(route: Route) -> None:
        route.abort() if route.request.method == "POST" else route.continue_()

    page.route("**/forums/**", cut)
    replies(page, "What I wrote.")
    error = page.locator("#reply [role=alert]")
    expect(error).to_contain_text("You are offline.")
    expect(page.locator("#reply .editor-paper")).to_have_text("What I wrote.")
    page.unroute("**/forums/**", cut)
    error.get_by_role("button", name="Try again").click()
    expect(page.locator("#p-3")).to_contain_text("What I wrote.")
    expect(page.locator("#reply [role=alert]")).to_have_count(0)
    assert asked == []


def test_a_state_that_could_not_be_kept_turns_back(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None]
) -> None:
    opens(cast.member, thread_of(question))
    page.route("**/p/react/", lambda route: route.abort())
    useful = answer(page).get_by_role("button", name="Useful")
    useful.click()
    expect(answer(page).get_by_role("alert")).to_contain_text("You are offline.")
    expect(useful).to_have_attribute("aria-pressed", "false")
    expect(useful).not_to_have_attribute("aria-busy", "true")


def test_whoever_is_signed_out_is_told_beside_it(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None], asked: list[str]
) -> None:
    opens(cast.member, thread_of(question))
    page.locator("#reply [data-editor-box]").hover()
    page.locator("#reply .editor-paper").click()
    page.keyboard.type("What I wrote.")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Post reply").click()
    expect(page.locator("#reply [role=alert]")).to_contain_text("You are signed out.")
    expect(page.locator("#reply [role=alert]").get_by_role("link")).to_have_attribute(
        "href", re.compile(r"/sign-in/\?next=")
    )
    expect(page.locator("#reply .editor-paper")).to_have_text("What I wrote.")
    assert asked == []


def test_who_may_no_longer_is_told_beside_it(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None], asked: list[str]
) -> None:
    opens(cast.moderator, thread_of(question))
    with cast.scope():
        Membership.objects.filter(pk=cast.moderator.pk).update(role=Membership.Role.MEMBER)
    page.get_by_role("button", name="Pin the thread", exact=True).click()
    expect(page.locator("#about").get_by_role("alert")).to_contain_text("You can read this page")
    assert asked == []


@pytest.fixture
def still(page: Page) -> Iterator[None]:
    page.emulate_media(reduced_motion="reduce")
    yield
    page.emulate_media(reduced_motion="no-preference")


@pytest.mark.usefixtures("still")
def test_nothing_moves_for_those_who_ask_for_it(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None]
) -> None:
    opens(cast.member, thread_of(question))
    answer(page).get_by_role("button", name="Useful").click()
    expect(answer(page).get_by_role("button", name="Useful 1", pressed=True)).to_be_visible()
    moves = page.locator("#p-2 footer > p").evaluate("one => getComputedStyle(one).animationName")
    assert moves == "none"


def test_a_ring_comes_only_where_it_takes_longer(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None]
) -> None:
    """It waits 300 ms by the stylesheet, so that no clock of this test says when."""
    opens(cast.moderator, thread_of(question))
    waiting: list[Route] = []
    page.route("**/pin/", lambda route: waiting.append(route))
    pin = page.get_by_role("button", name="Pin the thread", exact=True)
    pin.click()
    expect(pin).to_have_attribute("aria-busy", "true")
    delay = pin.evaluate("one => getComputedStyle(one, '::after').animationDelay")
    assert delay.split(", ")[0] == "0.3s"
    # The button is busy before its press has come here.
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.get_by_role("button", name="Unpin the thread")).to_be_visible()


def test_what_other_scripts_add_comes_back_with_a_block(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None], complaints: list[str]
) -> None:
    """Replying from where one reads, also from one’s own post and to the form that came with it."""
    opens(cast.member, thread_of(question))
    answer(page).get_by_role("button", name="Accept this answer").click()
    expect(answer(page).get_by_role("button", name="Take back the acceptance")).to_be_visible()
    expect(answer(page).get_by_role("link", name="Reply", exact=True)).to_have_count(1)
    replies(page, "Thank you, it holds.")
    expect(page.locator("#p-3")).to_be_focused()
    page.locator("#p-3").get_by_role("link", name="Reply", exact=True).press("Enter")
    expect(page.locator("#reply :focus")).to_have_count(1)
    assert complaints == []


def test_a_draft_of_a_text_changed_in_place_is_taken_up_on_its_own_page(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None]
) -> None:
    with cast.scope():
        post = factories.make_reply(question, by=cast.member, body="<p>My own words.</p>")
    opens(cast.member, thread_of(question))
    own = page.locator("#p-3")
    own.locator("summary").click()
    own.get_by_role("link", name="Edit", exact=True).click()
    own.locator(".editor-paper").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" And more.")
    own.get_by_role("button", name="Save as draft").click()
    page.get_by_role("link", name="Go on writing").click()
    page.wait_for_url(re.compile(rf"/p/{post.public_id}/edit/\?unsent=\d+$"))
    expect(page.locator(".editor-paper")).to_have_text("My own words. And more.")


def test_a_quotation_goes_into_the_reply_while_a_text_is_changed(
    page: Page, cast: Cast, question: Thread, opens: Callable[..., None]
) -> None:
    with cast.scope():
        factories.make_reply(question, by=cast.member, body="<p>My own words.</p>")
        factories.make_reply(question, by=cast.ambassador, body="<p>Or a sheet bend.</p>")
    opens(cast.member, thread_of(question))
    own = page.locator("#p-3")
    own.locator("summary").click()
    own.get_by_role("link", name="Edit", exact=True).click()
    own.locator(".editor-paper").wait_for()
    answer(page).get_by_role("link", name="Quote").click()
    expect(page.locator("#reply .editor-paper blockquote")).to_contain_text("Tie a bowline.")
    expect(own.locator(".editor-paper")).to_have_text("My own words.")
    # And it goes on being changed where another answer comes to stand above it.
    page.locator("#p-4").get_by_role("button", name="Accept this answer").click()
    expect(page.locator("#posts > .post").nth(1)).to_have_id("p-4")
    expect(own.locator(".editor-paper")).to_have_text("My own words.")


def test_each_press_moves_a_row_by_one(page: Page, cast: Cast, opens: Callable[..., None]) -> None:
    with cast.scope():
        for name in ("Knots", "Sails", "Charts"):
            factories.make_space(name=name)
    opens(cast.manager, "/manage/spaces/")
    names = page.locator("[data-row] h3").all_inner_texts()
    for step in (1, 2, 3):
        with page.expect_response(lambda answered: answered.request.method == "POST"):
            page.get_by_label(f"Move {names[-1]}", exact=True).press("Alt+ArrowUp")
        at = len(names) - 1 - step
        expected = [*names[:at], names[-1], *names[at:-1]]
        expect(page.locator("[data-row] h3")).to_have_text(expected)


def test_addresses_are_copied_once_a_link_was_closed(
    page: Page, cast: Cast, opens: Callable[..., None]
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with cast.scope():
        for name in ("Flyer", "Meeting"):
            make_link(by=cast.manager, name=name)
    opens(cast.manager, "/manage/invitations/")
    page.get_by_role("button", name="Close Flyer").click()
    expect(page.get_by_role("button", name="Open again Flyer")).to_be_visible()
    page.get_by_role("button", name="Copy Meeting").click()
    expect(page.locator(".toast", has_text="Copied")).to_be_visible()


def test_the_last_of_a_list_goes(
    page: Page, cast: Cast, opens: Callable[..., None], asked: list[str]
) -> None:
    with cast.scope():
        invite_into_team("new@example.org", by=cast.owner, role=Membership.Role.MODERATOR)
        Banner.objects.create(placement="home", text="A boat for two.", button="See it", target="/forums/")
    opens(cast.owner, "/manage/team/")
    page.get_by_role("button", name="Withdraw new@example.org").click()
    expect(page.get_by_text("new@example.org")).to_have_count(0)
    assert asked == []
    opens(cast.owner, "/manage/banners/")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="No banner yet.")).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    assert asked == []


def test_what_comes_back_leaves_the_list_of_what_is_away(
    page: Page, cast: Cast, opens: Callable[..., None], asked: list[str]
) -> None:
    with cast.scope():
        boat = factories.make_field("text", "Your boat", key="boat")
        fields.retire_field(boat, by=cast.owner, community=cast.community)
    opens(cast.manager, "/manage/profile-fields/")
    page.get_by_role("button", name="Restore Your boat").click()
    expect(page.get_by_label("Move Your boat", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Away", exact=True)).to_have_count(0)
    assert asked == []
