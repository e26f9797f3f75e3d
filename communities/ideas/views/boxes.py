"""The boxes: all of them, one with its phases and ideas, what became of ideas, following."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from communities.calendar import today
from communities.content import services as content_services
from communities.content.addresses import absolute_address
from communities.content.circles import who_starts
from communities.content.kinds import KINDS
from communities.content.models import Space, Subscription
from communities.content.permissions import can_start_thread
from communities.content.showing.syndication import public_feed
from communities.content.viewers import unfolded, viewer_of
from communities.ideas.models import IDEAS, Box, BoxPaper, Idea
from communities.ideas.permissions import FEATURE, can_edit_box, can_vote_for, sees_figures
from communities.ideas.phases import MOMENTS, Phase, steps_of
from communities.ideas.queries import (
    answered_ideas,
    box_for_page,
    box_of,
    listed_ideas,
    next_box,
    overdue_for,
    purse_of,
    readable_boxes,
    rows_of,
    winners_of,
    worth_of,
)
from communities.ideas.services import when_ideas, when_votes
from communities.in_place import answer_in_place
from communities.launch.features import feature_required
from communities.limits import TooFast, told_in_place
from communities.middleware import CommunityRequest, MemberRequest
from communities.permissions import public_page

ORDERS = ("votes", "new")


def readable_box(request: CommunityRequest, slug: str) -> Space:
    """The space of a box by its address; raises Http404 for those who may not read it. Costs no query."""
    for space in readable_boxes(request.community, viewer_of(request)):
        if space.slug == slug:
            return space
    raise Http404


@public_page
@feature_required(FEATURE)
@require_safe
def list_boxes(request: CommunityRequest) -> HttpResponse:
    """Where can I put an idea? Each box with its question and phase; where there is one box, that box."""
    spaces = unfolded(readable_boxes(request.community, viewer_of(request)), request.membership)
    if len(spaces) == 1:
        return _show(request, spaces[0])
    boxes = [box_of(space) for space in spaces]
    context = {
        "boxes": [{"space": space, "box": box} for space, box in zip(spaces, boxes, strict=True)],
        "overdue": _overdue(request),
        "canonical_url": absolute_address(request.community, request.path),
        "feed_url": public_feed(request.community, KINDS[IDEAS]),
        "robots": "" if spaces else "noindex",
        "manages": can_edit_box(request.membership),
    }
    return render(request, "ideas/list_boxes.html", context)


@public_page
@feature_required(FEATURE)
@require_safe
def show_box(request: CommunityRequest, space: str) -> HttpResponse:
    """What could change here? The question, its phases, the ideas, and how many votes one has left."""
    return _show(request, readable_box(request, space))


def _show(request: CommunityRequest, space: Space) -> HttpResponse:
    box, viewer, by = box_for_page(space), viewer_of(request), request.membership
    order, status = asked_order(request), asked_status(request)
    after = request.GET.get("after", "")
    page = listed_ideas(viewer, space, order=order, status=status, after=after)
    url = space.get_absolute_url()
    purse = purse_of(box, by, [thread.pk for thread in page.rows])
    context = {
        **about_box(request, space, box),
        "rows": rows_of(page.rows),
        "chips": _chips(url, order, status),
        "query": asked_query(order, status, after),
        "purse": purse,
        "votes_open": box.takes_votes,
        "votable": _votable(request, page.rows, space) if box.takes_votes else (),
        "when_votes": "" if box.takes_votes else when_votes(box),
        "older_url": f"{url}?{asked_query(order, status, page.older)}" if page.older else "",
        "newest_url": f"{url}?{asked_query(order, status, '')}" if after else "",
        "overdue": _overdue(request),
        "robots": "noindex, follow" if after or status or not page.rows else "",
        "canonical_url": absolute_address(request.community, url),
        "page_description": space.description,
        "feed_url": public_feed(request.community, KINDS[IDEAS], space),
    }
    return render(request, "ideas/show_box.html", context)


def about_box(request: CommunityRequest, space: Space, box: Box) -> dict[str, Any]:
    """What stands at the head of the pages of a box, and beside them."""
    by = request.membership
    follows = Subscription.objects.following().filter(space=space, membership=by) if by else None
    manages = can_edit_box(by)
    now = timezone.now()
    return {
        "space": space,
        "box": box,
        "papers": list(BoxPaper.objects.filter(box=space.pk)),
        "phase": box.phase_at(now),
        "steps": steps_of([getattr(box, name) for name in MOMENTS], now, draft=box.is_draft),
        "follows": bool(follows and follows.exists()),
        "takes_ideas": box.takes_ideas,
        "may_start": by is not None and can_start_thread(by, space),
        "opens_to_members": by is None and box.takes_ideas and space.posting == Space.Posting.MEMBERS,
        "starters": who_starts(space),
        "when_ideas": "" if box.takes_ideas else when_ideas(box),
        "manages": manages,
        "sees_figures": sees_figures(by, box),
        "next_box": next_box(box)
        if manages and box.is_dated and box.phase in (Phase.COUNT, Phase.RESULT)
        else None,
        "may_reopen": manages and box.phase in (Phase.COUNT, Phase.RESULT),
        "crumbs": [{"label": _("Ideas"), "url": reverse("ideas:list-boxes")}, {"label": space.name}],
    }


def _votable(request: CommunityRequest, threads: list[Any], space: Space) -> frozenset[int]:
    """The ideas of a list that this person may vote for. Costs no query."""
    for thread in threads:
        thread.space = space
    return frozenset(thread.pk for thread in threads if can_vote_for(request.membership, thread))


def asked_order(request: CommunityRequest) -> str:
    return order if (order := request.GET.get("order", "")) in ORDERS else ORDERS[0]


def asked_status(request: CommunityRequest) -> str:
    return status if (status := request.GET.get("status", "")) in Idea.Status.values else ""


def asked_query(order: str, status: str, after: str) -> str:
    """The view of a list as its address says it; the usual one needs no words."""
    said = {"order": order if order != ORDERS[0] else "", "status": status, "after": after[:60]}
    return urlencode({name: value for name, value in said.items() if value})


def _chips(url: str, order: str, status: str) -> list[list[dict[str, Any]]]:
    """How they are sorted, and what they are narrowed down to."""
    plain = [(_("Most votes"), "votes", ""), (pgettext("of ideas", "Newest"), "new", "")]
    states = [(label, "votes", value) for value, label in Idea.Status.choices]
    return [
        [
            {
                "label": label,
                "url": f"{url}?{query}" if (query := asked_query(by, of, "")) else url,
                "current": (by, of) == (order, status) or (bool(status) and of == status),
            }
            for label, by, of in group
        ]
        for group in (plain, states)
    ]


def _overdue(request: CommunityRequest) -> list[Idea]:
    """What this person owes an answer, as owner or sponsor."""
    if request.membership is None:
        return []
    return overdue_for(request.membership, viewer_of(request), today(request.community))


@public_page
@feature_required(FEATURE)
@require_safe
def show_delivered(request: CommunityRequest) -> HttpResponse:
    """You said, we did: the ideas that were delivered, the latest first, each with the answer that says so."""
    after = request.GET.get("after", "")
    page = answered_ideas(viewer_of(request), Idea.Status.DELIVERED, after=after)
    context = {
        "said": page.rows,
        "older_url": f"?after={page.older}" if page.older else "",
        "robots": "noindex, follow" if after or not page.rows else "",
        "canonical_url": absolute_address(request.community, reverse("ideas:show-delivered")),
        "crumbs": [
            {"label": _("Ideas"), "url": reverse("ideas:list-boxes")},
            {"label": _("You said, we did")},
        ],
    }
    return render(request, "ideas/show_delivered.html", context)


@public_page
@feature_required(FEATURE)
@require_safe
def show_closing(request: CommunityRequest, space: str) -> HttpResponse:
    """What came of a box, once its result is out: who won, what was delivered, what was declined and why."""
    here = readable_box(request, space)
    box, viewer = box_for_page(here), viewer_of(request)
    if not box.is_over:
        raise Http404
    url = here.get_absolute_url()
    valued, worth = worth_of(viewer, box) if box.shows_worth else (0, None)
    context = {
        **about_box(request, here, box),
        "currency": request.community.currency if box.shows_worth else "",
        "valued": valued,
        "worth": worth,
        "winners": rows_of(winners_of(viewer, box)),
        "delivered": answered_ideas(viewer, Idea.Status.DELIVERED, after="", space=here),
        "declined": answered_ideas(viewer, Idea.Status.DECLINED, after="", space=here),
        "more_delivered": f"{url}?status=delivered",
        "more_declined": f"{url}?status=declined",
        "canonical_url": absolute_address(request.community, request.path),
        "crumbs": [
            {"label": _("Ideas"), "url": reverse("ideas:list-boxes")},
            {"label": here.name, "url": url},
            {"label": _("What came of it")},
        ],
    }
    return render(request, "ideas/show_closing.html", context)


@feature_required(FEATURE)
@require_POST
def follow_box(request: MemberRequest, space: str) -> HttpResponse:
    here = readable_box(request, space)
    try:
        content_services.follow_space(here, by=request.membership)
    except TooFast as refusal:
        return told_in_place(request, refusal, back=here.get_absolute_url())
    return _follows(request, here, True)


@feature_required(FEATURE)
@require_POST
def unfollow_box(request: MemberRequest, space: str) -> HttpResponse:
    here = readable_box(request, space)
    content_services.unfollow_space(here, by=request.membership)
    return _follows(request, here, False)


def _follows(request: MemberRequest, here: Space, follows: bool) -> HttpResponse:
    context = {"space": here, "follows": follows}
    return answer_in_place(
        request,
        here,
        block=lambda: render_to_string("ideas/follow_box.html", context, request),
        target="closest form",
    )
