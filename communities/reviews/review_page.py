"""What the page of a review shows, for reading and for a reply that could not be taken."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.content.addresses import absolute_address
from communities.content.hearing import heard_on
from communities.content.models import Thread
from communities.content.permissions import can_reply_to_thread, sees_end
from communities.content.showing.reading import read_posts
from communities.content.showing.rewards import labelled
from communities.content.showing.sharing import share_address
from communities.content.text.extracts import excerpt
from communities.content.viewers import public_viewer
from communities.content.views.thread_pages import reading_with_insets, waiting_for
from communities.middleware import CommunityRequest
from communities.reviews.models import review_of
from communities.reviews.permissions import can_answer_review, can_change_review

LONGEST_DESCRIPTION = 160


def review_page(request: CommunityRequest, thread: Thread, page: int, form: Any) -> dict[str, Any]:
    """One page of a review that was fetched with `review_for_page`."""
    by, url, review = request.membership, thread.get_absolute_url(), review_of(thread)
    posts, waiting = read_posts(thread, page, by=by), waiting_for(request, thread)
    answer = review.answer if review is not None else None
    context: dict[str, Any] = {
        "thread": thread,
        "thread_url": url,
        "review": review,
        "thing": review.thing if review is not None else None,
        "posts": posts,
        "reading": reading_with_insets(request, thread, page, posts, waiting),
        "waiting": waiting,
        "form": form,
        "may_reply": can_reply_to_thread(by, thread),
        "may_change": can_change_review(by, thread),
        "may_answer": can_answer_review(by, thread),
        "answer": answer if answer is not None and answer.is_published and answer.position else None,
        "sees_end": sees_end(by, thread),
        "heard": heard_on(thread, page, by),
        "older_url": f"{url}?page={page + 1}" if page < thread.last_page else "",
        "newer_url": f"{url}?page={page - 1}" if page > 1 else "",
        "canonical_url": absolute_address(request.community, url + (f"?page={page}" if page > 1 else "")),
        "page_title": thread.title,
        "share_type": "article",
        "crumbs": _crumbs(thread),
        **_for_machines(request, thread, posts, page),
    }
    return context if thread.is_published else context | {"robots": "noindex"}


def _crumbs(thread: Thread) -> list[dict[str, str]]:
    review = review_of(thread)
    crumbs = [
        {"label": _("Reviews"), "url": reverse("reviews:list-things")},
        {"label": thread.space.name, "url": thread.space.get_absolute_url()},
    ]
    if review is not None:
        url = reverse("reviews:show-thing", args=[review.thing.slug])
        crumbs.append({"label": review.thing.name, "url": url})
    return [*crumbs, {"label": thread.title}]


def _for_machines(request: CommunityRequest, thread: Thread, posts: Any, page: int) -> dict[str, Any]:
    """What other sites are told; they are never signed in. Stars stand on the page of the thing alone."""
    community = request.community
    is_public = thread.is_published and thread.space_id in public_viewer(community).space_ids
    told: dict[str, Any] = {"share_image": share_address(community, thread) if is_public else ""}
    if request.membership is None and page == 1 and posts and thread.is_published:
        told["page_description"] = labelled(posts[0], excerpt(posts[0].body_html, LONGEST_DESCRIPTION))
    return told
