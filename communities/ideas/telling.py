"""Whom an answer and a merging concern: the author, who voted, who follows; each is told once."""

from __future__ import annotations

from django.db.models import Q

from communities.content.models import Subscription
from communities.ideas.models import Answer, Idea, Vote
from communities.ideas.notices import IdeaAnswered, IdeaMerged
from communities.notices import About
from communities.notifications.services import tell


def tell_voters_of_answer(answer_id: int) -> None:
    """Nobody, where the answer is gone or cannot be read any more."""
    answers = Answer.objects.select_related("idea__thread__space", "post", "by")
    answer = answers.filter(pk=answer_id, post__state="published").first()
    if answer is None or answer.post is None:
        return
    thread = answer.idea.thread
    about = About(thread=thread, post=answer.post, actor=answer.by, occasion=f"answer {answer.pk}")
    concerned = people_concerned(answer.idea, Q(idea=answer.idea), but=answer.by_id)
    # Whom its words name is told that.
    named = set(answer.post.mentions.filter(quoted=False).values_list("membership_id", flat=True))
    tell(IdeaAnswered, [pk for pk in concerned if pk not in named], about)


def tell_voters_of_merging(idea_id: int) -> None:
    idea = Idea.objects.select_related("thread__space", "merged_into").filter(pk=idea_id).first()
    if idea is None or idea.merged_into_id is None:
        return
    about = About(thread=idea.thread, occasion=f"merged {idea.pk}")
    tell(IdeaMerged, people_concerned(idea, Q(came_with=idea)), about)


def people_concerned(idea: Idea, voted: Q, *, but: int | None = None) -> list[int]:
    """Author, voters and followers, less who muted its thread and who did it."""
    levels = dict(Subscription.objects.filter(thread_id=idea.thread_id).values_list("membership_id", "level"))
    voters = set(Vote.objects.filter(voted, voter__isnull=False).values_list("voter_id", flat=True))
    people = voters | ({idea.thread.author_id} if idea.thread.author_id else set())
    people |= {pk for pk, level in levels.items() if level == Subscription.Level.FOLLOW}
    muted = {pk for pk, level in levels.items() if level == Subscription.Level.MUTE}
    return sorted(pk for pk in people - muted if pk is not None and pk != but)
