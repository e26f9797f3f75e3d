"""Lists of challenges, their winners, and which of them one can enter now."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.challenges.models import CONTESTS
from communities.challenges.permissions import FEATURE, can_run_challenges
from communities.challenges.queries import (
    decided_challenges,
    list_of_challenges,
    open_to_entries,
    readable_contests,
)
from communities.challenges.taking import MOST_COUNTED
from communities.content.addresses import absolute_address
from communities.content.kinds import KINDS
from communities.content.models import Space
from communities.content.permissions import can_start_thread
from communities.content.showing.sharing import share_address
from communities.content.showing.syndication import public_feed
from communities.content.viewers import viewer_of
from communities.launch.features import feature_required
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page

PAST = "past"


def get_contests(request: CommunityRequest, slug: str) -> Space:
    """A space of challenges this person may read; raises Http404."""
    for space in readable_contests(request.community, viewer_of(request)):
        if space.slug == slug:
            return space
    raise Http404


@public_page
@feature_required(FEATURE)
@require_safe
def list_challenges(request: CommunityRequest) -> HttpResponse:
    """Challenges of all spaces: those that run or are to come, or with `?when=past` those that are over."""
    spaces = readable_contests(request.community, viewer_of(request))
    return _list(request, spaces, {"heading": _("Challenges")})


@public_page
@feature_required(FEATURE)
@require_safe
def show_contests(request: CommunityRequest, space: str) -> HttpResponse:
    here = get_contests(request, space)
    crumbs = [{"label": _("Challenges"), "url": reverse("challenges:list-challenges")}, {"label": here.name}]
    return _list(request, [here], {"here": here, "heading": here.name, "crumbs": crumbs})


def _list(request: CommunityRequest, spaces: list[Space], context: dict[str, Any]) -> HttpResponse:
    past = request.GET.get("when") == PAST
    after = request.GET.get("after", "")
    page = list_of_challenges(viewer_of(request), spaces, past=past, after=after)
    here = context.get("here")
    url = here.get_absolute_url() if here else reverse("challenges:list-challenges")
    when = f"when={PAST}&" if past else ""
    context |= {
        "page": page,
        "most_counted": MOST_COUNTED,
        "past": past,
        "tabs": [
            {"label": _("Now"), "url": url, "current": not past},
            {"label": _("Over"), "url": f"{url}?when={PAST}", "current": past},
        ],
        "older_url": f"?{when}after={page.older}" if page.older else "",
        "start_url": _start_url(request, here, spaces),
        "enter_url": KINDS[CONTESTS].start_url(here) if here and _may_enter(request, here) else "",
        "page_title": context["heading"],
        "feed_url": public_feed(request.community, KINDS[CONTESTS], here),
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community),
        "robots": "noindex, follow" if after or past or not page.challenges else "",
    }
    return render(request, "challenges/list_challenges.html", context)


def _may_enter(request: CommunityRequest, here: Space) -> bool:
    return request.membership is not None and can_start_thread(request.membership, here)


def _start_url(request: CommunityRequest, here: Space | None, spaces: list[Space]) -> str:
    if not any(can_run_challenges(request.membership, space) for space in spaces):
        return ""
    if here is not None:
        return reverse("challenges:create-challenge", args=[here.slug])
    return reverse("challenges:choose-space")


@public_page
@feature_required(FEATURE)
@require_safe
def list_winners(request: CommunityRequest) -> HttpResponse:
    """Who has won, challenge by challenge, the latest first."""
    spaces = readable_contests(request.community, viewer_of(request))
    after = request.GET.get("after", "")
    page = decided_challenges(viewer_of(request), spaces, after=after)
    url = reverse("challenges:list-winners")
    context = {
        "page": page,
        "older_url": f"?after={page.older}" if page.older else "",
        "page_title": _("Winners"),
        "canonical_url": absolute_address(request.community, url),
        "share_image": share_address(request.community),
        "robots": "noindex, follow" if after or not page.challenges else "",
        "crumbs": [
            {"label": _("Challenges"), "url": reverse("challenges:list-challenges")},
            {"label": _("Winners")},
        ],
    }
    return render(request, "challenges/list_winners.html", context)


@feature_required(FEATURE)
@require_safe
def choose_challenge(request: MemberRequest, space: str) -> HttpResponse:
    """Which challenge of this space one enters: where one takes entries now, it is chosen."""
    here = get_contests(request, space)
    found = open_to_entries(viewer_of(request), [here])
    ways = [(one, reverse("challenges:enter-challenge", args=[one.thread.slug])) for one in found]
    if len(ways) == 1:
        return redirect(ways[0][1])
    crumbs = [
        {"label": _("Challenges"), "url": reverse("challenges:list-challenges")},
        {"label": here.name, "url": here.get_absolute_url()},
        {"label": _("Enter a challenge")},
    ]
    return render(
        request, "challenges/choose_challenge.html", {"space": here, "ways": ways, "crumbs": crumbs}
    )
