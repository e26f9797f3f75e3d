"""Who may say which answer solved a question."""

from __future__ import annotations

from django.db.models import Q

from communities.content.managers import ThreadQuerySet
from communities.content.models import State, Thread
from communities.content.permissions import is_author
from communities.models import Membership


def can_accept_answer(membership: Membership | None, thread: Thread) -> bool:
    """Who asked, and those who moderate."""
    if membership is None or not membership.can_write:
        return False
    if thread.kind != Thread.Kind.QUESTION or thread.state != State.PUBLISHED:
        return False
    return is_author(membership, thread) or membership.can_judge


def threads_solvable_by(membership: Membership, threads: ThreadQuerySet) -> ThreadQuerySet:
    """The queryset twin of `can_accept_answer`."""
    questions = threads.filter(kind=Thread.Kind.QUESTION, state=State.PUBLISHED)
    return questions if membership.can_judge else questions.filter(Q(author=membership))
