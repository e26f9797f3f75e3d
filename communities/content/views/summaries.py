from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from communities.content.models import Thread
from communities.content.showing.summaries import has_summary, summary_of
from communities.content.viewers import viewer_of
from communities.middleware import CommunityRequest
from communities.permissions import public_page


@public_page
@require_safe
def show_summary(request: CommunityRequest, slug: str) -> HttpResponse:
    """What a long thread comes to; 404 for one that is soon read."""
    threads = Thread.objects.visible_to(viewer_of(request)).select_related("space")
    thread: Thread | None = threads.filter(slug=slug).first()
    if thread is None or not has_summary(thread):
        raise Http404
    context = {"thread": thread, "summary": summary_of(thread), "robots": "noindex"}
    return render(request, "content/show_summary.html", context)
