from __future__ import annotations

import datetime
import threading
import uuid

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communities.content.models import Post, SpaceAuthor, State, Thread
from communities.content.services import publish_due, publish_thread
from communities.content.tasks import publish_due_threads
from communities.memory import forget_all
from communities.models import Membership
from communities.scoping import community_scope
from communities.signals import thread_published
from tests.communities.blogs.conftest import written
from tests.conftest import Cast, make_cast
from tests.factories import make_membership

PAST = timezone.now() - datetime.timedelta(minutes=5)


def scheduled(cast: Cast, **changes: object) -> Thread:
    thread = written(cast.blog, by=cast.manager, publish=False)
    Thread.objects.filter(pk=thread.pk).update(**{"state": State.SCHEDULED, "scheduled_for": PAST, **changes})
    thread.posts.update(state=State.SCHEDULED)
    return thread


def test_what_is_due_goes_out_with_its_planned_date(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        due = scheduled(here)
        later = scheduled(here, scheduled_for=timezone.now() + datetime.timedelta(hours=1))
    with elsewhere.scope():
        theirs = scheduled(elsewhere)
    assert publish_due_threads() == 2
    with here.scope():
        due.refresh_from_db()
        later.refresh_from_db()
        assert (due.state, due.published_at, due.scheduled_for, due.last_position) == (
            "published",
            PAST,
            None,
            1,
        )
        assert later.state == "scheduled"
    with elsewhere.scope():
        assert Thread.objects.get(pk=theirs.pk).is_published
    assert publish_due_threads() == 0


def test_who_lost_the_right_publishes_nothing(here: Cast) -> None:
    with here.scope():
        author = make_membership()
        link = SpaceAuthor.objects.create(space=here.blog, membership=author)
        thread = written(here.blog, by=author, publish=False)
        Thread.objects.filter(pk=thread.pk).update(state=State.SCHEDULED, scheduled_for=PAST)
        link.delete()
        assert publish_due() == 0
        assert Thread.objects.get(pk=thread.pk).state == State.DRAFT


def test_who_is_suspended_while_others_are_published_publishes_nothing(here: Cast) -> None:
    with here.scope():
        threads = [scheduled(here) for _number in range(2)]

        def suspend(sender: object, thread: Thread, **_event: object) -> None:
            Membership.objects.filter(pk=thread.author_id).update(
                suspended_until=timezone.now() + datetime.timedelta(days=1)
            )

        thread_published.connect(suspend)
        try:
            assert publish_due() == 1
        finally:
            thread_published.disconnect(suspend)
        states = Thread.objects.filter(pk__in=[thread.pk for thread in threads])
        assert sorted(states.values_list("state", flat=True)) == ["draft", "published"]


def test_of_two_texts_none_is_chosen_by_chance(here: Cast) -> None:
    with here.scope():
        thread = scheduled(here)
        other = thread.posts.get()
        other.pk, other.public_id, other._state.adding = None, uuid.uuid4(), True
        other.save()
        with pytest.raises(Post.MultipleObjectsReturned):
            publish_thread(thread, by=here.manager)
        assert Thread.objects.get(pk=thread.pk).state == State.SCHEDULED


def statements_of(communities: int, texts: int) -> list[str]:
    """Of one run where each of these communities has so many texts that are due."""
    for cast in [make_cast() for _number in range(communities)]:
        with cast.scope():
            for _text in range(texts):
                scheduled(cast)
    forget_all()
    with CaptureQueriesContext(connection) as counted:
        assert publish_due_threads() == communities * texts
    return [query["sql"] for query in counted.captured_queries]


def test_a_text_and_a_community_more_cost_few_statements(db: None) -> None:
    one, texts, communities = statements_of(1, 1), statements_of(1, 4), statements_of(4, 1)
    assert len(texts) - len(one) <= 3 * 17, "\n".join(texts)
    assert len(communities) - len(one) <= 3 * 24, "\n".join(communities)
    aside = [sql for sql in communities if "members_setaside" in sql]
    assert len(aside) == 1, "what failed before is asked once, not once in each community"


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """A cast whose rows other connections see."""
    return make_cast()


def test_two_workers_at_once_publish_once(committed: Cast) -> None:
    with committed.scope():
        threads = [scheduled(committed) for _number in range(6)]
    sent: list[int] = []
    start = threading.Barrier(2)
    counts: list[int] = []

    def listen(sender: object, thread: Thread, **_event: object) -> None:
        sent.append(thread.pk)

    def work() -> None:
        try:
            start.wait(timeout=60)
            counts.append(publish_due_threads())
        finally:
            connections.close_all()

    thread_published.connect(listen)
    try:
        workers = [threading.Thread(target=work) for _number in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
    finally:
        thread_published.disconnect(listen)
    assert sum(counts) == 6
    assert sorted(sent) == sorted(thread.pk for thread in threads)
    with committed.scope():
        assert Thread.objects.filter(state=State.PUBLISHED, last_position=1).count() == 6


def test_a_second_worker_passes_over_what_the_first_holds(committed: Cast) -> None:
    """The control: while one worker’s transaction is open, the other finds nothing to do and does not wait."""
    with committed.scope():
        scheduled(committed)
    counts: list[int] = []

    def work() -> None:
        try:
            counts.append(publish_due_threads())
        finally:
            connections.close_all()

    with community_scope(committed.community):
        assert publish_due() == 1
        other = threading.Thread(target=work)
        other.start()
        other.join(timeout=30)
        assert counts == [0]
        assert connection.in_atomic_block
