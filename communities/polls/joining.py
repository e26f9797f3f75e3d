"""A thread with a poll becomes part of another one: the poll goes along with its first text, which is a reply there."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from communities.content.models import Post, Thread
from communities.polls.models import Poll


def lower_polls(thread: Thread, post: Post) -> list[int]:
    """All times of a poll stand under the first text of their thread, with their votes; those that the title of the
    thread asked are asked in its words from now on. Which these are."""
    polls = Poll.objects.under_text().of_threads([thread.pk])
    # One without answers lost its words with its author.
    asked = list(polls.filter(question="").exclude(options__0="").values_list("pk", flat=True))
    Poll.objects.filter(pk__in=asked).update(question=thread.title, version=F("version") + 1)
    polls.update(post=post)
    return asked


def lift_polls(thread: Thread, post: Post, asked: Sequence[int]) -> None:
    """Undo it. A question that somebody has put otherwise since stays as it was put."""
    polls = Poll.objects.of_posts([post.pk])
    if asked:
        polls.filter(question=thread.title).update(question="", version=F("version") + 1)
    polls.update(post=None)
