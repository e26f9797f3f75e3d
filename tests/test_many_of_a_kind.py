"""Thousands of reviews, photographs, entries, applications and pieces of feedback: pages ask as much as with a few.

Each page is drawn where there are some and where there are thousands. It asks no more statements, and reads no more
rows of any table than pages count up to (a thousand and one) with what they show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from communities.calls.judging import send_scores
from communities.challenges.judging import assess
from communities.challenges.models import Challenge, Vote
from communities.challenges.tasks import count_many_votes
from communities.challenges.voting import vote_for
from communities.content.models import Thread
from communities.content.viewers import viewer_for
from communities.memory import forget_all
from communities.models import Membership
from communities.reviews import counting
from communities.reviews.queries import things_named
from communities.trials.reporting import have_it_too
from communities.trials.tasks import count_much_feedback
from tests.communities.albums import making as albums
from tests.communities.calls import making as calls
from tests.communities.challenges import making as challenges
from tests.communities.events import making as events
from tests.communities.reviews import making as reviews
from tests.communities.trials import making as trials
from tests.conftest import Cast
from tests.crowd import insert_like
from tests.many_rows import MANY, multiply, scans_of, walked

pytestmark = pytest.mark.django_db

SOME = 30
# Of what is counted a page reads a thousand and one, beside what it shows.
MOST = 1_200
# Bytes of a table with its indexes from which on it is written anew: a new one with all its indexes has fewer.
GAPS = 400_000
Pages = Sequence[tuple[str, Membership]]


# As where tables are too large to be read whole: of thousands that still is the cheapest way to a thousand.
LARGE = "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off"


@pytest.fixture(scope="module", autouse=True)
def _no_gaps(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tables as new ones: among pages that rows of tests before these have left empty, and by indexes that still lead
    there, another way to the rows that are there may be the cheaper one. Only written anew are they without."""
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            " and pg_total_relation_size(oid) > %s",
            [GAPS],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"vacuum full {table}")
        cursor.execute("vacuum analyze")
    connections["owner"].close()


class Crowd:
    """Members, one after the other by number, and rows by the thousand that are like one that was made."""

    def __init__(self, here: Cast) -> None:
        self.here = here
        multiply(
            "communities_membership",
            here.member.pk,
            handle="'crowd' || n",
            member_id="null",
            unclaimed="true",
        )
        last = Membership.objects.order_by("-pk").values_list("pk", flat=True)[0]
        self.person = f"{last - MANY} + n"

    def like(self, table: str, which: str, source: str, **said: str) -> None:
        with connection.cursor() as cursor:
            insert_like(cursor, table, which, source, {"here": self.here.community.pk}, **said)
            cursor.execute(f"analyze {table}")

    def threads(self, thread: Thread, first: int, last: int) -> str:
        """So many threads like this one, each by another member; the source of what belongs to them (`thread`, `n`)."""
        at = "now() - n * interval '1 minute'"
        self.like(
            "content_thread", f"id = {thread.pk}", f"generate_series({first}, {last}) n", slug="'many-' || n",
            published_at=at, last_activity_at=at, author_id=self.person,
        )  # fmt: skip
        made = f"""(select id as thread, author_id, substr(slug, 6)::int as n from content_thread
          where community_id = {self.here.community.pk} and slug like 'many-%%'
          and substr(slug, 6)::int between {first} and {last}) made"""
        self.like(
            "content_post", f"thread_id = {thread.pk} and position = 1", made, thread_id="thread",
            author_id="made.author_id", submission="null", public_id="gen_random_uuid()",
        )  # fmt: skip
        return made


def compared(here: Cast, pages: Pages, grow: Any, *, by_index: str = "") -> None:
    """`grow(first, last)` makes those of these numbers. `by_index`: a table whose rows are counted each time, by an
    index alone."""
    grow(1, SOME)
    few = {path: looked(here, path, who)[0] for path, who in pages}
    grow(SOME + 1, MANY)
    with connection.cursor() as cursor:
        cursor.execute(LARGE)
    many = {path: looked(here, path, who) for path, who in pages}
    # Fewer where a job counts what is added up of a few while one looks.
    assert {path: asked for path, (asked, _rows) in many.items() if asked > few[path]} == {}, few
    assert {path: rows for path, (_asked, rows) in many.items() if rows.keys() - {by_index}} == {}


def looked(here: Cast, path: str, who: Membership) -> tuple[int, dict[str, int]]:
    """How many statements a page asks, and where it reads more rows than it may."""
    client = here.sign_in(who)
    assert client.get(here.url(path)).status_code == 200, path
    forget_all()
    with CaptureQueriesContext(connection) as asked:
        rows = walked(lambda: client.get(here.url(path)))
    return len(asked), {table: n for table, n in rows.items() if n > MOST}


def test_reviews(here: Cast) -> None:
    with here.scope():
        crowd = Crowd(here)
        thing = reviews.make_thing(here, reviews.make_shelf())
        thread = reviews.make_review(here, thing)

        def grow(first: int, last: int) -> None:
            made = crowd.threads(thread, first, last)
            crowd.like("reviews_review", f"thread_id = {thread.pk}", made, thread_id="thread", rating="1 + n %% 5",
                       reviewer_id="made.author_id")  # fmt: skip

        at = f"/reviews/of/{thing.slug}/"
        pages = [(path, here.member) for path in ("/reviews/", at, f"{at}?order=worst", f"{at}?stars=3")]
        compared(here, pages, grow, by_index="reviews_review")
        crowd.like("reviews_thing", f"id = {thing.pk}", f"generate_series(1, {MANY}) n", slug="'thing-' || n",
                   name="'Cordage ' || md5(n::text)")  # fmt: skip
        read = looked(here, "/reviews/?q=Cover", here.member)[1]
        assert read.keys() - {"reviews_review"} == set(), "one among thousands"
        assert len(things_named("c4ca4238a0") or []) == 1
        assert things_named("cordage") is None, "too many to be named"
        counted = counting._counts(viewer_for(here.community, here.member), [thing.pk])
        assert set(scans_of(counted)) == {"Index Only Scan"}


def test_photographs(here: Cast) -> None:
    with here.scope():
        crowd = Crowd(here)
        thread = albums.make_album(here, albums.make_wall())
        photo = albums.add(thread, by=here.member)
        post = f"id = {photo.post_id}"

        def grow(first: int, last: int) -> None:
            crowd.like("content_post", post, f"generate_series({first}, {last}) n", position="n + 2",
                       author_id=crowd.person, submission="null", public_id="gen_random_uuid()")  # fmt: skip
            made = f"""(select id as post, author_id from content_post where thread_id = {thread.pk}
              and position between {first + 2} and {last + 2}) made"""
            crowd.like("content_attachment", f"post_id = {photo.post_id}", made, post_id="post",
                       uploader_id="made.author_id")  # fmt: skip
            taken = f"""(select a.id as picture, a.post_id as post from content_attachment a
              join {made} on made.post = a.post_id) taken"""
            crowd.like(
                "albums_photo", f"post_id = {photo.post_id}", taken, post_id="post", picture_id="picture"
            )
            Thread.objects.filter(pk=thread.pk).update(last_position=last + 2, reply_count=last + 1)

        at = thread.get_absolute_url().removeprefix(here.prefix)
        compared(here, [("/photos/", here.member), (at, here.member), (f"{at}?page=2", here.member)], grow)
        # Who starts an album is offered events, whatever else there is.
        crowd.threads(thread, 1, MANY)
        start = f"/photos/in/{thread.space.slug}/new/"
        assert looked(here, start, here.member)[1] == {}


def test_where_somebody_goes(here: Cast) -> None:
    """Before the events to which they go are as many to which they do not."""
    with here.scope():
        crowd = Crowd(here)
        event = events.make_event(here, events.make_calendar())
        events.come(event, here.member)

        def grow(first: int, last: int) -> None:
            made = crowd.threads(event.thread, first, last)
            starts = "now() + interval '1 day' + n * interval '1 second'"
            crowd.like("events_event", f"thread_id = {event.pk}", made, thread_id="thread", starts_at=starts,
                       ends_at=f"{starts} + interval '1 hour'")  # fmt: skip
            crowd.like("events_registration", f"event_id = {event.pk}",
                       f"(select thread from {made} where n > {MANY // 2}) late", event_id="thread")  # fmt: skip

        compared(here, [("/events/mine/", here.member)], grow)


def test_entries_votes_and_marks(here: Cast) -> None:
    with here.scope():
        crowd, space = Crowd(here), challenges.make_contests()
        challenge = challenges.make_challenge(here, space, way="both", finalists=100)
        entry, other = challenges.enter(here, challenge, here.member, here.ambassador)
        [juror] = challenges.seat(challenge, here.moderator, by=here.manager)
        challenges.put_into(challenge, "vote")
        vote_for(challenges.again(entry), by=here.owner)
        challenges.put_into(challenge, "jury")
        assess(juror, challenges.again(entry), by=here.moderator, marks=[7])
        vote = Vote.objects.get()

        def grow(first: int, last: int) -> None:
            made = crowd.threads(entry.thread, first, last)
            crowd.like("challenges_entry", f"id = {entry.pk}", made, thread_id="thread", number="n + 2",
                       membership_id="made.author_id", key="gen_random_uuid()")  # fmt: skip
            entered = f"""(select id as entry, number - 2 as n from challenges_entry where challenge_id = {challenge.pk}
              and number between {first + 2} and {last + 2}) made"""
            crowd.like("challenges_vote", f"id = {vote.pk}", entered, entry_id="entry",
                       membership_id=crowd.person.replace(" + n", f" + 1 + n %% {MANY}"))  # fmt: skip
            crowd.like("challenges_assessment", f"juror_id = {juror.pk} and entry_id = {entry.pk}", entered,
                       entry_id="entry")  # fmt: skip
            count_many_votes(community_id=here.community.pk, challenge_id=challenge.pk)

        at = challenge.thread.get_absolute_url().removeprefix(here.prefix)
        pages = [
            ("/challenges/", here.member),
            (at, here.member),
            (at, here.owner),
            (f"{at}jury/", here.manager),
        ]
        compared(here, [*pages, (f"{at}figures/", here.manager)], grow)
        assert Challenge.objects.get().pk == other.challenge_id


def test_applications(here: Cast) -> None:
    with here.scope():
        crowd = Crowd(here)
        call = calls.make_call(here, jury=frozenset({here.ambassador.pk}))
        application = calls.apply(call, by=here.member)
        send_scores(application, [4] * len(calls.CRITERIA), by=here.ambassador)
        calls.close(call)

        def grow(first: int, last: int) -> None:
            crowd.like("calls_application", f"id = {application.pk}", f"generate_series({first}, {last}) n",
                       applicant_id=crowd.person, title="'Block ' || n", points="n %% 500",
                       state="(array['sent', 'selected'])[1 + n %% 2]")  # fmt: skip
            crowd.like(
                "calls_evaluation", f"application_id = {application.pk}",
                f"""(select id as sent from calls_application where call_id = {call.pk}
                  and substr(title, 7) ~ '^[0-9]+$' and substr(title, 7)::int between {first} and {last}) made""",
                application_id="sent",
            )  # fmt: skip

        at = call.thread.get_absolute_url().removeprefix(here.prefix)
        within = f"/calls/{call.pk}/applications/"
        pages = [(path, here.manager) for path in ("/calls/", within, f"{within}?state=selected")]
        compared(here, [(at, here.member), *pages, (within, here.ambassador)], grow)


def test_feedback(here: Cast) -> None:
    with here.scope():
        crowd = Crowd(here)
        trial = trials.make_trial(here)
        for person in (here.member, here.ambassador):
            trials.make_tester(trial, person, here)
        thread = trials.make_feedback(trial.space, here.member, here)
        have_it_too(trials.fresh(thread), by=here.ambassador)

        def grow(first: int, last: int) -> None:
            made = crowd.threads(thread, first, last)
            crowd.like("trials_feedback", f"thread_id = {thread.pk}", made, thread_id="thread")
            crowd.like("trials_also", f"feedback_id = {thread.pk}", made, feedback_id="thread",
                       person_id="made.author_id")  # fmt: skip
            count_much_feedback(community_id=here.community.pk, trial_id=trial.pk)

        at = trial.space.get_absolute_url().removeprefix(here.prefix)
        compared(here, [("/trials/", here.member), (at, here.member), (f"{at}close/", here.manager)], grow)
