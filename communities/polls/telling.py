"""What the clock does with polls: once one has closed, those whom it concerns are told."""

from __future__ import annotations

from django.utils import timezone

from communities.content.models import Subscription, Thread
from communities.content.services.holding import keep_thread
from communities.launch.features import chosen_features
from communities.models import Community
from communities.notices import About
from communities.notifications.services import tell
from communities.polls.models import Ballot, Poll
from communities.polls.notices import PollClosed
from communities.polls.permissions import FEATURE
from communities.tasks import each_apart

# Of one community in one run; the next goes on.
MOST = 50


def tell_of_ends(community: Community) -> int:
    """All polls of the community in scope that have closed since; how many."""
    due = list(Poll.objects.over_and_untold(timezone.now()).values_list("pk", flat=True)[:MOST])
    return each_apart("poll", due, lambda number: tell_of_end(number, community))


def tell_of_end(number: int, community: Community) -> int:
    """Tell of one, once; 0 where somebody else is doing it. Of what nobody can read by then, nobody is told."""
    due = Poll.objects.over_and_untold(timezone.now()).filter(pk=number)
    found: Poll | None = due.select_related("thread__space").first()
    if found is None:
        return 0
    # In the order of all acts on a poll, its thread first: what is told of it names that thread.
    keep_thread(found.thread)
    poll = due.select_for_update(of=("self",), skip_locked=True).first()
    # Its reply may have gone to another thread meanwhile: the next run finds it there.
    if poll is None or poll.thread_id != found.thread_id:
        return 0
    poll.told_at = timezone.now()
    poll.save(update_fields=["told_at"])
    thread = Thread.objects.select_related("space").get(pk=poll.thread_id)
    is_read = thread.is_published and poll.has_its_text
    if FEATURE in chosen_features(community) and is_read:
        about = About(thread=thread, path=f"polls/{poll.pk}/", occasion=f"poll {poll.pk}")
        tell(PollClosed, people_concerned(poll), about)
    return 1


def people_concerned(poll: Poll) -> list[int]:
    """Who voted and, of a poll under a first text, who follows that; under a reply its author alone, since all who
    follow a thread are not told of what anybody asks in it. Not who no longer wants to hear of the text."""
    levels = dict(Subscription.objects.filter(thread_id=poll.thread_id).values_list("membership_id", "level"))
    following = {pk for pk, level in levels.items() if level == Subscription.Level.FOLLOW}
    concerned = set(Ballot.objects.filter(poll=poll, voter__isnull=False).values_list("voter_id", flat=True))
    if poll.post is None:
        concerned |= following
    elif poll.post.author_id is not None:
        concerned.add(poll.post.author_id)
    return sorted(pk for pk in concerned if pk in following or pk not in levels)
