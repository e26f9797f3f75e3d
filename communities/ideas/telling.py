"""Whom an answer and a merging concern: the author, who voted, who follows; each is told once. Who follows the space of
a box is told that it begins to take ideas, and votes."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from communities.content.addresses import local_path
from communities.content.models import Space, Subscription
from communities.content.viewers import people_who_read
from communities.ideas.models import Answer, Box, Idea, Vote
from communities.ideas.notices import BoxTakesIdeas, BoxTakesVotes, IdeaAnswered, IdeaMerged
from communities.ideas.phases import Phase
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50


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


def tell_of_boxes(community: Community) -> int:
    """All boxes of the community in scope that have begun to take ideas, or votes; how many."""
    due = list(Box.objects.to_tell(timezone.now()).order_by("pk").values_list("pk", flat=True)[:MOST])
    return each_apart("box that begins", due, tell_of_phase)


def tell_of_phase(number: int) -> int:
    """Who follows the space of one, once for each date; 0 where somebody else is doing it. Of a space that is put away,
    or that they do not read, nobody is told."""
    rows = Box.objects.to_tell(timezone.now()).select_for_update(of=("self",), skip_locked=True, no_key=True)
    box = rows.filter(pk=number).first()
    if box is None:
        return 0
    votes = box.phase == Phase.VOTE
    began = box.votes_at if votes else box.opens_at
    assert began is not None  # it is dated
    box.told_until = began
    box.save(update_fields=["told_until"])
    space = Space.objects.get(pk=box.pk)
    if not space.archived:
        following = (
            Subscription.objects.following().filter(space=space).values_list("membership_id", flat=True)
        )
        about = About(path=local_path(space.get_absolute_url()), occasion=f"{began.isoformat()} {box.pk}")
        tell(BoxTakesVotes if votes else BoxTakesIdeas, people_who_read(space, list(following)), about)
    return 1
