"""The forum as a kind of content."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.content.kinds import Filed, Kind, ThreadKind
from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Post, Space, State, Thread
from communities.forums.models import ANNOUNCEMENT, FORUM, KINDS, QUESTION, TOPIC, Question
from communities.forums.services import accept_answer, file_answers, refile_answers, settle_solved
from communities.launch.features import Feature
from communities.models import Membership


class ForumKind(Kind):
    name = FORUM
    label, label_many = _("Forum"), _("Forums")
    order = 20
    header_label = _("Forum")
    features = (
        Feature("forums", _("Forums"), 20, frozenset({"texts", "answers"}), is_place=True),
        Feature("questions", _("Questions"), 30, about=_("Threads that ask, with an answer that helped.")),
    )
    thread_kinds = (
        ThreadKind(TOPIC, _("Topic"), awaits_replies=True, draws_insets=True),
        ThreadKind(
            QUESTION, _("Question"), asks=True, awaits_replies=True, draws_insets=True, feature="questions"
        ),
        ThreadKind(ANNOUNCEMENT, _("Announcement"), draws_insets=True, offered=False),
    )
    path, urls = "forums", "communities.forums.urls"
    threads_name, threads_label = "threads", _("Threads")
    tab_order = 10
    orders = {"activity": _("Latest reply first"), "new": _("Newest first")}
    minimum = 3
    takes_questions = True
    regroups = nests = True
    imports = {"stackexchange": QUESTION}
    # A poll stands under a topic.
    demo_spaces = frozenset({"forum", "questions"})
    demo_threads = {"topic": TOPIC, "question": QUESTION, "announcement": ANNOUNCEMENT, "poll": TOPIC}
    demo_parts = {"forums": "forums", "questions": "questions", "accepted_answers": "questions"}

    def thread_url(self, thread: Thread) -> str:
        # In every row of every list, so not looked up; a test compares it with the route.
        return f"{get_script_prefix()}forums/t/{thread.slug}/"

    def start_words(self, space: Space) -> Promise:
        return _("Ask a question") if space.asks else self.start_label

    def answers_accepted(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> Iterable[datetime.datetime]:
        readable = Question.objects.filter(accepted__state=State.PUBLISHED, thread__state=State.PUBLISHED)
        accepted = readable.filter(accepted_at__gte=start, accepted_at__lt=end)
        moments = accepted.values_list("accepted_at", flat=True)
        return [moment for moment in moments if moment is not None]

    def takes_replies(self, thread: Thread) -> bool:
        return not thread.is_double

    def assigned(self, reader: Reader, by: Membership) -> ThreadQuerySet | None:
        threads: ThreadQuerySet = Thread.objects.visible_to(reader).of_kind(*KINDS)
        given: ThreadQuerySet = threads.filter(assignment__assignee=by, is_double=False).annotate(
            due_on=F("assignment__due_on"), given_by=F("assignment__assigned_by__display_name")
        )
        return given

    def accepted_answer(self, thread: Thread) -> int | None:
        found = Question.objects.filter(thread=thread, accepted__state=State.PUBLISHED)
        return found.values_list("accepted_id", flat=True).first()

    def bound_posts(self, thread: Thread) -> Collection[int]:
        return Question.objects.filter(thread=thread, accepted__isnull=False).values_list(
            "accepted_id", flat=True
        )

    def answers_by(
        self, people: Sequence[int], start: datetime.datetime, end: datetime.datetime
    ) -> Iterable[tuple[int, int, datetime.datetime]]:
        readable = Question.objects.filter(accepted__state=State.PUBLISHED, thread__state=State.PUBLISHED)
        accepted = readable.filter(accepted_at__gte=start, accepted_at__lt=end, accepted__author__in=people)
        rows = accepted.values_list("accepted__author_id", "thread__space_id", "accepted_at")
        return [(who, where, at) for who, where, at in rows if who is not None and at is not None]

    def settle_sides(self, threads: Sequence[int]) -> None:
        settle_solved(threads)

    def file_sides(self, filed: Sequence[Filed]) -> None:
        file_answers([one for one in filed if one.thread.asks])

    def refile_sides(self, filed: Sequence[Filed]) -> None:
        refile_answers([one for one in filed if one.thread.asks])

    def demo_space(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return {"asks": said["kind"] == "questions" or bool(said.get("questions"))}

    def demo_settle(
        self, thread: Thread, said: Mapping[str, Any], post_numbered: Callable[[int], Post]
    ) -> None:
        """The asker says which answer helped, dated as the answer."""
        if "accepted" not in said or thread.author is None:
            return
        answer = post_numbered(said["accepted"])
        accept_answer(thread, post=answer, by=thread.author)
        Question.objects.filter(thread=thread).update(accepted_at=answer.published_at)
