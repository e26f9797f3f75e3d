"""Reading pages, and putting them in order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content.addresses import absolute_address
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.permissions import spaces_open_to
from communities.content.queries import follow
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_feed
from communities.content.viewers import unfolded, viewer_of
from communities.content.views.posts import answer_gone
from communities.guides.models import GUIDE, GUIDES
from communities.guides.permissions import can_arrange_pages
from communities.guides.presenting import shown_page
from communities.guides.queries import drafts_in, find_page, pages_in, readable_pages
from communities.guides.services import move_page as change_places
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed
from communities.responses import permanently

# Headings of each page that a list of pages names.
MOST_HEADINGS = 5


@public_page
@feature_required("guides")
@require_safe
def list_pages(request: CommunityRequest) -> HttpResponse:
    """The spaces of pages; where there is one, its pages."""
    spaces = readable_pages(request)
    if len(spaces) == 1:
        return _show(request, spaces[0])
    context = {
        "spaces": unfolded(spaces, request.membership),
        "page_title": _("Guides"),
        "canonical_url": absolute_address(request.community, reverse("guides:list-pages")),
        "robots": "" if spaces else "noindex, follow",
    }
    return render(request, "guides/list_spaces.html", context)


@public_page
@feature_required("guides")
@require_safe
def show_pages(request: CommunityRequest, space: str) -> HttpResponse:
    return _show(request, space_named(request, space))


def _show(request: CommunityRequest, space: Space) -> HttpResponse:
    """The pages of a space in their order, each with its headings."""
    by, viewer = request.membership, viewer_of(request)
    pages = pages_in(space, viewer)
    writable = spaces_open_to(by, [space]) if by else []
    context: dict[str, Any] = {
        "space": space,
        "pages": pages,
        "most_headings": MOST_HEADINGS,
        "may_arrange": can_arrange_pages(by, space),
        "writable": bool(writable),
        "drafts": drafts_in([space], viewer) if by and writable else [],
        "page_title": space.name,
        "page_description": space.description[:160],
        "feed_url": public_feed(request.community, KINDS[GUIDES], space),
        "share_image": share_address(request.community),
        "canonical_url": absolute_address(request.community, space.get_absolute_url()),
        "robots": "" if pages else "noindex, follow",
    }
    return render(request, "guides/show_space.html", context)


@public_page
@redrawn_when_changed
@feature_required("guides")
@require_safe
def show_page(request: CommunityRequest, page: str) -> HttpResponse:
    """One page; a renamed one answers 301 from its former address."""
    thread = find_page(viewer_of(request), page)
    if thread is None:
        target = follow([request.path_info[:400]], viewer_of(request))
        if not target:
            return answer_gone(request, page, kinds=(GUIDE,))
        return permanently(request, f"{get_script_prefix().rstrip('/')}{target}")
    return render(request, "guides/show_page.html", shown_page(request, thread))


@feature_required("guides")
@require_POST
def move_page(request: MemberRequest, page: str) -> HttpResponse:
    """Up or down by one among the pages of its space."""
    thread = page_named(request, page)
    up = request.POST.get("to") == "up"
    if change_places(thread, by=member_of(request), up=up):
        messages.success(request, _("Order changed."))
    else:
        messages.info(request, _("It is already at the end."))
    return redirect(f"{thread.space.get_absolute_url()}#p{thread.pk}")


def space_named(request: CommunityRequest, slug: str) -> Space:
    """A space of pages that this person may read; raises Http404."""
    for space in readable_pages(request):
        if space.slug == slug:
            return space
    raise Http404


def page_named(request: CommunityRequest, slug: str) -> Thread:
    """A page that this person may reach, published or not; raises Http404."""
    thread = find_page(viewer_of(request), slug)
    if thread is None:
        raise Http404
    return thread
