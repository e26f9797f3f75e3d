"""The figures of an article, for those who wrote it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.blogs.permissions import RESULTS, can_see_article_results
from communities.blogs.readings import LEAST_PEOPLE, read_lately
from communities.blogs.views import get_article
from communities.exceptions import NotAllowed
from communities.launch.features import feature_required
from communities.middleware import MemberRequest


@feature_required("blogs")
@feature_required(RESULTS)
@require_safe
def show_results(request: MemberRequest, blog: str, article: str) -> HttpResponse:
    """How often it was opened and by how many people; no figure that is about fewer than ten."""
    thread = get_article(request, blog, article)
    if not can_see_article_results(request.membership, thread):
        raise NotAllowed
    context = {
        "thread": thread,
        "reads": read_lately(thread, request.community),
        "least": LEAST_PEOPLE,
        "reactions": sum(thread.opening().reactions.values()),
        "robots": "noindex",
    }
    return render(request, "blogs/article_results.html", context)
