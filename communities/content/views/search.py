from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from communities.content.exceptions import ContentError
from communities.content.finding.anything import find_anything
from communities.content.finding.searching import SHOWN, Filters, Found, Tab, search, similar_threads, tabs
from communities.content.kinds import KINDS, asking_url, kind_of
from communities.content.models import Space, Tag, Thread
from communities.content.viewers import Viewer, readable_spaces, unfolded, viewer_of
from communities.exceptions import DomainError
from communities.launch.features import feature_required, open_features
from communities.limits import Limited, TooFast, asks_quietly, count_asking, refused
from communities.middleware import CommunityRequest
from communities.permissions import public_page
from communities.responses import private

LAST_PAGE = 25
# What the page shows before anything is searched.
MOST_TAGS, MOST_SPACES = 16, 8
# What the dialog says that Ctrl+K and ? open; static/js/finder.mjs.
WORDS_OF_FINDER = {
    "title": _("Go to or search"),
    "label": _("A page, a space, a thread, somebody"),
    "close": _("Close"),
    "found": _("Results: {count}"),
    "none": _("Nothing found. Press Enter to search everywhere."),
    "everywhere": _("Search everywhere for “{words}”"),
    "recent": _("Recent searches"),
    "forget": _("Clear recent searches"),
    "keys": _("Keyboard shortcuts"),
    "open": _("Go to or search"),
    "search": _("Search"),
    "slash": _("Search box"),
    "help": _("These shortcuts"),
    "send": _("Send what you are writing"),
    "escape": _("Close what is open"),
    "single": _("Single-key shortcuts"),
}


@public_page
@feature_required("search")
def search_content(request: CommunityRequest) -> HttpResponse:
    """Everything visible that holds some words, narrowed down by place, state, date and author."""
    viewer = viewer_of(request)
    words = request.GET.get("q", "").strip()
    filters = _filters(request)
    context: dict[str, Any] = {"words": words, "filters": filters, "robots": "noindex, follow"}
    stopped: DomainError | None = None
    if words:
        try:
            count_asking(request, Limited.SEARCH)
            features = open_features(request.community, request.membership)
            found = search(request.community, viewer, words, filters, features=features)
            context |= _shown(request, found, filters)
        except (ContentError, TooFast) as problem:
            stopped = problem
            context["problem"] = str(problem)
    context["spaces"] = _places(request, viewer, filters.space)
    if not words:
        context |= _to_begin_with(request, viewer, context["spaces"])
    return refused(render(request, "content/search_content.html", context), stopped)


def _to_begin_with(request: CommunityRequest, viewer: Viewer, spaces: list[Space]) -> dict[str, Any]:
    """Where somebody without a word in mind can begin."""
    tags: list[Tag] = []
    if "tags" in open_features(request.community, request.membership):
        tags = list(Tag.objects.used().seen_by(viewer).by_use()[:MOST_TAGS])
    return {"popular_tags": tags, "popular_spaces": spaces[:MOST_SPACES]}


def _places(request: CommunityRequest, viewer: Viewer, chosen: str) -> list[Space]:
    """The spaces offered to narrow a search down; a folded one only when its address was asked for."""
    readable = readable_spaces(request.community, viewer)
    listed = unfolded(readable, request.membership)
    return [space for space in readable if space in listed or space.slug == chosen]


@public_page
@feature_required("search")
@asks_quietly(Limited.SUGGEST)
def suggest_results(request: CommunityRequest) -> JsonResponse:
    """Threads like a title being typed: what has been said before."""
    threads = similar_threads(
        request.community,
        viewer_of(request),
        request.GET.get("q", "")[:200],
    )
    return JsonResponse({"threads": [_suggestion(thread) for thread in threads]})


@public_page
@require_safe
def find_from_keys(request: CommunityRequest) -> HttpResponse:
    """What `?q=` may mean, for whoever finds from the keys, with the words of that dialog.

    Never an error: whoever types too fast for the database still finds the pages of their menus.
    """
    features = open_features(request.community, request.membership)
    typed, look_up = request.GET.get("q", ""), "search" in features
    try:
        if look_up and typed.strip():
            count_asking(request, Limited.SUGGEST)
    except TooFast:
        look_up = False
    answer: dict[str, Any] = {
        "groups": find_anything(request, typed, look_up=look_up),
        "words": WORDS_OF_FINDER,
        "search": reverse("content:search-content") if "search" in features else "",
        "who": str(request.membership.pk) if request.membership else "",
    }
    return private(JsonResponse(answer))


def _suggestion(thread: Thread) -> dict[str, Any]:
    said = kind_of(thread).data_of(thread)
    return {name: said[name] for name in ("title", "url", "space", "replies", "solved")}


def _filters(request: CommunityRequest) -> Filters:
    get = request.GET.get
    page = get("page", "1")
    tab = get("tab", "all")
    return Filters(
        tab=tab if tab in {one.name for one in tabs()} else "all",
        space=get("space", "")[:80].replace("\x00", ""),
        state=get("state", "") if get("state") in ("solved", "unanswered") else "",
        written=get("written", "") if get("written") in ("year", "month") else "",
        by=get("by", "").lstrip("@")[:40].replace("\x00", ""),
        page=min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
    )


def _shown(request: CommunityRequest, found: Found, filters: Filters) -> dict[str, Any]:
    here = open_features(request.community, request.membership)
    counts = {**found.counts, "all": found.total}
    shown = _open_tabs(here)
    more = found.counts.get(filters.tab, 0) > filters.page * SHOWN
    return {
        "found": found,
        "tabs": [
            {
                "label": tab.label,
                "url": _address(request, tab=tab.name, page=""),
                "current": filters.tab == tab.name,
                "count": counts.get(tab.name, 0),
            }
            for tab in shown
            if counts.get(tab.name) or tab.name in ("all", filters.tab)
        ],
        "sections": [
            {"tab": tab, "hits": found.hits[tab.name], "count": counts[tab.name]}
            for tab in shown
            if found.hits.get(tab.name)
        ],
        "newer_url": _address(request, page=filters.page - 1) if filters.page > 1 else "",
        "older_url": _address(request, page=filters.page + 1) if more else "",
        "ask_url": asking_url(here),
    }


def _open_tabs(features: frozenset[str]) -> list[Tab]:
    """A kind that is closed to a person has no tab for them."""
    closed = {kind.threads_name for kind in KINDS if kind.feature not in features}
    return [tab for tab in tabs() if tab.name not in closed]


def _address(request: CommunityRequest, **changes: object) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        if value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{request.path}?{query.urlencode()}"
