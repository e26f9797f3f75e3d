"""Ideas as a kind of content."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import Filed, Kind, Planned, ThreadKind
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Post, Space, Thread
from communities.content.viewers import Viewer
from communities.ideas.demo import settle_demo, threads_told
from communities.ideas.models import IDEA, IDEAS, Answer, Idea
from communities.ideas.promises import phases_between, promised_answers
from communities.ideas.queries import box_of, has_boxes, readable_boxes
from communities.ideas.services import settle_idea
from communities.launch.features import Feature
from communities.models import Membership


class IdeaKind(Kind):
    name = IDEAS
    label, label_many = _("Ideas box"), _("Ideas boxes")
    icon = "idea"
    order = 30
    header_label, header_order = _("Ideas"), 25
    features = (Feature("ideas", _("Ideas"), 40, frozenset({"texts"}), is_place=True),)
    thread_kinds = (
        ThreadKind(IDEA, _("Idea"), proposes=True, may_wait=True, draws_insets=True, insets_in_replies=False),
    )
    path, urls = "ideas", "communities.ideas.urls"
    list_route, space_route = "list-boxes", "show-box"
    thread_route, start_route = "show-idea", "submit-idea"
    threads_name, threads_label = "ideas", _("Ideas")
    tab_order = 15
    # Members bring all there is, so they find it while it is empty.
    minimum = 0
    start_label = _("Submit an idea")
    side = Idea
    demo_spaces = frozenset({"ideas"})
    demo_threads: ClassVar[Mapping[str, str]] = {"idea": IDEA}
    demo_parts: ClassVar[Mapping[str, str]] = {"ideas": "ideas"}
    demo_file = "ideas"

    def header_asks(self) -> Callable[[HttpRequest], bool]:
        return has_boxes

    def thread_url(self, thread: Thread) -> str:
        # In every row of every list, so not looked up; a test compares it with the route.
        return f"{get_script_prefix()}ideas/i/{thread.slug}/"

    def may_start(self, membership: Membership, space: Space) -> bool:
        return box_of(space).takes_ideas

    def takes_replies(self, thread: Thread) -> bool:
        idea: Idea | None = getattr(thread, "idea", None)
        return idea is None or not idea.is_merged

    def tells_itself(self, post: Post) -> bool:
        return Answer.objects.filter(post=post).exists()

    def data_of(self, thread: Thread) -> dict[str, Any]:
        idea: Idea | None = getattr(thread, "idea", None)
        beside = {"votes": idea.votes, "status": idea.status} if idea is not None else {}
        return super().data_of(thread) | beside

    def file_sides(self, filed: Sequence[Filed]) -> None:
        for one in filed:
            settle_idea(one.thread)

    def promised(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        """Where there is no box, nobody is asked."""
        return promised_answers(reader, by) if readable_boxes(by.community, cast("Viewer", reader)) else None

    def planned(self, viewer: Reader, first: datetime.date, last: datetime.date) -> Iterable[Planned]:
        return phases_between(viewer, first, last)

    def demo_told(self, said: Mapping[str, Any]) -> list[dict[str, Any]]:
        return threads_told(said)

    def demo_settle(
        self, thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]
    ) -> None:
        settle_demo(thread, said)
