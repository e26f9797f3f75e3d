"""The figures of an article, for those who wrote it; of a blog, for those whose it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from communities.blogs.blog_readings import read_articles, together
from communities.blogs.own.permissions import FEATURE as OWN
from communities.blogs.own.permissions import is_own_space
from communities.blogs.own.queries import articles_of, follower_count
from communities.blogs.own.views import get_own_blog
from communities.blogs.permissions import (
    RESULTS,
    can_see_article_results,
    can_see_blog_results,
    can_see_own_results,
)
from communities.blogs.queries import listed_articles
from communities.blogs.readings import LEAST_PEOPLE, LENGTHS, MONTH, YEAR, Figures
from communities.blogs.views import get_article, get_blog
from communities.content.managers import BY_PUBLICATION, ThreadQuerySet
from communities.content.models import Space, Subscription, Thread
from communities.content.viewers import viewer_of
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest
from communities.tables import csv_response


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def show_results(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """How often it was opened, by how many people, where they came from and what came of it; no figure that is about
    fewer than ten."""
    thread = _measured(request, blog, article)
    figures = Figures(thread, request.community)
    asked = request.GET.get("days", "")
    days = next((length for length in LENGTHS if str(length) == asked), MONTH)
    context = {
        "thread": thread,
        "reads": figures.lately(),
        "weeks": figures.weeks(),
        "sources": figures.sources(days),
        "days": days,
        "tabs": [_tab(length, days) for length in LENGTHS],
        "least": LEAST_PEOPLE,
        "reactions": sum(thread.opening().reactions.values()),
        "blog_results": _results_of_blog(request, thread),
        "robots": "noindex",
    }
    return render(request, "blogs/article_results.html", context)


def _results_of_blog(request: MemberRequest, thread: Thread) -> str:
    if is_own_space(thread.space_id, thread.community_id):
        return ""
    sees = can_see_blog_results(request.membership, thread.space)
    return reverse("blogs:show-blog-results", args=[thread.space.slug]) if sees else ""


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def download_results(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """The weeks as a table; empty where a week was about too few."""
    thread = _measured(request, blog, article)
    weeks = Figures(thread, request.community).weeks()
    rows = ([week.first.isoformat(), week.views, week.people] for week in reversed(weeks))
    return csv_response(f"{thread.slug}.csv", ("week", "times_opened", "people_daily"), rows)


def _measured(request: MemberRequest, blog: str, article: str) -> Thread:
    thread = get_article(request, blog, article)
    if not can_see_article_results(request.membership, thread):
        raise NotAllowed
    return thread


def _tab(length: int, current: int) -> dict[str, Any]:
    label = ngettext("%(days)s day", "%(days)s days", length) % {"days": length}
    return {"label": label, "url": f"?days={length}#h-sources", "current": length == current}


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def show_blog_results(request: MemberRequest, blog: str) -> HttpResponse:
    """What the articles of a blog brought, each and together, page by page."""
    space = get_blog(request, blog)
    if not can_see_blog_results(request.membership, space):
        raise NotAllowed
    articles = listed_articles(viewer_of(request)).in_space(space.pk)
    context = {
        "name": space.name,
        "back": space.get_absolute_url(),
        "followers": Subscription.objects.following().filter(space=space).count(),
    }
    return render(request, "blogs/blog_results.html", context | _read(request, articles, space))


@feature_required(OWN)
@feature_required(RESULTS)
@require_safe
def show_own_results(request: MemberRequest, owner: str) -> HttpResponse:
    """The same of a member's blog."""
    blog = get_own_blog(request, owner)
    if not can_see_own_results(request.membership, blog.owner_id):
        raise NotAllowed
    articles = articles_of(viewer_of(request), blog)
    context = {"name": blog.title, "back": blog.get_absolute_url(), "followers": follower_count(blog)}
    return render(request, "blogs/blog_results.html", context | _read(request, articles, blog.space))


def _read(request: MemberRequest, articles: ThreadQuerySet, space: Space) -> dict[str, Any]:
    place = BY_PUBLICATION.place(request.GET.get("after", ""))
    page = BY_PUBLICATION.page(articles.published_before(*place))
    for thread in page.rows:
        thread.space = space
    reads = read_articles(page.rows, request.community)
    return {
        "reads": reads,
        "together": [
            together([read.month for read in reads], MONTH),
            together([read.year for read in reads], YEAR),
        ],
        "least": LEAST_PEOPLE,
        "is_first_page": not place,
        "older_url": f"?after={page.older}" if page.older else "",
        "robots": "noindex",
    }
