"""Whether a question that somebody has answered is solved: whoever asked it is asked, once.

The first answer by somebody else plans it. Whoever has accepted an answer by its day, or said anything since the first
one, is left in peace. What came by import plans nothing.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from communities.content.managers import PostQuerySet
from communities.content.models import Post, State, Subscription, Thread
from communities.forums.models import Question
from communities.forums.notices import QuestionOpen
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import local_path
from communities.tasks import each_apart

WAITS = datetime.timedelta(days=3)
# Of one community in one run; the next goes on.
MOST = 50


def plan_asking(post: Post) -> None:
    """Plan it with an answer by somebody else; once for a question, whose lock the caller holds."""
    thread = post.thread
    if not thread.asks or thread.author_id is None or thread.author_id == post.author_id:
        return
    row = Question(thread=thread, ask_at=timezone.now() + WAITS)
    Question.objects.bulk_create([row], ignore_conflicts=True)


def ask_askers(community: Community) -> int:
    """Everybody who is due to be asked in the community in scope; of how many questions."""
    due = Question.objects.filter(ask_at__lte=timezone.now()).order_by("ask_at", "pk")
    return each_apart("question to ask about", list(due.values_list("pk", flat=True)[:MOST]), ask_asker)


def ask_asker(number: int) -> int:
    """Of one, once; 0 where somebody is writing in it, or somebody else is doing it. Without an answer that can be read
    it is asked later, if there is one by then."""
    # The thread first, as whoever accepts an answer does.
    held = Thread.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    thread = held.select_related("space").filter(pk=number).first()
    question = Question.objects.filter(pk=number, ask_at__lte=timezone.now()).first()
    if thread is None or question is None:
        return 0
    owed = _is_owed(thread, question)
    first = _first_answer(thread) if owed else None
    question.ask_at = _later(first) if owed else None
    question.save(update_fields=["ask_at"])
    if question.ask_at is None and first is not None and not _has_spoken(thread, first):
        path = local_path(f"{thread.get_absolute_url()}still-open/")
        tell(QuestionOpen, [thread.author_id or 0], About(thread=thread, path=path, occasion=str(thread.pk)))
    return 1


def answers_of(thread: Thread) -> list[Post]:
    """The answers that can be accepted, the most useful ones first: as many as a page offers."""
    rows = _answers(thread).select_related("author").order_by("-reaction_count", "position")
    return list(rows[:20])


def _answers(thread: Thread) -> PostQuerySet:
    return Post.objects.filter(thread=thread, state=State.PUBLISHED, is_comment=False, position__gt=1)


def _first_answer(thread: Thread) -> datetime.datetime | None:
    """When somebody else answered first, of what can be read now."""
    others = _answers(thread).exclude(author=thread.author_id)
    return others.order_by("position").values_list("published_at", flat=True).first()


def _later(first: datetime.datetime | None) -> datetime.datetime | None:
    """When it is asked instead, where the answer that planned it was withdrawn."""
    now = timezone.now()
    due = (first or now) + WAITS
    return due if due > now else None


def _is_owed(thread: Thread, question: Question) -> bool:
    if thread.author_id is None or not thread.is_published or thread.space.archived:
        return False
    if thread.solved or thread.is_double or thread.locked or question.accepted_id is not None:
        return False
    muted = Subscription.objects.filter(
        thread=thread, membership=thread.author_id, level=Subscription.Level.MUTE
    )
    return not muted.exists()


def _has_spoken(thread: Thread, first: datetime.datetime) -> bool:
    """Whether the asker has written anything under it since, also what waits for a moderator."""
    own = Post.objects.filter(thread=thread, author=thread.author_id, created_at__gt=first)
    return own.exclude(position=1).exclude(state=State.DRAFT).exists()
