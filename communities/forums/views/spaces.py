"""The forum's lists: its spaces, and the threads of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.content import services
from communities.content.addresses import absolute_address
from communities.content.circles import who_starts
from communities.content.kinds import KINDS
from communities.content.models import Space, Thread
from communities.content.permissions import can_start_thread
from communities.content.showing.reading import news_in
from communities.content.showing.syndication import public_feed
from communities.content.showing.thread_rows import ThreadRows
from communities.content.viewers import readable_spaces, unfolded, viewer_of
from communities.forums.models import FORUM
from communities.forums.queries import (
    follows_space,
    latest_and_waiting,
    life_of,
    threads_by_activity,
    threads_by_publication,
    unanswered_threads,
)
from communities.in_place import answer_in_place
from communities.launch.features import feature_required, open_features
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page
from communities.redrawing import redrawn_when_changed

LATEST, WAITING = 10, 5


def readable_space(request: CommunityRequest, slug: str) -> Space:
    """A forum space by its address; 404 for those who may not read it. Costs no query."""
    for space in readable_spaces(request.community, viewer_of(request), FORUM):
        if space.slug == slug:
            return space
    raise Http404


def _others(request: CommunityRequest, here: Space) -> list[Space]:
    spaces = readable_spaces(request.community, viewer_of(request), FORUM)
    return [space for space in unfolded(spaces, request.membership) if space.pk != here.pk]


@public_page
@feature_required("forums")
@require_safe
def list_spaces(request: CommunityRequest) -> HttpResponse:
    """Where does my topic belong? Every space with its purpose, what is new, what waits for an answer."""
    viewer = viewer_of(request)
    spaces = readable_spaces(request.community, viewer, FORUM)
    latest, waiting = latest_and_waiting(viewer, LATEST, WAITING)
    context = {
        "spaces": life_of(viewer, unfolded(spaces, request.membership)),
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
    """What is being discussed here? Pinned threads, then by last activity; or what waits for an answer."""
    viewer = viewer_of(request)
    here = readable_space(request, space)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    unanswered = request.GET.get("filter") == "unanswered"
    if unanswered:
        page = unanswered_threads(viewer, here, after=after)
    elif here.order == "new":
        page = threads_by_publication(viewer, here, after=after)
    else:
        page = threads_by_activity(viewer, here, after=after, before=before)
    url = here.get_absolute_url()
    response = render(
        request,
        "forums/show_space.html",
        {
            "space": here,
            "page": page,
            "rows": thread_rows_for(request, page.all_threads),
            "tabs": _tabs(url, unanswered),
            "unanswered": unanswered,
            "newer_url": _address(url, unanswered, "before", page.newer),
            "older_url": _address(url, unanswered, "after", page.older),
            "canonical_url": absolute_address(
                request.community, f"{url}?filter=unanswered" if unanswered else url
            ),
            "robots": "noindex, follow" if after or before or not page.all_threads else "",
            "page_description": here.description,
            "feed_url": public_feed(request.community, KINDS[FORUM], here),
            "spaces": _others(request, here),
            "starters": who_starts(here),
            "crumbs": [{"label": _("Forum"), "url": reverse("forums:list-spaces")}, {"label": here.name}],
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


def _tabs(url: str, unanswered: bool) -> list[dict[str, Any]]:
    return [
        {"label": _("Latest"), "url": url, "current": not unanswered},
        {"label": _("Unanswered"), "url": f"{url}?filter=unanswered", "current": unanswered},
    ]


def _address(url: str, unanswered: bool, name: str, cursor: str) -> str:
    if not cursor:
        return ""
    return f"{url}?{'filter=unanswered&' if unanswered else ''}{name}={cursor}"


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
