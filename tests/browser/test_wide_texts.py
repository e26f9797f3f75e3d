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
