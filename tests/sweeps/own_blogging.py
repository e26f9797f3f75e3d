"""Own blogs of the sweeps’ world: a space that holds such blogs, and the member’s, with an article."""

from __future__ import annotations

from typing import Any

from communities.blogs.own.permissions import OWN_BLOGS
from communities.blogs.own.services import BlogWishes, edit_blog, follow_blog, start_blog
from communities.blogs.review.permissions import REVIEWED
from communities.blogs.review.services import add_note, edit_checklist, submit_article
from communities.blogs.series.models import ArticleSeries
from communities.blogs.series.services import add_part, start_series
from communities.blogs.services import Draft, publish_article, write_article
from communities.content.models import Space, Thread
from tests.conftest import Cast
from tests.factories import make_space


def make_own_blogs(here: Cast) -> dict[str, Any]:
    space = make_space(
        kind="blog",
        slug="diaries",
        name="Diaries",
        description="By many.",
        settings={"switches": [OWN_BLOGS]},
    )
    blog = start_blog(space, by=here.member, community=here.community)
    said = Draft("What a sail says", "<p>It says that it is time to mend it.</p>")
    article = write_article(space, by=here.member, community=here.community, draft=said)
    publish_article(article, by=here.member)
    wishes = BlogWishes("Under sail", "What I see from the deck.", "deep", "rope", article.pk)
    blog = edit_blog(blog, wishes, by=here.member)
    follow_blog(blog, by=here.marketing)
    own = {"own_blog": blog, "own_space": space, "own_article": article}
    return own | {"own_series": make_series(here, space, article)} | make_review(here)


def make_series(here: Cast, space: Space, article: Thread) -> ArticleSeries:
    """The member’s, with their article."""
    series = start_series(space, by=here.member, community=here.community, title="From bow to stern")
    add_part(series, by=here.member, thread=Thread.objects.select_related("space").get(pk=article.pk))
    return series


def make_review(here: Cast) -> dict[str, Any]:
    """A blog whose editors read articles first, with one of the member’s that waits, and a note beside it."""
    space = make_space(kind="blog", slug="gazette", name="The gazette", settings={"switches": [REVIEWED]})
    said = Draft("How a block is made", "<p>From elm, as long as there was any.</p>")
    article = write_article(space, by=here.member, community=here.community, draft=said)
    edit_checklist(space, by=here.owner, lines=["Sources are named"])
    submit_article(article, by=here.member, ticked=["Sources are named"])
    submitted = Thread.objects.get(pk=article.pk)
    passage = "From elm, as long as there was any."
    note = add_note(submitted, by=here.manager, words="Since when?", passage=passage)
    return {"reviewed_space": space, "submitted": submitted, "review_note": note}
