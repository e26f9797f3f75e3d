"""What last week brought, each with where the figure is read, and what to try, with what it rests on."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone, translation

from analytics.capture.models import AudienceDay, Dimension
from communities.animation.models import Handling, Welcome
from communities.animation.newsletters import writing
from communities.animation.newsletters.models import Newsletter, NewsletterCopy
from communities.animation.newsletters.subscribing import subscribe_member
from communities.animation.today.week import last_week, week_of
from communities.calendar import DAY, day_of
from communities.content.models import Post, Thread
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(here: Cast) -> datetime.datetime:
    """A moment of last week."""
    return last_week(here.community).begins + 3 * DAY


def dated(thread: Thread, at: datetime.datetime) -> None:
    Thread.objects.filter(pk=thread.pk).update(published_at=at)
    Post.objects.filter(thread=thread).update(published_at=at)


def fill(here: Cast, at: datetime.datetime) -> Newsletter:
    question = make_thread(here.forum, by=here.member, kind="question", title="Which twine?")
    make_reply(question, by=here.ambassador)
    text = make_thread(here.forum, by=here.manager, title="From the loft")
    make_reply(text, by=here.member)
    for thread in (question, text):
        dated(thread, at)
    for number, source in enumerate(("unanswered", "unanswered", "greetings"), 1):
        row = Handling.objects.create(
            source=source, key=str(number), number=1, act="done", by=here.manager, minutes=5
        )
        Handling.objects.filter(pk=row.pk).update(at=at)
    newcomer = make_membership(post_count=1)
    Welcome.objects.create(membership=newcomer, greeted_at=at, greeted_by=here.manager)
    letter = writing.start_newsletter(here.community, by=here.manager, subject="Knots")
    Newsletter.objects.filter(pk=letter.pk).update(
        state="sent", slug="knots", send_at=at, begun_at=at, laid_at=at, finished_at=at
    )
    for clicked, person in (([1], here.member), ([], here.ambassador)):
        NewsletterCopy.objects.create(
            newsletter=letter,
            subscription=subscribe_member(person),
            due_at=at,
            written_at=at,
            mail=uuid.uuid4(),
            clicked=clicked,
        )
    for days, visits in ((0, 12), (-7, 9)):
        AudienceDay.objects.create(
            day=day_of(at, here.community) + days * DAY, dimension=Dimension.ALL, visits=visits
        )
    return letter


def test_each_room_says_what_came_of_it_and_where_that_is_read(here: Cast, at: datetime.datetime) -> None:
    with here.scope():
        letter = fill(here, at)
        found = {one.what: one for one in week_of(here.community, here.manager).results}
    monday = day_of(last_week(here.community).begins, here.community)
    expected = {
        "3 things done on this page": ("about 15 minutes of the team’s time, by the estimates", ""),
        "1 newcomer greeted": ("1 of them has written", "/manage/newcomers/?view=greeted"),
        "1 question asked": ("1 has an answer", "/forums/"),
        "1 text by the team or on a blog": ("1 reply so far", f"/manage/calendar/?view=week&day={monday}"),
        "1 newsletter to 2 people": ("1 followed a link", f"/manage/newsletters/{letter.pk}/"),
        "12 visits": (
            "more than in the week before (9)",
            f"/results/community/?from={monday}&to={monday + 6 * DAY}",
        ),
    }
    assert {what: (one.came, one.url) for what, one in found.items()} == dict(expected.items())
    acts = found["3 things done on this page"]
    assert acts.made_of == ("Question without an answer: 2", "Newcomer without a greeting: 1")
    with here.scope(), translation.override("fr"):
        acts = week_of(here.community, here.manager).results[0]
        assert acts.made_of[0] == "Question sans réponse\u00a0: 2"
    manager = here.sign_in(here.manager)
    page = manager.get(here.url("/today/")).text
    for what, (_came, url) in expected.items():
        assert what in page
        if url:
            assert manager.get(here.url(url)).status_code == 200, url


def test_who_reads_what_of_it(here: Cast, elsewhere: Cast, at: datetime.datetime) -> None:
    with here.scope():
        fill(here, at)
        assert len(week_of(here.community, here.manager).results) == 6
        assert week_of(here.community, here.ambassador).results == []
        moderators = {one.what for one in week_of(here.community, here.moderator).results}
    assert not {"12 visits", "1 newsletter to 2 people"} & moderators
    with elsewhere.scope():
        assert week_of(elsewhere.community, elsewhere.manager).results == []


def test_what_to_try_rests_on_what_was_written(here: Cast) -> None:
    with here.scope():
        assert week_of(here.community, here.manager).proposal is None, "too little to say so"
        thread = make_thread(here.forum, by=here.member)
        first = Post.objects.get(thread=thread)
        tuesday = last_week(here.community).begins + DAY + datetime.timedelta(hours=9)
        first.published_at = tuesday
        first.save(update_fields=["published_at"])
        rows = [
            Post(
                community=first.community,
                thread=thread,
                author=here.member,
                position=2 + number,
                state="published",
                published_at=tuesday,
                body_html="<p>x</p>",
            )
            for number in range(60)
        ]
        Post.objects.bulk_create(rows)
        proposal = week_of(here.community, here.manager).proposal
        assert proposal is not None
        assert "Tuesday" in proposal.title
        assert "61" in proposal.why
        day = datetime.date.fromisoformat(proposal.url.rpartition("day=")[2])
        assert day.weekday() == 1
        assert 0 < (day - day_of(timezone.now(), here.community)).days <= 7
        other = week_of(here.community, here.moderator).proposal
        assert other is not None
        assert other.url == "", "moderators plan nothing"
    page = here.sign_in(here.manager).get(here.url("/today/")).text
    assert f'href="{here.url(proposal.url)}"' in page
    assert here.sign_in(here.manager).get(here.url(proposal.url)).status_code == 200
