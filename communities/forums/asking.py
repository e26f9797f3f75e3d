"""Asking members who have answered a subject before: three at most, once for a question."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from communities.content.models import Post, Reaction, State, Subscription, TaggedThread, Thread
from communities.content.permissions import can_reply_to_thread
from communities.content.viewers import people_who_read
from communities.exceptions import NotAllowed
from communities.forums.exceptions import AskedAlready, NobodyToAsk, NothingToAsk
from communities.forums.models import AskedHelper, Question
from communities.forums.notices import QuestionForYou
from communities.forums.permissions import can_ask_members
from communities.launch.features import refuse_closed
from communities.limits import Limited, count_act
from communities.models import Membership
from communities.notices import About
from communities.notifications.services import tell
from communities.queries import local_path

MOST_ASKED = 3
# Nobody is asked more often, whatever they know.
RESTS = datetime.timedelta(days=7)
# Of so many threads with its tags the answers are weighed, the newest first, and of so many people it is asked whether
# they can answer here.
MOST_THREADS, MOST_ANSWERS, MOST_PEOPLE = 300, 2_000, 30
# An accepted answer says more than one that somebody found useful.
ACCEPTED, USEFUL = 3, 1


@transaction.atomic
def ask_members(thread: Thread, *, by: Membership) -> int:
    """Ask members whose answers to one of its tags were accepted or useful; how many. Each is told once.

    Raises NotAllowed, TooFast, NothingToAsk, AskedAlready, NobodyToAsk.
    """
    refuse_closed(by, "forums", "questions", "tags")
    # The thread’s row is the lock: of two who press at once the second finds who was asked.
    held = Thread.objects.select_for_update(of=("self",)).filter(pk=thread.pk).first()
    if held is None or not can_ask_members(by, held):
        raise NotAllowed
    if not held.awaits_answer or held.locked:
        raise NothingToAsk
    if AskedHelper.objects.filter(thread=held).exists():
        raise AskedAlready
    people = _people_for(held, by=by)
    if not people:
        raise NobodyToAsk
    count_act(by, Limited.ASK_MEMBERS)
    AskedHelper.objects.bulk_create(
        [AskedHelper(thread=held, membership=person, asked_by=by) for person in people]
    )
    path = local_path(held.get_absolute_url())
    about = About(thread=held, actor=by, path=path, occasion=str(held.pk))
    tell(QuestionForYou, [person.pk for person in people], about)
    return len(people)


def asked_about(thread: Thread) -> int:
    """How many were asked to answer a question."""
    return AskedHelper.objects.filter(thread=thread).count()


def _people_for(thread: Thread, *, by: Membership) -> list[Membership]:
    """Who has answered its subject best, and may be asked: who reads it and may reply, was not asked lately, has not
    turned away from this thread, and has not declined to be asked."""
    scores = _scores(thread)
    for never in (thread.author_id, by.pk):
        scores.pop(never or 0, None)
    ranked = sorted(scores, key=lambda pk: (-scores[pk], pk))[:MOST_PEOPLE]
    lately = AskedHelper.objects.filter(membership__in=ranked, asked_at__gt=timezone.now() - RESTS)
    muted = Subscription.objects.filter(thread=thread, membership__in=ranked, level=Subscription.Level.MUTE)
    without = {
        *lately.values_list("membership_id", flat=True),
        *muted.values_list("membership_id", flat=True),
    }
    left = people_who_read(thread.space, [pk for pk in ranked if pk not in without])
    there = Membership.objects.shown().not_suspended().filter(pk__in=left, member__isnull=False).in_bulk()
    people = [there[pk] for pk in ranked if pk in there]
    willing = [one for one in people if QuestionForYou.name not in one.muted_mails]
    return [one for one in willing if can_reply_to_thread(one, thread)][:MOST_ASKED]


def _scores(thread: Thread) -> Counter[int]:
    """By what their answers under its tags came to."""
    threads = _threads_like(thread)
    accepted = Question.objects.filter(thread__in=threads, accepted__state=State.PUBLISHED)
    # What somebody found out themselves says nothing of what they know of others’ questions.
    others = accepted.exclude(accepted__author=F("thread__author"))
    scores: Counter[int] = Counter()
    for author in others.values_list("accepted__author_id", flat=True):
        if author is not None:
            scores[author] += ACCEPTED
    answers = Post.objects.filter(
        thread__in=threads, position__gt=1, state=State.PUBLISHED, is_comment=False, reaction_count__gt=0
    )
    rows = answers.order_by("-pk").values_list("author_id", "thread__author_id", "reactions")[:MOST_ANSWERS]
    for author, asker, reactions in rows:
        if author is not None and author != asker and reactions.get(Reaction.Kind.USEFUL.value):
            scores[author] += USEFUL
    return scores


def _threads_like(thread: Thread) -> Sequence[int]:
    tags = TaggedThread.objects.filter(content_object=thread).values("tag")
    links = TaggedThread.objects.filter(tag__in=tags, published_at__isnull=False)
    newest = links.exclude(content_object=thread).order_by("-published_at", "-content_object")
    rows = newest.values_list("content_object_id", flat=True)[:MOST_THREADS]
    return list(dict.fromkeys(rows))
