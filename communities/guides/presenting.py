"""What the page of a page shows, gathered in the fewest statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from communities.content.addresses import absolute_address
from communities.content.audiences import looks_after
from communities.content.insets import draw_inset
from communities.content.kinds import kind_of
from communities.content.models import Thread
from communities.content.permissions import can_date_thread, can_delete_post, sees_end
from communities.content.showing.sharing import breadcrumb_data, graph_of, share_address
from communities.content.showing.syndication import public_feed
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer, viewer_of
from communities.content.views.thread_pages import reading_of
from communities.guides.models import Guide, guide_of
from communities.guides.permissions import can_arrange_pages, can_edit_page, can_publish_page
from communities.guides.queries import pages_in, text_of
from communities.middleware import CommunityRequest

LONGEST_DESCRIPTION = 160


def shown_page(request: CommunityRequest, thread: Thread) -> dict[str, Any]:
    """A page with its text, the others of its space, and what this reader may do with it."""
    by, community = request.membership, request.community
    body, beside = text_of(thread), pages_in(thread.space, viewer_of(request))
    page = guide_of(thread) or Guide()
    here = [(thread.space.name, thread.space.get_absolute_url())]
    trail = [*here, (thread.title, thread.get_absolute_url())]
    is_public = thread.space_id in public_viewer(community).space_ids
    may_date = can_date_thread(by, thread)
    before, after = _around(thread, beside)
    return {
        "thread": thread,
        "page": page,
        "body": body,
        # Of one heading there is no table.
        "inset": draw_inset(thread, request) if body.is_published or not thread.was_shown else "",
        "contents": page.contents if len(page.contents) > 1 and not page.folds else [],
        "beside": beside,
        "before": before,
        "after": after,
        "posts": [body] if thread.is_published else [],
        "waiting": [],
        "reading": reading_of(request, thread, 1),
        "can_edit": can_edit_page(by, thread),
        "can_publish": can_publish_page(by, thread),
        "can_arrange": thread.is_published and can_arrange_pages(by, thread.space),
        "can_delete": can_delete_post(by, body),
        "can_retire": thread.was_shown and may_date,
        "sees_end": may_date or sees_end(by, thread),
        "moderates": looks_after(by, thread.space_id),
        "crumbs": [*({"label": label, "url": url} for label, url in here), {"label": thread.title}],
        "page_title": thread.title,
        "page_description": excerpt(body.body_html, LONGEST_DESCRIPTION) if body.is_published else "",
        "canonical_url": absolute_address(community, thread.get_absolute_url()),
        "share_image": share_address(community, thread) if is_public else "",
        "share_type": "article",
        "structured": graph_of(breadcrumb_data(community, trail)),
        "robots": "" if is_public and thread.is_published else "noindex",
        "feed_url": public_feed(community, kind_of(thread), thread.space),
    }


def _around(thread: Thread, beside: Sequence[Thread]) -> tuple[Thread | None, Thread | None]:
    """The pages above and below this one in its space."""
    numbers = [one.pk for one in beside]
    if thread.pk not in numbers:
        return None, None
    here = numbers.index(thread.pk)
    before = beside[here - 1] if here else None
    return before, beside[here + 1] if here + 1 < len(beside) else None
