"""What the page of a challenge shows, and that of an entry that was written for one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from communities.calendar import today
from communities.challenges import queries
from communities.challenges.entering import all_sent, when_entries
from communities.challenges.models import Challenge, Rules, challenge_of
from communities.challenges.permissions import can_enter, can_run_challenge, can_vote_in, sees_figures
from communities.challenges.phases import Phase, steps_of
from communities.challenges.taking import MOST_COUNTED, count_some
from communities.content.addresses import absolute_address
from communities.content.hearing import heard_on
from communities.content.models import Thread
from communities.content.permissions import can_reply_to_thread, sees_end
from communities.content.showing.reading import read_posts
from communities.content.showing.rewards import labelled
from communities.content.showing.sharing import share_address
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import reading_with_insets, waiting_for
from communities.middleware import CommunityRequest

LONGEST_DESCRIPTION = 160
ORDERS = ("", "newest")


def thread_page(request: CommunityRequest, thread: Thread, page: int, form: Any) -> dict[str, Any]:
    """What both pages show of a thread: its texts, where one replies, what machines are told."""
    by, url = request.membership, thread.get_absolute_url()
    posts, waiting = read_posts(thread, page, by=by), waiting_for(request, thread)
    is_public = thread.is_published and thread.space_id in public_viewer(request.community).space_ids
    context: dict[str, Any] = {
        "thread": thread,
        "thread_url": url,
        "posts": posts,
        "reading": reading_with_insets(request, thread, page, posts, waiting),
        "waiting": waiting,
        "form": form,
        "may_reply": can_reply_to_thread(by, thread),
        "sees_end": sees_end(by, thread),
        "heard": heard_on(thread, page, by),
        "older_url": f"{url}?page={page + 1}" if page < thread.last_page else "",
        "newer_url": f"{url}?page={page - 1}" if page > 1 else "",
        "canonical_url": absolute_address(request.community, url + (f"?page={page}" if page > 1 else "")),
        "share_image": share_address(request.community, thread) if is_public else "",
        "share_type": "article",
        "page_title": thread.title,
    }
    if by is None and page == 1 and posts and thread.is_published:
        words = excerpt(posts[0].body_html, LONGEST_DESCRIPTION)
        context["page_description"] = labelled(posts[0], words)
    return context if thread.is_published else context | {"robots": "noindex"}


def challenge_page(request: CommunityRequest, thread: Thread, page: int, form: Any) -> dict[str, Any]:
    """One page of a challenge that was fetched with `challenge_for_page`."""
    by = request.membership
    context = thread_page(request, thread, page, form) | {
        "may_run": can_run_challenge(by, thread),
        "crumbs": crumbs(thread),
    }
    challenge = challenge_of(thread)
    if challenge is not None:
        challenge.thread = thread
        is_over = challenge.is_cancelled or challenge.is_decided
        context["may_cancel"] = context["may_run"] and thread.is_published and not is_over
        context |= _standing(request, thread, challenge)
        if page == 1:
            context |= entries_context(request, challenge)
    return context


def crumbs(thread: Thread, *last: str) -> list[dict[str, str]]:
    found = [
        {"label": _("Challenges"), "url": reverse("challenges:list-challenges")},
        {"label": thread.space.name, "url": thread.space.get_absolute_url()},
    ]
    if not last:
        return [*found, {"label": thread.title}]
    return [*found, {"label": thread.title, "url": thread.get_absolute_url()}, {"label": last[0]}]


def _standing(request: CommunityRequest, thread: Thread, challenge: Challenge) -> dict[str, Any]:
    """Where it stands, and what this reader is to it."""
    by, now = request.membership, timezone.now()
    phase = challenge.phase
    mine = queries.own_entries(challenge, by)
    juror = queries.juror_of(challenge, by)
    viewer = viewer_of(request)
    return {
        "challenge": challenge,
        "phase": phase,
        "steps": steps_of(challenge, now),
        "rules": Rules.objects.of(challenge).first(),
        "mine": mine,
        "may_enter": phase == Phase.ENTER and can_enter(by, thread),
        "sent_all": all_sent(challenge) if len(mine) >= challenge.entries_each else "",
        "when_entries": "" if phase == Phase.ENTER else when_entries(challenge),
        "vote": queries.own_vote(challenge, by) if challenge.has_vote else None,
        "may_vote": phase == Phase.VOTE and can_vote_in(by, thread),
        "can_withdraw": phase not in (Phase.COUNT, Phase.RESULT, Phase.CANCELLED),
        "juror": juror,
        "jury": queries.sitting_jury(challenge) if challenge.has_jury else [],
        "podium": queries.podiums_of(viewer, [challenge]).get(challenge.pk, [])
        if challenge.is_decided
        else [],
        "sees_figures": challenge.has_vote and sees_figures(by, challenge),
    }


def entries_context(request: CommunityRequest, challenge: Challenge) -> dict[str, Any]:
    """One page of the entries: on the round, from another place for everybody; or the newest first."""
    order = request.GET.get("order", "")
    order = order if order in ORDERS else ""
    after = request.GET.get("after", "")
    viewer = viewer_of(request)
    entries = queries.shown_entries(viewer, challenge)
    if order:
        page = queries.newest_entries(entries, after=after)
    else:
        begin = queries.begins_at(request.membership, challenge, today(request.community))
        page = queries.entries_on_round(entries, begin, after=after)
    queries.give_pictures(page.rows)
    url = challenge.thread.get_absolute_url()
    return {
        "entries": page.rows,
        "entries_total": count_some(challenge, entries, viewer),
        "most_counted": MOST_COUNTED,
        "entries_order": order,
        "entries_older": f"?{'order=newest&' if order else ''}after={page.older}#entries"
        if page.older
        else "",
        "chips": [
            {"label": _("At random"), "url": f"{url}#entries", "current": not order},
            {
                "label": pgettext("entries", "Newest"),
                "url": f"{url}?order=newest#entries",
                "current": bool(order),
            },
        ],
        **({"robots": "noindex, follow"} if after or order else {}),
    }


def entry_page(request: CommunityRequest, thread: Thread, page: int, form: Any) -> dict[str, Any]:
    """One page of an entry that was fetched with `entry_for_page`."""
    challenges = queries.challenges_of(viewer_of(request), thread)
    context = thread_page(request, thread, page, form)
    context["challenges"] = challenges
    context["crumbs"] = crumbs(challenges[0].thread, thread.title) if challenges else crumbs(thread)
    return context
