"""Nothing that follows a commit turns its answer into an error, and what was asked for is done."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from communities.content.models import Post
from communities.content.services import reply_to, unpublish_thread
from communities.notifications.models import Notification
from communities.notifications.tasks import notify_of_post, tell_late_news
from config import error_views
from members.aside import SetAside
from members.mails import outbox
from members.models import JobRound, OwedJob
from members.tasks import hand_over_owed_jobs
from tests.conftest import Cast
from tests.factories import make_thread


class Queue:
    """Takes jobs, or says that it is full."""

    def __init__(self) -> None:
        self.full = False
        self.taken: list[tuple[Any, ...]] = []

    def send_task(self, *asked: Any, **_how: Any) -> None:
        if self.full:
            raise OSError("OOM command not allowed")
        self.taken.append(asked)


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Queue:
    made = Queue()
    monkeypatch.setattr(outbox.current_app, "send_task", made.send_task)
    return made


def thread_of(here: Cast) -> Any:
    with here.scope():
        return make_thread(here.forum, by=here.member, title="Mending a jib")


def told(here: Cast) -> int:
    with here.scope():
        return Notification.objects.filter(membership=here.member).count()


def post_reply(here: Cast, thread: Any) -> Any:
    client = here.sign_in(here.ambassador)
    data = {"body": "<p>Baste it first.</p>", "submission": str(uuid.uuid4())}
    return client.post(here.url(f"/forums/t/{thread.slug}/reply/"), data)


def test_with_a_full_queue_a_reply_is_there_and_its_news_come_later(
    here: Cast, queue: Queue, django_capture_on_commit_callbacks: Any
) -> None:
    thread = thread_of(here)
    tell_late_news()
    queue.full = True
    with django_capture_on_commit_callbacks(execute=True):
        answer = post_reply(here, thread)
    assert answer.status_code == 302
    with here.scope():
        reply = Post.objects.replies().get()
        assert reply.news_due_at is not None
    assert told(here) == 0
    assert tell_late_news() == 0, "its own job may still be on its way"
    with here.scope():
        Post.objects.update(news_due_at=timezone.now() - datetime.timedelta(minutes=3))
    assert tell_late_news() >= 1
    assert told(here) == 1
    with here.scope():
        assert not Post.objects.filter(news_due_at__isnull=False).exists()
    # The job that was owed comes as well, and tells nobody twice.
    owed = OwedJob.objects.filter(name=notify_of_post.name).latest("id")
    queue.full = False
    assert hand_over_owed_jobs() >= 1
    assert (owed.name, [], owed.options) in queue.taken
    assert not OwedJob.objects.exists()
    notify_of_post(**owed.options)
    assert told(here) == 1


def test_more_late_news_than_one_run_takes_wait_for_no_other_minute(
    here: Cast, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("services", "tasks"):
        monkeypatch.setattr(f"communities.notifications.{module}.MOST_LATE", 2)
    with here.scope():
        for _number in range(3):
            make_thread(here.forum, by=here.ambassador)
        Post.objects.update(news_due_at=timezone.now() - datetime.timedelta(minutes=3))
    left = []
    for _run in range(2):
        tell_late_news()
        left.append(JobRound.objects.get(pk=tell_late_news.name).remaining)
    assert left == [1, 0]
    with here.scope():
        assert not Post.objects.filter(news_due_at__isnull=False).exists()


def test_the_job_takes_the_mark_away_and_what_was_hidden_is_not_told(here: Cast, queue: Queue) -> None:
    thread = thread_of(here)
    with here.scope():
        shown = reply_to(thread, by=here.ambassador, body="<p>One</p>")
        hidden = reply_to(thread, by=here.ambassador, body="<p>Two</p>")
        Post.objects.filter(pk=hidden.pk).update(state="hidden")
    for post in (shown, hidden):
        notify_of_post(community_id=here.community.pk, post_id=post.pk)
    assert told(here) == 1
    with here.scope():
        assert not Post.objects.filter(pk__in=[shown.pk, hidden.pk], news_due_at__isnull=False).exists()
        other = make_thread(here.forum, by=here.member, title="Another")
        assert other.opening().news_due_at is not None
        unpublish_thread(other, by=here.member)


@pytest.mark.django_db
def test_owed_jobs_wait_for_the_queue_and_none_is_set_aside(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    OwedJob.objects.bulk_create([OwedJob(name="a.job", options={"n": n}) for n in range(5)])
    asked: list[int] = []
    monkeypatch.setattr(outbox, "send_job", lambda _job, _arguments, options: asked.append(options["n"]))
    assert hand_over_owed_jobs() == 0
    assert asked == [0, 1, 2]
    assert not SetAside.objects.exists()
    monkeypatch.undo()
    assert OwedJob.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_what_raises_after_a_commit_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise OSError("disk full")

    done: list[int] = []
    with transaction.atomic():
        transaction.on_commit(breaks)
        transaction.on_commit(lambda: done.append(1))
    transaction.on_commit(breaks)
    assert done == [1]
    assert caplog.text.count("disk full") >= 2
    assert connection.vendor == "postgresql"


@pytest.mark.parametrize(
    ("problem", "code", "status"),
    [
        (OperationalError("connection refused"), None, 503),
        (InterfaceError("connection already closed"), None, 503),
        (OperationalError("starting up"), "57P03", 503),
        (OperationalError("too many connections"), "53300", 503),
        (OperationalError("deadlock"), "40P01", 500),
        (ValueError("our fault"), None, 500),
    ],
)
def test_a_database_that_is_away_is_told_as_such(
    here: Cast, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: str | None, status: int
) -> None:
    if code is not None:
        said = Exception()
        said.pgcode = code  # type: ignore[attr-defined]  # as psycopg2’s have it
        problem.__cause__ = said

    def breaks(_request: object) -> None:
        raise problem

    # In front of every view, where no process_exception is asked.
    monkeypatch.setattr("communities.middleware.locate", lambda *_given, **_more: breaks(None))
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
    assert error_views.is_database_away(problem) == (status == 503)
