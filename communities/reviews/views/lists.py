"""What is reviewed: all of it, one space of it, and how its reviews are checked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content.addresses import absolute_address
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.content.services import follow_space, unfollow_space
from communities.content.showing.syndication import public_feed
from communities.content.viewers import unfolded, viewer_of
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest, member_of
from communities.permissions import public_page
from communities.reviews.models import REVIEWS
from communities.reviews.permissions import FEATURE, can_edit_things
from communities.reviews.procedure import in_full
from communities.reviews.queries import follows_shelf, listed_things, readable_shelves

# Characters of what is looked for.
MOST_TYPED = 60


def get_shelf(request: CommunityRequest, slug: str) -> Space:
    """A space of reviews that this person may read; raises Http404. Costs no query."""
    for space in readable_shelves(request.community, viewer_of(request)):
        if space.slug == slug:
            return space
    raise Http404


@public_page
@feature_required(FEATURE)
@require_safe
def list_things(request: CommunityRequest) -> HttpResponse:
    """What is reviewed here, of all spaces; where there is one space, that space."""
    spaces = unfolded(readable_shelves(request.community, viewer_of(request)), request.membership)
    if len(spaces) == 1:
        return _list(request, spaces, here=spaces[0])
    return _list(request, spaces)


@public_page
@feature_required(FEATURE)
@require_safe
def show_shelf(request: CommunityRequest, space: str) -> HttpResponse:
    here = get_shelf(request, space)
    return _list(request, [here], here=here)


def _list(request: CommunityRequest, spaces: list[Space], here: Space | None = None) -> HttpResponse:
    by = request.membership
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]
    after = request.GET.get("after", "")
    page = listed_things(viewer_of(request), spaces, words=words, after=after)
    url = here.get_absolute_url() if here else reverse("reviews:list-things")
    asked = urlencode({"q": words} if words else {})
    context: dict[str, Any] = {
        "here": here,
        "spaces": spaces if here is None else [],
        "heading": here.name if here else _("Reviews"),
        "page_title": here.name if here else _("Reviews"),
        "rows": page.rows,
        "words": words,
        "after": after,
        "url": url,
        "older_url": f"{url}?{urlencode({'q': words, 'after': page.older})}" if page.older else "",
        "newest_url": f"{url}?{asked}" if after else "",
        "manages": can_edit_things(by),
        "follows": here is not None and by is not None and follows_shelf(here, by),
        "feed_url": public_feed(request.community, KINDS[REVIEWS], here),
        "canonical_url": absolute_address(request.community, url),
        "robots": "noindex, follow" if words or after or not page.rows else "",
    }
    return render(request, "reviews/list_things.html", context)


@public_page
@feature_required(FEATURE)
@require_safe
def show_procedure(request: CommunityRequest, space: str) -> HttpResponse:
    """How the reviews of a space are checked, sorted and counted."""
    here = get_shelf(request, space)
    context = {
        "here": here,
        "told": in_full(here, request.community),
        "canonical_url": absolute_address(request.community, request.path),
        "crumbs": [
            {"label": _("Reviews"), "url": reverse("reviews:list-things")},
            {"label": here.name, "url": here.get_absolute_url()},
            {"label": _("How these reviews are checked")},
        ],
    }
    return render(request, "reviews/show_procedure.html", context)


@feature_required(FEATURE)
@require_POST
def follow_shelf(request: MemberRequest, space: str) -> HttpResponse:
    """Be told of each new review in it."""
    here = get_shelf(request, space)
    try:
        follow_space(here, by=member_of(request))
    except TooFast as refusal:
        return told_in_place(request, refusal, back=here.get_absolute_url())
    messages.success(request, _("You follow %(space)s.") % {"space": here.name})
    return redirect(here)


@feature_required(FEATURE)
@require_POST
def unfollow_shelf(request: MemberRequest, space: str) -> HttpResponse:
    here = get_shelf(request, space)
    unfollow_space(here, by=member_of(request))
    messages.success(request, _("You no longer follow %(space)s.") % {"space": here.name})
    return redirect(here)
