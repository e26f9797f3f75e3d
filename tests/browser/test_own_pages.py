"""What members and the team keep for good, by the words on the page, in both languages: a blog of one’s own, read and
followed; a page of the brand, changed and put back; a thread in which everybody waits between two replies."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.translation import ngettext, override
from playwright.sync_api import Page, expect

from communities.blogs.own.models import BlogFollower
from communities.blogs.own.permissions import OWN_BLOGS
from communities.content.models import Post
from communities.memory import forget_all
from communities.models import Membership
from tests.browser.walking import Person, settles
from tests.conftest import Cast
from tests.factories import make_space, make_thread

SignIn = Callable[[Membership], None]
# Minutes: longer than any machine takes from one reply to the next.
WAIT = 30


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_blog_a_page_and_a_slow_thread(
    page: Page, cast: Cast, server: str, sign_in: SignIn, language: str, complaints: list[str]
) -> None:
    with cast.scope():
        make_space(kind="blog", slug="diaries", name="Diaries", settings={"switches": [OWN_BLOGS]})
        make_space(kind="guides", slug="how-to", name="How to", posting="team")
        slow = make_space(slug="deck", name="On deck", settings={"slow_minutes": WAIT})
        heated = make_thread(slow, by=cast.owner)
    forget_all()
    person = Person(page, cast, server, language)
    _keeps_a_blog(person, sign_in)
    _puts_a_page_back(person, sign_in)
    _waits_between_two_replies(person, sign_in, f"/forums/t/{heated.slug}/")
    # Each refusal in words is a status of its own, and nothing else is wrong.
    assert [one for one in complaints if "429" not in one] == []


def _keeps_a_blog(person: Person, sign_in: SignIn) -> None:
    page, owner, reader = person.page, person.cast.member, person.cast.ambassador
    sign_in(owner)
    person.go("/blogs/diaries/")
    person.button("Start my blog").click()
    person.sees("Your blog waits for its first article")
    person.link("Write an article").click()
    person.field("Title").fill("Under sail")
    person.writes("Text", "From the deck.")
    person.button("Publish").click()
    person.reads("From the deck.")
    person.link("Figures").click()
    person.sees("Times opened")
    expect(page.get_by_role("row")).to_have_count(4)

    sign_in(reader)
    person.go(f"/blogs/@{owner.handle}/")
    person.reads("Under sail")
    person.button("Follow").press("Enter")
    expect(person.button("Following")).to_be_visible()
    settles(page)
    with person.cast.scope():
        assert BlogFollower.objects.filter(membership=reader, blog__owner=owner).exists()


def _puts_a_page_back(person: Person, sign_in: SignIn) -> None:
    sign_in(person.cast.manager)
    person.go("/guides/")
    person.link("Write a page").click()
    person.field("Title").fill("Choosing a rope")
    person.writes("Text", "The thick one.")
    person.button("Publish").click()
    person.reads("The thick one.")
    with person.cast.scope():
        # What was changed within minutes is no version.
        yesterday = timezone.now() - datetime.timedelta(days=1)
        Post.objects.filter(thread__slug="choosing-a-rope").update(published_at=yesterday)
    person.link("Edit").click()
    person.writes("Text", "")
    # Whoever comes to a text that is there may come to its end.
    person.presses("Control+Home")
    person.page.keyboard.type("Never. ")
    person.button("Save changes").click()
    person.reads("Never. The thick one.")
    # One word in both languages.
    person.page.get_by_role("link", name="Versions", exact=True).first.click()
    person.page.get_by_role("main").locator(".line a").first.click()
    person.button("Put this version back").click()
    person.sees("Version %(n)s is back. What it replaced is kept among the versions.", n="1")
    expect(person.page.locator(".prose")).to_have_text("The thick one.")


def _waits_between_two_replies(person: Person, sign_in: SignIn, path: str) -> None:
    sign_in(person.cast.member)
    person.go(path)
    person.reads(said_of_waiting(person.language))
    person.writes("Your reply", "The first word.")
    person.button("Post reply").click()
    expect(person.page.locator("#p-2")).to_contain_text("The first word.")
    settles(person.page)
    person.writes("Your reply", "A second, at once.")
    person.button("Post reply").click()
    # It says until when, and keeps what was typed.
    refusal = person.page.locator("#reply").get_by_text(said_of_waiting(person.language))
    expect(refusal.first).to_be_visible()
    settles(person.page)
    expect(refusal.first).to_contain_text(re.compile(r"\d(:|\sh\s)\d\d"))
    expect(person.page.locator(".editor-paper")).to_contain_text("A second, at once.")
    with person.cast.scope():
        assert Post.objects.filter(thread__slug=path.split("/")[-2]).count() == 2


def said_of_waiting(language: str) -> str:
    with override(language):
        words = ngettext(
            "Here everybody replies once in %(n)s minute.",
            "Here everybody replies once in %(n)s minutes.",
            WAIT,
        )
    return words % {"n": WAIT}
