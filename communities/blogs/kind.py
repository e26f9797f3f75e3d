"""The blog as a kind of content."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.blogs.filing import file_articles, refile_articles
from communities.blogs.models import ARTICLE, BLOG, WORDS, Article, ReviewNote, article_of
from communities.blogs.own.permissions import FEATURE, OWN_BLOGS, holds_own, may_start_own
from communities.blogs.own.queries import blog_of, followers_to_tell
from communities.blogs.own.services import lay_out_blog
from communities.blogs.permissions import RESULTS, can_preview_article, signs_article
from communities.blogs.queries import (
    co_author_names,
    co_authors_by_thread,
    co_signed_threads,
    covers_for_sitemap,
    name_of_only_blog,
)
from communities.blogs.review.permissions import REVIEWED, may_publish_now
from communities.blogs.review.queries import waiting_for
from communities.blogs.services import (
    About,
    Draft,
    publish_article,
    put_cover,
    schedule_article,
    sign_with,
    stored_html,
    write_article,
)
from communities.content.kinds import Filed, Kind, Switch, ThreadKind
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Space, Thread
from communities.launch.features import Feature
from communities.models import Community, Membership
from communities.navigation import address_of


class BlogKind(Kind):
    name = BLOG
    label, label_many = _("Blog"), _("Blogs")
    icon = "book"
    order = 10
    header_label = _("Blogs")
    features = (
        Feature("blogs", _("Blogs"), 10, frozenset({"texts"}), is_place=True),
        Feature(
            FEATURE,
            _("Members’ own blogs"),
            12,
            about=_("In spaces that you choose, everybody who may write there starts a blog of their own."),
            is_place=True,
        ),
        Feature(
            RESULTS,
            _("Figures for authors"),
            14,
            about=_(
                "Authors see how often their article was opened, by how many people, where they came "
                "from and what came of it, from ten on."
            ),
        ),
    )
    thread_kinds = (
        ThreadKind(ARTICLE, _("Article"), notice_of_start="article_published", draws_insets=True),
    )
    path, urls = "blogs", "communities.blogs.urls"
    list_route, space_route = "list-blogs", "show-blog"
    thread_route, start_route = "show-article", "write-article"
    threads_name, threads_label = "articles", _("Articles")
    tab_order = 30
    start_label = _("Write an article")
    naming_people = frozenset({"owner"})
    switches = (
        Switch(
            OWN_BLOGS,
            _("Everybody writes in a blog of their own"),
            _(
                "Anyone who may start articles here can start a blog with one click, with its own name, "
                "look, address, feed and followers. Nobody else writes in it; you moderate it."
            ),
            FEATURE,
            may_wait=True,
        ),
        Switch(
            REVIEWED,
            _("An editor reads each article before it appears"),
            _(
                "Authors send what they have written; an editor of the blog, or a manager, gives it back with notes or "
                "approves it. Editors are named among the team; they publish their own articles themselves."
            ),
            "blogs",
        ),
    )
    # Without scripts a picture comes with the article's own form; with them the editor sends it.
    reply_offers = frozenset()
    beside_labels = {
        "excerpt": _("Excerpt"),
        "cover_alt": _("Description of the cover"),
        "seo_title": _("Title for search engines"),
        "seo_description": _("Description for search engines"),
    }
    side = Article
    imports = {"wordpress": ARTICLE}
    demo_spaces = frozenset({"blog"})
    demo_parts = {"articles": "blogs"}

    def header_name(self, request: HttpRequest) -> str:
        return name_of_only_blog(request)

    def thread_url(self, thread: Thread) -> str:
        return address_of("blogs:show-article", thread.space.slug, thread.slug)

    def may_start(self, membership: Membership, space: Space) -> bool:
        return may_start_own(membership, space)

    def may_publish(self, membership: Membership, thread: Thread) -> bool:
        return may_publish_now(membership, thread)

    def to_approve(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        return waiting_for(by)

    def approving_url(self, thread: Thread) -> str:
        return reverse("blogs:review-article", args=[thread.space.slug, thread.slug])

    def followers(self, thread: Thread) -> Collection[int]:
        return followers_to_tell(thread)

    def own_page(
        self, person: Membership, spaces: Sequence[Space], features: Collection[str]
    ) -> tuple[str, str] | None:
        holding = [space for space in spaces if holds_own(space)] if FEATURE in features else []
        blog = blog_of(person, holding)
        return (blog.title, blog.get_absolute_url()) if blog is not None else None

    def takes_replies(self, thread: Thread) -> bool:
        article = article_of(thread)
        return article is None or article.comments_open

    def signs(self, membership: Membership, thread: Thread) -> bool:
        return signs_article(membership, thread)

    def reads_draft(self, membership: Membership, thread: Thread) -> bool:
        return can_preview_article(membership, thread)

    def co_authors(self, threads: Collection[int]) -> Mapping[int, Collection[int]]:
        return co_authors_by_thread(threads)

    def names_beside(self) -> Any:
        return co_author_names()

    def co_signed(self, person: Membership) -> Collection[int]:
        return co_signed_threads(person)

    def stored_html(self, html: str) -> str:
        return stored_html(html)

    def words_beside(self, thread: Thread) -> dict[str, str]:
        said = Article.objects.filter(thread=thread).values(*WORDS).first()
        return dict(said or {})

    def pictures(self, community: Community, threads: ThreadQuerySet) -> dict[int, str]:
        return covers_for_sitemap(community, threads)

    def data_of(self, thread: Thread) -> dict[str, Any]:
        article = article_of(thread) or Article()
        return super().data_of(thread) | {"excerpt": article.excerpt, "minutes": article.reading_minutes}

    def first_draft(
        self, space: Space, *, title: str, body: str, by: Membership, community: Community
    ) -> Thread | None:
        if holds_own(space) and not lay_out_blog(space, owner=by, community=community):
            return None
        return write_article(space, by=by, community=community, draft=Draft(title, body))

    def publish_draft(self, thread: Thread, *, by: Membership) -> bool:
        return publish_article(thread, by=by)

    def schedule_draft(self, thread: Thread, *, by: Membership, at: datetime.datetime) -> bool:
        schedule_article(thread, by=by, at=at)
        return True

    def draft_url(self, thread: Thread) -> str:
        return reverse("blogs:edit-article", args=[thread.space.slug, thread.slug])

    def demo_settings(self, said: Mapping[str, Any]) -> dict[str, Any]:
        switches = {OWN_BLOGS: "own_blogs" in said, REVIEWED: "editors" in said}
        return (
            {"switches": [name for name, is_on in switches.items() if is_on]}
            if any(switches.values())
            else {}
        )

    def demo_draft(
        self,
        space: Space,
        said: Mapping[str, Any],
        *,
        body: str,
        by: Membership,
        community: Community,
        submission: uuid.UUID,
    ) -> Thread:
        draft = Draft(
            title=said["title"],
            body=body,
            tags=said["tags"],
            language=said["lang"],
            about=About(
                excerpt=said["excerpt"],
                cover_drawing=said["art"],
                cover_alt=said.get("art_alt", ""),
                focal_x=said.get("focal_x", 50),
                focal_y=said.get("focal_y", 50),
            ),
        )
        thread = write_article(space, by=by, community=community, draft=draft, submission=submission)
        sign_with(thread, said["authors"][1:])
        if "cover" in said:
            put_cover(thread, by=by, stored=said["cover"])
        return thread

    def empty_sides(self, threads: Sequence[int]) -> None:
        Article.objects.filter(pk__in=threads).update(**dict.fromkeys(WORDS, ""), contents=[])
        # What editors noted is theirs; what it quotes was the author’s.
        ReviewNote.objects.filter(review__in=threads).update(passage="", about="")

    def file_sides(self, filed: Sequence[Filed]) -> None:
        file_articles(filed)

    def refile_sides(self, filed: Sequence[Filed]) -> None:
        refile_articles(filed)
