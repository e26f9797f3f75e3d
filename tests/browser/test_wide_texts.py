"""What people write is as wide as it likes: the page is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from communities.content.models import Post, SpaceAuthor
from communities.forums.services import accept_answer
from communities.memory import forget_all
from communities.models import Membership
from moderation.services import report_thing
from tests.browser.conftest import Cast
from tests.communities.blogs.conftest import written
from tests.factories import make_reply, make_thread

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = "Donaudampfschifffahrtsgesellschaft" * 6
CELLS = "".join(f"<td>column {number}</td>" for number in range(14))
WIDE = (
    f"<p>{LONG} <code>{LONG}</code> <kbd>{LONG}</kbd></p><pre><code>{LONG} = {LONG}</code></pre>"
    f"<table><caption>{LONG}</caption><tr>{CELLS}</tr><tr><td>{LONG}</td></tr></table>"
    f"<dl><dt>{LONG}</dt><dd>{LONG}</dd></dl><details><summary>{LONG}</summary><p>{LONG}</p></details>"
    + "<blockquote>" * 14 + f"<p>deep {LONG}</p>" + "</blockquote>" * 14
    + "<ul><li>a" * 14 + "</li></ul>" * 14
    + f'<p dir="rtl">שלום {LONG}</p><p>שלום</p>'
)  # fmt: skip

# What reaches beyond the page, and is not cut off or scrolled by what it stands in.
TOO_WIDE = """(width) => {
  if (document.scrollingElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((one) => {
    if (one.getBoundingClientRect().right <= width + 1) return false;
    for (let up = one.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible" && up !== document.body) return false;
    return true;
  });
  return wide.map((one) => `${one.tagName}.${one.className}`).slice(0, 12);
}"""


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("language", ["fr"])
def test_no_text_widens_its_page(
    page: Page, cast: Cast, server: str, sign_in: Callable[[Membership], None], width: int
) -> None:
    with cast.scope():
        SpaceAuthor.objects.get_or_create(space=cast.blog, membership=cast.ambassador)
        question = make_thread(cast.forum, by=cast.member, title=LONG[:190], kind="question", body=WIDE)
        answer = make_reply(question, by=cast.ambassador, body=WIDE)
        accept_answer(question, post=answer, by=cast.member)
        article = written(cast.blog, by=cast.ambassador, title="Wide", body=WIDE)
        post = Post.objects.get(pk=answer.pk)
        report_thing(post, by=cast.manager, category="spam", text=LONG[:200])
        case = cast.url("/moderation/")
        Membership.objects.filter(pk=cast.moderator.pk).update(display_name="Marie-Philippine " * 4)
    forget_all()
    sign_in(cast.moderator)
    page.set_viewport_size({"width": width, "height": 800})
    paths = [question.get_absolute_url(), article.get_absolute_url(), "/search/?q=column"]
    for path in paths:
        page.goto(f"{server}{cast.url(path)}")
        assert page.evaluate(TOO_WIDE, width) == [], path
    page.goto(f"{server}{case}")
    page.locator("a[href*='/moderation/c/']").first.click()
    page.wait_for_url("**/moderation/c/**")
    assert page.evaluate(TOO_WIDE, width) == [], page.url


BUILT = (
    "<ul><li>one<ul><li>two<ul><li>three</li></ul></li></ul></li></ul><p>mine</p><blockquote><p>yours</p></blockquote>"
    "<table><thead><tr><th>Rope</th><th>Load</th></tr></thead><tbody><tr><td>aaaa</td><td>bbbb</td></tr></tbody></table>"
)
# Where the words of each part begin: of each item of the list, of what one said oneself and what is quoted, and how far
# the words of two cells are from each other.
BEGINS = """(post) => {
  const words = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one.firstChild);
    return range.getBoundingClientRect();
  };
  const all = (names) => [...post.querySelectorAll(names)].map(words);
  const [first, second] = all("td");
  return {
    items: all("li").map((box) => box.left),
    said: all(":scope > p").concat(all("blockquote > p")).map((box) => box.left),
    apart: second.left - first.right,
  };
}"""


def test_a_post_shows_how_it_is_built(page: Page, cast: Cast, server: str) -> None:
    """Lists are set in at each level, quotations stand apart from one’s own words, cells from each other."""
    with cast.scope():
        thread = make_thread(cast.forum, by=cast.member, body=BUILT)
    page.goto(server + cast.url(f"/forums/t/{thread.slug}/"))
    begins = page.locator(".post .prose-ui").first.evaluate(BEGINS)
    one, two, three = begins["items"]
    assert one + 10 < two < three - 10
    mine, yours = begins["said"]
    assert mine + 10 < yours
    assert begins["apart"] > 10
