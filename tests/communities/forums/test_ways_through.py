"""The ways through a long thread: first, unread, last, accepted, and the first post of a day."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from communities.content.finding.by_day import position_since
from communities.content.models import Post, Space, Thread
from communities.forums.services import accept_answer
from communities.memory import forget_all
from communities.models import Community
from tests.conftest import NOT_COUNTED, Cast
from tests.factories import make_reply, make_thread

FIRST = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def long_thread(here: Cast, replies: int, *, every: datetime.timedelta = HOUR) -> Thread:
    """A thread whose posts followed each other in equal steps."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, kind="question", replies=min(replies, 44))
        more = replies - min(replies, 44)
        if more:
            template = Post.objects.get(thread=thread, position=2)
            Post.objects.bulk_create(
                [
                    Post(
                        community_id=template.community_id,
                        thread=thread,
                        author=template.author,
                        position=46 + number,
                        state="published",
                        language="en",
                        body_html="<p>x</p>",
                        published_at=FIRST,
                    )
                    for number in range(more)
                ]
            )
        posts = list(Post.objects.filter(thread=thread))
        for post in posts:
            assert post.position
            post.published_at = FIRST + (post.position - 1) * every
        Post.objects.bulk_update(posts, ["published_at"], batch_size=500)
        Thread.objects.filter(pk=thread.pk).update(last_position=replies + 1)
        thread.refresh_from_db()
    return thread


@pytest.mark.parametrize("replies", [0, 1, 30, 44, 700])
def test_a_moment_finds_the_first_post_after_it(here: Cast, replies: int) -> None:
    thread = long_thread(here, replies)
    with here.scope():
        for position in {1, 2, replies // 3 + 1, replies, replies + 1}:
            moment = FIRST + (position - 1) * HOUR
            wanted = min(max(position, 1), replies + 1)
            assert position_since(thread, moment) == wanted
            assert position_since(thread, moment - HOUR / 2) == wanted
        assert position_since(thread, FIRST - 400 * HOUR) == 1
        assert position_since(thread, FIRST + 9000 * HOUR) == replies + 1, "nothing came later: the last"


def test_what_is_missing_or_out_of_order_ends_all_the_same(here: Cast) -> None:
    thread = long_thread(here, 700)
    with here.scope():
        Post.objects.filter(thread=thread, position__gt=1, position__lt=690).update(
            published_at=None, state="draft"
        )
        assert position_since(thread, FIRST + HOUR) >= 690
        Post.objects.filter(thread=thread, position=695).update(published_at=FIRST)
        assert 1 <= position_since(thread, FIRST + 696 * HOUR) <= 701


def test_a_long_thread_costs_as_much_as_a_short_one(here: Cast) -> None:
    thread = long_thread(here, 700)
    with here.scope(), CaptureQueriesContext(connection) as captured:
        position_since(thread, FIRST + 333 * HOUR)
    asked = [one for one in captured.captured_queries if not one["sql"].lstrip().startswith(NOT_COUNTED)]
    assert len(asked) <= 3


def test_a_day_leads_to_its_first_post_in_the_time_of_the_place(here: Cast) -> None:
    thread = long_thread(here, 44, every=12 * HOUR)
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(time_zone="Pacific/Auckland")
    client = Client()
    answer = client.get(here.url(f"/forums/t/{thread.slug}/?on=2026-03-12"))
    # 11 March, 11:00 UTC is midnight there; posts stand at 9:00 and 21:00 UTC.
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/forums/t/{thread.slug}/?page=2#p-22")
    for day, place in (("1990-01-01", "#p-1"), ("9999-12-31", "?page=3#p-45"), ("0001-01-01", "#p-1")):
        answer = client.get(here.url(f"/forums/t/{thread.slug}/?on={day}"))
        assert answer.headers["Location"].endswith(f"/{place}"), day


@pytest.mark.parametrize(
    ("language", "typed", "place"),
    [("en", "12/03/2026", 23), ("fr", "12/03/2026", 23), ("fr", "12032026", 23), ("en", " 3/12/2026 ", 45)],
)
def test_a_day_is_typed_as_everywhere(here: Cast, language: str, typed: str, place: int) -> None:
    thread = long_thread(here, 44, every=12 * HOUR)
    client = Client(headers={"accept-language": language})
    answer = client.get(here.url(f"/forums/t/{thread.slug}/"), {"on": typed})
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"#p-{place}")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("tomorrow", "Enter a date like this: 31/12/"),
        ("2026-02-31", "February 2026 has 28 days."),
        ("\0", "Enter a date like this: 31/12/"),
        ("x" * 400, "Enter a date like this: 31/12/"),
        ("12", "Enter a date like this: 31/12/"),
        ("1/2/26", "Write the year with four digits"),
        ("2026-11-20T10", "Enter a date like this: 31/12/"),
    ],
)
def test_no_day_is_said_beside_the_field(here: Cast, day: str, said: str) -> None:
    thread = long_thread(here, 44)
    answer = Client().get(here.url(f"/forums/t/{thread.slug}/"), {"on": day})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count('aria-invalid="true"') == 2
    assert html.count(said) == 2
    assert f'value="{day[:40]}"'.replace("\0", "\ufffd") in html, "what was typed stays"
    assert 'aria-describedby="e_id_on_side id_on_side_format"' in html


def test_the_ways_stand_where_a_thread_has_pages(here: Cast) -> None:
    short, long = long_thread(here, 3), long_thread(here, 44)
    client = here.sign_in(here.moderator)
    assert "Go to a date" not in client.get(here.url(f"/forums/t/{short.slug}/")).content.decode()
    with here.scope():
        accept_answer(long, post=Post.objects.get(thread=long, position=30), by=here.member)
    client.post(here.url(f"/forums/t/{long.slug}/read/"), {"position": 41})
    with here.scope():
        make_reply(long, by=here.member)
    html = client.get(here.url(f"/forums/t/{long.slug}/?page=2")).content.decode()
    url = here.url(f"/forums/t/{long.slug}/")
    for address in (f"{url}#p-1", f"{url}?page=2#p-30", f"{url}?page=3#new", f"{url}?page=3#p-46"):
        assert html.count(f'class="chip" href="{address}"') == 2, address
    assert "Posts 21 to 40 of 46" in html


def test_who_may_not_read_is_led_nowhere(here: Cast, elsewhere: Cast) -> None:
    thread = long_thread(here, 44)
    path = f"/forums/t/{thread.slug}/?on=2026-03-12"
    assert Client().get(elsewhere.url(path)).status_code == 404
    with here.scope():
        here.forum.audience = Space.Audience.TEAM
        here.forum.save()
    forget_all()
    for client in (Client(), here.sign_in(here.ambassador)):
        assert client.get(here.url(path)).status_code == 404
    assert here.sign_in(here.moderator).get(here.url(path)).status_code == 302
