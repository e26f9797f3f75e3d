"""The page of a brand as a kind of content."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import Kind, ThreadKind
from communities.content.models import Space, Thread
from communities.guides.models import GUIDE, GUIDES, MOST_PAGES, Guide
from communities.guides.permissions import signs_page
from communities.guides.queries import has_pages, name_of_only_space
from communities.guides.services import Draft, publish_page, write_page
from communities.guides.text import described
from communities.launch.features import Feature
from communities.models import Community, Membership


class GuidesKind(Kind):
    name = GUIDES
    label, label_many = _("Pages"), _("Pages")
    icon = "page"
    order = 30
    header_label, header_order = _("Guides"), 30
    features = (
        Feature(
            "guides",
            _("Pages"),
            35,
            about=_("Guides and answers to common questions, written by the team."),
            is_place=True,
        ),
    )
    thread_kinds = (ThreadKind(GUIDE, _("Page"), draws_insets=True, insets_in_replies=False),)
    path, urls = "guides", "communities.guides.urls"
    list_route, space_route, thread_route, start_route = "list-pages", "show-pages", "show-page", "write-page"
    threads_name, threads_label = "guides", _("Pages")
    tab_order = 40
    start_label = _("Write a page")
    reply_offers = frozenset()
    has_replies = replies_are_texts = False
    holds_at_most = MOST_PAGES
    first_circles = {"posting": "team"}
    side = Guide
    demo_spaces = frozenset({"guides"})
    demo_threads = {"guide": GUIDE}
    demo_parts = {"guides": "guides"}

    def header_name(self, request: HttpRequest) -> str:
        return name_of_only_space(request)

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_pages

    def thread_url(self, thread: Thread) -> str:
        # In every row of every list, so not looked up; a test compares it with the route.
        return f"{get_script_prefix()}guides/{thread.slug}/"

    def takes_replies(self, thread: Thread) -> bool:
        return False

    def signs(self, membership: Membership, thread: Thread) -> bool:
        return signs_page(membership, thread)

    def stored_html(self, html: str) -> str:
        return described(html)[0]

    def first_draft(
        self, space: Space, *, title: str, body: str, by: Membership, community: Community
    ) -> Thread:
        return write_page(space, by=by, community=community, draft=Draft(title, body))

    def publish_draft(self, thread: Thread, *, by: Membership) -> bool:
        return publish_page(thread, by=by)

    def draft_url(self, thread: Thread) -> str:
        return reverse("guides:edit-page", args=[thread.slug])

    def empty_sides(self, threads: Sequence[int]) -> None:
        Guide.objects.filter(pk__in=threads).update(contents=[], in_menu=False)

    def demo_draft(
        self,
        space: Space,
        said: Mapping[str, Any],
        *,
        body: str,
        by: Membership,
        community: Community,
        submission: uuid.UUID,
    ) -> Thread:
        draft = Draft(
            title=said["title"],
            body=body,
            language=said["lang"],
            folds=bool(said.get("folds")),
            in_menu=bool(said.get("menu")),
        )
        return write_page(space, by=by, community=community, draft=draft, submission=submission)
