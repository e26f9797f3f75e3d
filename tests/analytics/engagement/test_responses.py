"""How threads are met, over threads and replies written through the services."""

from __future__ import annotations

import datetime

from django.utils import timezone

from analytics.engagement.responses import accepted_rate, answered_rate, first_response
from communities.content.models import Post, Thread
from communities.forums.services import accept_answer
from communities.models import Membership
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
NOW = timezone.now()
# Noon is the same day in the place’s zone.
START = NOW.replace(hour=12) - 20 * DAY


def thread_at(
    here: Cast, began: datetime.datetime, *replies: tuple[datetime.timedelta, Membership], kind: str = "topic"
) -> Thread:
    thread = make_thread(here.forum, by=here.member, kind=kind)
    Thread.objects.filter(pk=thread.pk).update(published_at=began)
    for after, author in replies:
        reply = make_reply(thread, by=author)
        Post.objects.filter(pk=reply.pk).update(published_at=began + after)
    return thread


def test_answered_is_answered_by_somebody_else_within_a_week(here: Cast) -> None:
    with here.scope():
        thread_at(here, START, (HOUR, here.ambassador))
        thread_at(here, START, (HOUR, here.member))
        thread_at(here, START, (8 * DAY, here.ambassador))
        thread_at(here, NOW - 2 * DAY, (HOUR, here.ambassador))
        make_thread(here.blog, by=here.owner)
        found = answered_rate(here.community, START.date() - DAY, NOW.date(), now=NOW)
    assert (found.hits, found.of) == (1, 3), "younger ones are not judged yet, articles never"


def test_first_response_counts_those_who_still_wait(here: Cast) -> None:
    with here.scope():
        thread_at(here, START, (HOUR, here.member), (2 * HOUR, here.ambassador), (3 * HOUR, here.owner))
        thread_at(here, START, (4 * HOUR, here.ambassador))
        thread_at(here, START)
        found = first_response(here.community, START.date(), START.date(), now=NOW)
        assert (found.threads, found.answered) == (3, 2)
        assert found.median == 4 * HOUR
        assert found.p90 is None, "nine of ten have not been answered"
        thread_at(here, START)
        assert first_response(here.community, START.date(), START.date(), now=NOW).median == 4 * HOUR


def test_accepted_answers(here: Cast) -> None:
    with here.scope():
        question = thread_at(here, START, (HOUR, here.ambassador), kind="question")
        thread_at(here, START, kind="question")
        thread_at(here, START, (HOUR, here.ambassador))
        answer = Post.objects.get(thread=question, position=2)
        accept_answer(question, post=answer, by=here.member)
        found = accepted_rate(here.community, START.date() - DAY, START.date() + DAY)
    assert (found.hits, found.of) == (1, 2)


def test_a_hidden_reply_answers_nobody(here: Cast) -> None:
    with here.scope():
        thread = thread_at(here, START, (HOUR, here.ambassador))
        Post.objects.filter(thread=thread, position=2).update(state="hidden")
        found = answered_rate(here.community, START.date(), START.date(), now=NOW)
    assert (found.hits, found.of) == (0, 1)
