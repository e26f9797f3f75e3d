"""What the page of a thread shows this reader, of whatever kind the thread is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from communities.content.hearing import heard_on
from communities.content.insets import draw_inset
from communities.content.models import Post, Thread
from communities.content.permissions import can_edit_thread, can_reply_to_thread, sees_end
from communities.content.showing.reading import read_waiting
from communities.content.showing.readings import Reading, asked_menu, own_address
from communities.content.under_replies import draw_under
from communities.launch.features import open_features
from communities.middleware import CommunityRequest


def reading_of(request: CommunityRequest, thread: Thread, page: int, *, may_quote: bool = False) -> Reading:
    """For whom one page of its posts is rendered."""
    return Reading(
        community=request.community,
        membership=request.membership,
        features=open_features(request.community, request.membership),
        own_address=own_address(request.path, thread.get_absolute_url(), page),
        may_quote=may_quote,
        menu_of=asked_menu(request),
    )


def reading_with_insets(
    request: CommunityRequest,
    thread: Thread,
    page: int,
    posts: Any,
    waiting: Sequence[Post],
    *,
    may_quote: bool = False,
) -> Reading:
    """As `reading_of`, with what stands under the first text, while that can be read, and under each reply."""
    first = posts[0] if thread.inset and page == 1 and posts else None
    shows_inset = first is not None and first.position == 1 and first.is_published
    return replace(
        reading_of(request, thread, page, may_quote=may_quote),
        solution=draw_inset(thread, request) if shows_inset else "",
        under=draw_under(request, posts, waiting),
    )


def waiting_for(request: CommunityRequest, thread: Thread) -> list[Post]:
    """One’s own held texts, shown apart; for the team, the text of a thread that waits for them."""
    by = request.membership
    if by is None:
        return []
    if not thread.is_published and thread.author_id is not None:
        return read_waiting(thread, thread.author_id)
    return read_waiting(thread, by.pk)


def thread_with_replies(request: CommunityRequest, thread: Thread, posts: Any, number: int) -> dict[str, Any]:
    """What one page of a thread shows whose replies stand under its text, page by page."""
    by, url = request.membership, thread.get_absolute_url()
    waiting = waiting_for(request, thread) if number == thread.last_page else []
    may_reply = can_reply_to_thread(by, thread)
    reading = reading_with_insets(request, thread, number, posts, waiting, may_quote=may_reply)
    return {
        "thread": thread,
        "thread_url": url,
        "posts": posts,
        "reading": reading,
        "waiting": waiting,
        "may_reply": reading.may_quote,
        "slow_minutes": thread.space.slow_minutes if reading.may_quote else 0,
        "may_edit": can_edit_thread(by, thread),
        "sees_end": sees_end(by, thread),
        "heard": heard_on(thread, number, by),
        "tags_open": "tags" in reading.features,
        "number": number,
        "newer_url": f"{url}?page={number - 1}" if number > 1 else "",
        "older_url": f"{url}?page={number + 1}" if number < thread.last_page else "",
    }
