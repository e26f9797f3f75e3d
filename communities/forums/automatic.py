"""What automations may begin with here: an answer is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.automatic import (
    PERSON,
    POST,
    THREAD,
    Found,
    Occurrence,
    Span,
    Trigger,
    Values,
    happened,
    triggers,
)
from communities.content.models import Post, Thread
from communities.forums.models import Question
from communities.signals import answer_accepted


class AnswerAccepted(Trigger):
    """Whoever asked says that a reply of somebody else solved it; the person is who wrote that reply."""

    name = "answer_accepted"
    label = _("an answer is accepted")
    order = 40
    gives = frozenset({PERSON, THREAD, POST})

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        rows = Question.objects.filter(
            accepted__isnull=False, accepted_at__gt=span.since, accepted_at__lte=span.until
        )
        # Before it is cut: those that do not count must not take the place of those that do.
        rows = rows.exclude(accepted__author=F("thread__author"))
        found = rows.select_related("accepted").order_by("accepted_at", "pk")[: span.most]
        return [_accepted(row.accepted, row.accepted_at) for row in found if row.accepted is not None]

    def holds(self, found: Found, values: Values) -> bool:
        """This reply, and no other one: another may have been accepted since."""
        thread, post = found.thread, found.post
        if thread is None or post is None or not thread.solved:
            return False
        if not thread.is_published or not post.is_published:
            return False
        if _is_own(thread, post):
            return False
        return Question.objects.filter(thread=thread, accepted=post).exists()


def _is_own(thread: Thread, post: Post) -> bool:
    """Whoever asks may accept what they found out themselves: that earns nothing, or they could promote themselves."""
    return post.author_id is not None and post.author_id == thread.author_id


def _accepted(post: Post, at: Any) -> Occurrence:
    return Occurrence(f"answer {post.pk}", at, post.author_id, post.thread_id, post.pk)


def hear_of_answer(sender: type[Thread], thread: Thread, post: Post, **_extra: Any) -> None:
    if _is_own(thread, post):
        return
    at = timezone.now()
    happened(AnswerAccepted.name, thread.community_id, lambda: [_accepted(post, at)])


def register() -> None:
    triggers.register(AnswerAccepted())
    answer_accepted.connect(hear_of_answer, dispatch_uid="automatic.answer_accepted")
