"""What automations may begin with here: an answer is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    """Whoever asked says that a reply solved it; the person is who wrote that reply."""

    name = "answer_accepted"
    label = _("an answer is accepted")
    order = 40
    gives = frozenset({PERSON, THREAD, POST})

    def past(self, values: Values, span: Span) -> Sequence[Occurrence]:
        rows = Question.objects.filter(
            accepted__isnull=False, accepted_at__gt=span.since, accepted_at__lte=span.until
        )
        found = rows.select_related("accepted").order_by("accepted_at", "pk")[: span.most]
        return [_accepted(row.accepted, row.accepted_at) for row in found if row.accepted is not None]

    def holds(self, found: Found, values: Values) -> bool:
        return found.thread is not None and bool(found.thread.solved)


def _accepted(post: Post, at: Any) -> Occurrence:
    return Occurrence(f"answer {post.pk}", at, post.author_id, post.thread_id, post.pk)


def hear_of_answer(sender: type[Thread], thread: Thread, post: Post, **_extra: Any) -> None:
    at = timezone.now()
    happened(AnswerAccepted.name, thread.community_id, lambda: [_accepted(post, at)])


def register() -> None:
    triggers.register(AnswerAccepted())
    answer_accepted.connect(hear_of_answer, dispatch_uid="automatic.answer_accepted")
