"""The forum's lists: its spaces, and the threads of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from communities.content import services
from communities.content.addresses import absolute_address
from communities.content.circles import who_starts
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.nesting import crumbs_of, inside
from communities.content.permissions import can_start_thread
from communities.content.showing.reading import news_in
from communities.content.showing.syndication import public_feed
from communities.content.showing.thread_rows import ThreadRows
from communities.content.viewers import Viewer, readable_spaces, unfolded, viewer_of
from communities.forums.featuring import featured_in
from communities.forums.models import FORUM
from communities.forums.queries import (
    MOST_WEIGHED,
    ListPage,
    follows_space,
    latest_and_waiting,
    lives_of,
    threads_by_activity,
    threads_by_publication,
    threads_by_reactions,
    unanswered_threads,
)
from communities.in_place import answer_in_place
from communities.launch.features import feature_required, open_features
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed

LATEST, WAITING = 10, 5
UNANSWERED = "unanswered"
# The views of a space’s threads, each with the words of its tab.
VIEWS = {
    "activity": _("Latest"),
    "new": pgettext_lazy("threads", "New"),
    "top": _("Most reactions"),
    UNANSWERED: _("Unanswered"),
}


def readable_space(request: CommunityRequest, slug: str) -> Space:
    """A forum space by its address; 404 for those who may not read it. Costs no query."""
    for space in readable_spaces(request.community, viewer_of(request), FORUM):
        if space.slug == slug:
            return space
    raise Http404


def _around(request: CommunityRequest, here: Space) -> dict[str, Any]:
    """The way to a space, those that stand in it, above its threads, and the others beside them."""
    viewer = viewer_of(request)
    listed = unfolded(readable_spaces(request.community, viewer, FORUM), request.membership)
    above = crumbs_of(here, viewer.space_ids)[:-1]
    return {
        "crumbs": [{"label": _("Forum"), "url": reverse("forums:list-spaces")}, *above, {"label": here.name}],
        "inner": lives_of(viewer, inside(here, listed)),
        "spaces": [space for space in listed if here.pk not in (space.pk, space.parent_id)],
    }


@public_page
@feature_required("forums")
@require_safe
def list_spaces(request: CommunityRequest) -> HttpResponse:
    """Where does my topic belong? Every space with its purpose, what is new, what waits for an answer."""
    viewer = viewer_of(request)
    spaces = readable_spaces(request.community, viewer, FORUM)
    latest, waiting = latest_and_waiting(viewer, LATEST, WAITING)
    context = {
        "spaces": lives_of(viewer, unfolded(spaces, request.membership)),
        "latest": latest,
        "waiting": waiting,
        "rows": thread_rows_for(request, [*latest, *waiting], spaces=spaces),
        "canonical_url": absolute_address(request.community, request.path),
        "feed_url": public_feed(request.community, KINDS[FORUM]),
        "robots": "" if latest else "noindex",
    }
    return render(request, "forums/list_spaces.html", context)


@public_page
@redrawn_when_changed
@feature_required("forums")
@require_safe
def show_space(request: CommunityRequest, space: str) -> HttpResponse:
    """What is being discussed here? Pinned threads, then by last activity, the newest
    or the most reactions; or what waits for an answer."""
    viewer = viewer_of(request)
    here = readable_space(request, space)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    view = _view(request, here)
    page = _threads(viewer, here, view, after=after, before=before)
    url = here.get_absolute_url()
    own = f"{url}{_query(here, view)}"
    response = render(
        request,
        "forums/show_space.html",
        {
            "space": here,
            "page": page,
            "rows": thread_rows_for(request, page.all_threads),
            "tabs": _tabs(here, view),
            "unanswered": view == UNANSWERED,
            "is_top": view == "top",
            "weighed": MOST_WEIGHED if view == "top" and page.all_threads else 0,
            "newer_url": _address(own, "before", page.newer),
            "older_url": _address(own, "after", page.older),
            # The same threads in another order are no other page.
            "canonical_url": absolute_address(request.community, own if view == UNANSWERED else url),
            "robots": "noindex, follow" if after or before or not page.all_threads else "",
            "page_description": here.description,
            "feed_url": public_feed(request.community, KINDS[FORUM], here),
            "featured": [] if after or before or view == UNANSWERED else featured_in(viewer, here),
            **_around(request, here),
            "starters": who_starts(here),
            **_for_member(request, here),
        },
    )
    if after or before:
        response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


def thread_rows_for(
    request: CommunityRequest, threads: Sequence[Thread], spaces: list[Space] | None = None
) -> ThreadRows:
    """The thread rows for this reader: unread marks come in one statement."""
    return ThreadRows(
        community=request.community,
        news=news_in(threads, request.membership),
        tags="tags" in open_features(request.community, request.membership),
        spaces={space.pk: space.name for space in spaces or ()},
    )


def _for_member(request: CommunityRequest, space: Space) -> dict[str, Any]:
    membership = request.membership
    if membership is None:
        return {"may_start": space.posting == Space.Posting.MEMBERS, "follows": False}
    return {"may_start": can_start_thread(membership, space), "follows": follows_space(space, membership)}


def _view(request: CommunityRequest, space: Space) -> str:
    """Which view of a space’s threads is asked for; any other word is that which its manager has chosen."""
    if request.GET.get("filter") == UNANSWERED:
        return UNANSWERED
    order = request.GET.get("order", "")
    return order if order in VIEWS and order != UNANSWERED else space.order


def _threads(viewer: Viewer, space: Space, view: str, *, after: str, before: str) -> ListPage:
    if view == UNANSWERED:
        return unanswered_threads(viewer, space, after=after)
    if view == "new":
        return threads_by_publication(viewer, space, after=after)
    if view == "top":
        return threads_by_reactions(viewer, space)
    return threads_by_activity(viewer, space, after=after, before=before)


def _query(space: Space, view: str) -> str:
    """What a view adds to the address of its space; nothing for the one that is shown first."""
    if view == UNANSWERED:
        return f"?filter={UNANSWERED}"
    return "" if view == space.order else f"?order={view}"


def _tabs(space: Space, view: str) -> list[dict[str, Any]]:
    """The view that its manager has chosen comes first."""
    url = space.get_absolute_url()
    names = sorted(VIEWS, key=lambda name: name != space.order)
    return [
        {"label": VIEWS[name], "url": f"{url}{_query(space, name)}", "current": name == view}
        for name in names
    ]


def _address(own: str, name: str, cursor: str) -> str:
    return f"{own}{'&' if '?' in own else '?'}{name}={cursor}" if cursor else ""


@feature_required("forums")
@require_POST
def follow_space(request: MemberRequest, space: str) -> HttpResponse:
    here = readable_space(request, space)
    try:
        services.follow_space(here, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=here.get_absolute_url())
    return _follows(request, here, True)


@feature_required("forums")
@require_POST
def unfollow_space(request: MemberRequest, space: str) -> HttpResponse:
    here = readable_space(request, space)
    services.unfollow_space(here, by=request.membership)
    return _follows(request, here, False)


def _follows(request: MemberRequest, here: Space, follows: bool) -> HttpResponse:
    context = {"space": here, "follows": follows}
    return answer_in_place(
        request,
        here,
        block=lambda: render_to_string("forums/follow_space.html", context, request),
        target="closest form",
    )
