"""Reading blogs and articles, following a blog."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.blogs import presenting
from communities.blogs.models import ARTICLE, BLOG
from communities.blogs.own.ways import own_ways
from communities.blogs.permissions import can_see_blog_results
from communities.blogs.queries import drafts_of, find_article, listed_articles, readable_blogs
from communities.blogs.review.queries import waiting_for
from communities.blogs.series.permissions import can_start_series
from communities.blogs.series.queries import series_beside
from communities.content.addresses import absolute_address
from communities.content.kinds import KINDS
from communities.content.managers import BY_PUBLICATION
from communities.content.models import Space, Subscription, Thread
from communities.content.permissions import spaces_open_to
from communities.content.post_forms import ReplyForm
from communities.content.queries import follow
from communities.content.services import follow_space, unfollow_space
from communities.content.showing.reading import page_number
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_feed
from communities.content.viewers import unfolded, viewer_of
from communities.content.views.posts import answer_gone
from communities.content.views.replying import empty_or_filled
from communities.in_place import answer_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed
from communities.responses import permanently

# People and tags beside a page of articles.
MOST_WRITERS, MOST_SUBJECTS = 6, 12


@public_page
@feature_required("blogs")
@require_safe
def list_blogs(request: CommunityRequest) -> HttpResponse:
    """The newest articles of all blogs; where there is one blog, that blog."""
    blogs = readable_blogs(request.community, viewer_of(request))
    if len(blogs) == 1:
        return _show(request, blogs[0])
    context = (
        _articles(request, blogs)
        | own_ways(request, blogs)
        | {
            "blogs": unfolded(blogs, request.membership),
            "page_title": _("Blogs"),
            "feed_url": public_feed(request.community, KINDS[BLOG]),
            "canonical_url": absolute_address(request.community, reverse("blogs:list-blogs")),
        }
    )
    return render(request, "blogs/list_blogs.html", context)


@public_page
@feature_required("blogs")
@require_safe
def show_blog(request: CommunityRequest, blog: str) -> HttpResponse:
    return _show(request, get_blog(request, blog))


def _show(request: CommunityRequest, blog: Space) -> HttpResponse:
    membership = request.membership
    followed = (
        Subscription.objects.following().filter(space=blog, membership=membership) if membership else None
    )
    context = (
        _articles(request, [blog])
        | own_ways(request, [blog])
        | {
            "blog": blog,
            "page_title": blog.name,
            "page_description": blog.description[:160],
            "follows": bool(followed and followed.exists()),
            "sees_results": can_see_blog_results(membership, blog),
            "series_beside": series_beside(viewer_of(request), blog.pk),
            "may_start_series": can_start_series(membership, blog),
            "feed_url": public_feed(request.community, KINDS[BLOG], blog),
            "canonical_url": absolute_address(request.community, blog.get_absolute_url()),
        }
    )
    return render(request, "blogs/show_blog.html", context)


def _articles(request: CommunityRequest, blogs: list[Space]) -> dict[str, Any]:
    """A page of articles of these blogs, and the links for those who may write in them."""
    by_id = {blog.pk: blog for blog in blogs}
    cursor = request.GET.get("after", "")
    place = BY_PUBLICATION.place(cursor)
    articles = listed_articles(viewer_of(request)).filter(space_id__in=by_id)
    page = BY_PUBLICATION.page(articles.published_before(*place))
    for thread in page.rows:
        thread.space = by_id[thread.space_id]
    writable = spaces_open_to(request.membership, blogs) if request.membership else []
    cards = [presenting.card_of(thread) for thread in page.rows]
    waiting = waiting_for(request.membership) if request.membership else None
    return {
        "page": page,
        "cards": cards,
        "writers": presenting.writers_of(cards)[:MOST_WRITERS],
        "subjects": presenting.subjects_of(cards)[:MOST_SUBJECTS],
        "is_first_page": not place,
        "older_url": f"?after={page.older}" if page.older else "",
        "robots": "noindex, follow" if cursor or not page.rows else "",
        "share_image": share_address(request.community),
        "writable": writable,
        "drafts": drafts_of(request.membership, writable) if request.membership and writable else [],
        "to_read": waiting.count() if waiting is not None else None,
    }


@feature_required("blogs")
@require_POST
def follow_blog(request: MemberRequest, blog: str) -> HttpResponse:
    space = get_blog(request, blog)
    try:
        follow_space(space, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=space.get_absolute_url())
    messages.success(request, _("You follow %(blog)s.") % {"blog": space.name})
    return _follows(request, space, True)


@feature_required("blogs")
@require_POST
def unfollow_blog(request: MemberRequest, blog: str) -> HttpResponse:
    space = get_blog(request, blog)
    unfollow_space(space, by=member_of(request))
    messages.success(request, _("You no longer follow %(blog)s.") % {"blog": space.name})
    return _follows(request, space, False)


def _follows(request: MemberRequest, blog: Space, follows: bool) -> HttpResponse:
    context = {"blog": blog, "follows": follows, "writable": spaces_open_to(request.membership, [blog])}
    return answer_in_place(
        request,
        blog,
        block=lambda: render_to_string("blogs/follow_blog.html", context, request),
        target="closest form",
    )


@public_page
@redrawn_when_changed
@feature_required("blogs")
@require_safe
def show_article(request: CommunityRequest, blog: str, article: str) -> HttpResponse:
    thread = find_article(viewer_of(request), article)
    if thread is None:
        return answer_gone(request, article, kinds=(ARTICLE,))
    if thread.space.slug != blog:
        # Its former address may be that of another article by now.
        former = follow([request.path_info], viewer_of(request))
        return permanently(
            request, get_script_prefix() + former.lstrip("/") if former else thread.get_absolute_url()
        )
    if not thread.was_shown:
        return redirect("blogs:preview-article", blog, article)
    number = _page_number(request, thread)
    context = presenting.article_page(request, thread, number, empty_or_filled(request, thread))
    return render(request, "blogs/show_article.html", context)


def show_unreplied(request: CommunityRequest, thread: Thread, form: ReplyForm, status: int) -> HttpResponse:
    """The end of an article’s replies with one that could not be taken."""
    context = presenting.article_page(request, thread, thread.last_page, form)
    return render(request, "blogs/show_article.html", context, status=status)


def get_blog(request: CommunityRequest, slug: str) -> Space:
    """A blog this person may read; raises Http404."""
    for blog in readable_blogs(request.community, viewer_of(request)):
        if blog.slug == slug:
            return blog
    raise Http404


def get_article(request: CommunityRequest, blog: str, article: str) -> Thread:
    """An article this person may reach, published or not; raises Http404."""
    thread = find_article(viewer_of(request), article)
    if thread is None or thread.space.slug != blog:
        raise Http404
    return thread


def _page_number(request: CommunityRequest, thread: Thread) -> int:
    number = page_number(request.GET.get("page"))
    if number > max(thread.last_page, 1):
        raise Http404
    return number
