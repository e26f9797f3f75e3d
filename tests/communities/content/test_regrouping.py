"""Threads that are merged and split: where posts stand, what counts and leads there, and all of it back again."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from communities.content.exceptions import RegroupError
from communities.content.models import Post, PostMove, ReadMarker, Redirect, Subscription, Thread
from communities.content.queries import recount_community
from communities.content.services import (
    appending,
    follow_thread,
    mark_read,
    merge_threads,
    reply_to,
    split_thread,
    unmerge_threads,
    unsplit_thread,
)
from communities.exceptions import NotAllowed
from communities.forums.services import accept_answer
from communities.journal.exceptions import NothingToUndo
from communities.notifications.models import Notification
from communities.queries import local_path
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

DAY = datetime.timedelta(days=1)


def dated(thread: Thread, *ago: int) -> list[Post]:
    """The posts of a thread in their order, dated so many days ago."""
    posts = list(Post.objects.filter(thread=thread).order_by("position"))
    for post, days in zip(posts, ago, strict=True):
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now() - days * DAY)
    return posts


def order(thread: Thread) -> list[int]:
    places = Post.objects.filter(thread=thread).order_by("position").values_list("pk", "position")
    assert [place for _pk, place in places] == list(range(1, len(places) + 1))
    return [pk for pk, _place in places]


def wrong_counts(cast: Cast) -> set[str]:
    """Of what texts are counted by; the cast of a test is not counted."""
    return set(recount_community(cast.community.pk)) - {"members"}


def fresh(thread: Thread) -> Thread:
    return Thread.objects.select_related("space").get(pk=thread.pk)


@pytest.fixture
def pair(here: Cast) -> tuple[Thread, Thread]:
    """A thread of three posts that is to go into one of three posts, written in turns."""
    with here.scope():
        source = make_thread(here.forum, by=here.ambassador, title="Wet sails", replies=2)
        target = make_thread(here.forum, by=here.member, title="Sails that are wet", replies=2)
        return source, target


def test_posts_of_both_stand_by_date_and_all_addresses_lead_there(
    here: Cast, pair: tuple[Thread, Thread]
) -> None:
    source, target = pair
    with here.scope():
        first, second, third = dated(source, 9, 6, 2)
        top, answer, last = dated(target, 8, 5, 1)
        former = source.get_absolute_url()
    client, path = here.sign_in(here.moderator), here.url(f"/t/{source.slug}/merge/")
    assert path in client.get(here.url(f"/forums/t/{source.slug}/")).content.decode()
    shown = client.post(path, {"into": here.url(f"/forums/t/{target.slug}/")}).content.decode()
    assert "Merge the threads" in shown
    assert client.post(path, {"into": target.title, "sure": "1"}).status_code == 302
    with here.scope():
        # The text that begins the thread that stays is on top, though the other one is older.
        expected = [top, first, second, answer, third, last]
        assert order(target) == [post.pk for post in expected]
        assert fresh(target).reply_count == 5
        assert wrong_counts(here) == set()
    led = here.sign_in(None).get(here.url(former.removeprefix(here.prefix)))
    assert (led.status_code, led.headers["Location"]) == (301, here.url(f"/forums/t/{target.slug}/"))
    permalink = here.sign_in(None).get(here.url(f"/p/{second.public_id}/"))
    assert permalink.headers["Location"].endswith(f"/forums/t/{target.slug}/#p-3")
    page = here.sign_in(None).get(here.url(f"/forums/t/{target.slug}/")).content.decode()
    assert "Began another thread, merged into this one" in page
    assert "Wet sails" in page


def test_followers_come_along_and_those_who_wrote_are_told_once(
    here: Cast, pair: tuple[Thread, Thread]
) -> None:
    source, target = pair
    with here.scope():
        follow_thread(source, by=here.marketing)
        dated(source, 9, 6, 2)
        dated(target, 8, 5, 1)
        mark_read(target, by=here.marketing, position=3)
        mark_read(source, by=here.marketing, position=2)
        move = merge_threads(source, target, by=here.moderator)
        assert Subscription.objects.following().filter(thread=target, membership=here.marketing).exists()
        # Up to the first post that they have not seen in either: the last but one.
        assert ReadMarker.objects.get(thread=target, membership=here.marketing).position == 4
        authors = set(Post.objects.filter(thread=target).values_list("author_id", flat=True))
        told = Notification.objects.filter(kind="thread_merged").values_list("membership_id", flat=True)
        assert sorted(told) == sorted(authors - {here.moderator.pk})
        late = reply_to(fresh(target), by=here.member, body="<p>Since then.</p>")
        unmerge_threads(move, by=here.owner)
        assert fresh(source).is_published
        assert len(order(source)) == 3
        assert order(target)[-1] == late.pk
        assert ReadMarker.objects.get(thread=target, membership=here.marketing).position == 3
        assert not Subscription.objects.following().filter(thread=target, membership=here.marketing).exists()
        assert wrong_counts(here) == set()
    assert here.sign_in(None).get(here.url(f"/forums/t/{source.slug}/")).status_code == 200


def test_a_reply_to_a_thread_that_was_merged_meanwhile_is_taken(
    here: Cast, pair: tuple[Thread, Thread]
) -> None:
    source, target = pair
    with here.scope():
        stale = fresh(source)
        merge_threads(source, target, by=here.moderator)
        post = reply_to(stale, by=here.member, body="<p>Sent meanwhile.</p>")
        assert Post.objects.get(pk=post.pk).thread_id == target.pk
        assert fresh(target).reply_count == 6
        assert Subscription.objects.following().filter(thread=target, membership=here.member).exists()
        assert wrong_counts(here) == set()
    sent = {"body": "<p>From an open page.</p>", "body_format": "html"}
    path = here.url(f"/forums/t/{source.slug}/reply/")
    answer = here.sign_in(here.member).post(path, sent)
    assert answer.status_code == 302
    assert f"/forums/t/{target.slug}/" in answer.headers["Location"]


def test_without_being_led_on_a_reply_would_be_lost(
    here: Cast, pair: tuple[Thread, Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test before, and of the race."""
    monkeypatch.setattr(appending, "_led_on", lambda _post, placed: placed)
    source, target = pair
    with here.scope():
        stale = fresh(source)
        merge_threads(source, target, by=here.moderator)
        post = reply_to(stale, by=here.member, body="<p>Sent meanwhile.</p>")
        assert Post.objects.get(pk=post.pk).thread_id == source.pk
        assert not fresh(source).is_published


def test_what_cannot_become_one(here: Cast, pair: tuple[Thread, Thread]) -> None:
    source, target = pair
    with here.scope():
        loft = make_space(slug="loft", name="Loft")
        solved = make_thread(here.forum, by=here.member, kind="question", replies=1)
        accept_answer(solved, post=Post.objects.get(thread=solved, position=2), by=here.member)
        article = make_thread(here.blog, by=here.manager)
        for one, other in (
            (source, source),
            (source, make_thread(loft, by=here.member)),
            (fresh(solved), target),
        ):
            with pytest.raises(RegroupError):
                merge_threads(one, other, by=here.moderator)
        for person in (here.member, here.ambassador, here.marketing):
            with pytest.raises(NotAllowed):
                merge_threads(source, target, by=person)
        with pytest.raises(NotAllowed):
            merge_threads(article, make_thread(here.blog, by=here.manager), by=here.owner)
        move = merge_threads(source, target, by=here.moderator)
        chosen = Post.objects.get(thread=target, position=2)
        split_thread(target, posts=[chosen.pk], title="Aside", by=here.owner, community=here.community)
        with pytest.raises(NothingToUndo):
            unmerge_threads(move, by=here.owner)


def test_posts_become_a_thread_and_a_line_leads_there(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Sails", replies=4)
        posts = dated(thread, 9, 8, 7, 6, 5)
        mark_read(thread, by=here.marketing, position=4)
        follow_thread(thread, by=here.marketing)
    client, path = here.sign_in(here.moderator), here.url(f"/t/{thread.slug}/split/")
    assert "Which posts go" in client.get(path).content.decode()
    chosen = {"posts": [str(posts[2].pk), str(posts[4].pk)]}
    assert client.post(path, chosen | {"title": ""}).status_code == 422
    assert client.post(path, {"title": "Oars"}).status_code == 422
    assert client.post(path, chosen | {"title": "Oars"}).status_code == 302
    with here.scope():
        oars = Thread.objects.get(title="Oars")
        assert order(oars) == [posts[2].pk, posts[4].pk]
        assert oars.author_id == posts[2].author_id
        assert (fresh(thread).reply_count, oars.reply_count) == (2, 1)
        assert fresh(thread).last_position == 4
        assert wrong_counts(here) == set()
        assert ReadMarker.objects.get(thread=oars, membership=here.marketing).position == 1
        assert Subscription.objects.following().filter(thread=oars, membership=here.marketing).exists()
        assert Notification.objects.filter(kind="posts_split").exists()
    for reader in (None, here.ambassador):
        page = here.sign_in(reader).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
        assert "2 posts are now in another thread" in page
        assert page.index("posts are now in another") < page.index('id="p-4"')
    assert (
        here.sign_in(None)
        .get(here.url(f"/p/{posts[4].public_id}/"))
        .headers["Location"]
        .endswith("/oars/#p-2")
    )


def test_a_line_names_only_what_its_reader_may_read(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, replies=2)
        chosen = Post.objects.get(thread=thread, position=2)
        oars = split_thread(
            thread, posts=[chosen.pk], title="Secret oars", by=here.owner, community=here.community
        )
        hidden = make_space(slug="crew", name="Crew", audience="team")
        Thread.objects.filter(pk=oars.pk).update(space=hidden)
    page = here.sign_in(None).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "1 post is now in another thread" in page
    assert "Secret oars" not in page
    assert (
        "Secret oars" in here.sign_in(here.owner).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    )


def test_a_split_is_undone_with_what_was_written_since(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Sails", replies=3)
        before = order(thread)
        oars = split_thread(
            thread, posts=before[1:3], title="Oars", by=here.moderator, community=here.community
        )
        late = make_reply(fresh(oars), by=here.ambassador)
        unsplit_thread(PostMove.objects.get(), by=here.moderator)
        assert order(thread) == [*before, late.pk]
        assert not Thread.objects.filter(pk=oars.pk).exists()
        assert wrong_counts(here) == set()
    led = here.sign_in(None).get(here.url("/forums/t/oars/"))
    assert led.headers["Location"] == here.url(f"/forums/t/{thread.slug}/")


def test_what_cannot_be_taken_out(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, kind="question", replies=2)
        first, answer, other = Post.objects.filter(thread=thread).order_by("position")
        accept_answer(thread, post=answer, by=here.member)
        stranger = make_reply(make_thread(here.forum, by=here.member), by=here.member)
        for posts in ([], [first.pk], [answer.pk], [stranger.pk, other.pk]):
            with pytest.raises(RegroupError):
                split_thread(
                    fresh(thread), posts=posts, title="Aside", by=here.owner, community=here.community
                )
        with pytest.raises(NotAllowed):
            split_thread(
                thread, posts=[other.pk], title="Aside", by=here.ambassador, community=here.community
            )
    for act in ("merge", "split"):
        path = f"/t/{thread.slug}/{act}/"
        assert here.sign_in(here.member).get(here.url(path)).status_code == 403
        assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path)).status_code == 404


def led(*posts: Post) -> None:
    """The former addresses of these posts, on another site, lead to where each stands now."""
    for post in posts:
        now = Post.objects.select_related("thread__space").get(pk=post.pk)
        target = Redirect.objects.get(path=f"/viewtopic/{post.pk}").target
        assert target == local_path(now.thread.url_of(now.position))


def test_former_addresses_lead_to_their_posts_wherever_these_stand(
    here: Cast, pair: tuple[Thread, Thread]
) -> None:
    source, target = pair
    with here.scope():
        posts = [*dated(source, 9, 6, 2), *dated(target, 8, 5, 1)]
        for post in posts:
            home = source if post.thread_id == source.pk else target
            there = local_path(home.url_of(post.position or 1))
            Redirect.objects.create(path=f"/viewtopic/{post.pk}", target=there)
        move = merge_threads(source, target, by=here.moderator)
        led(*posts)
        unmerge_threads(move, by=here.moderator)
        led(*posts)
        split_thread(
            fresh(target), posts=[posts[4].pk], title="Oars", by=here.moderator, community=here.community
        )
        led(*posts)
        unsplit_thread(PostMove.objects.get(), by=here.moderator)
        led(*posts)


def test_only_what_was_typed_is_led_on(here: Cast, pair: tuple[Thread, Thread]) -> None:
    """Whoever still has the page of the thread that went has not seen the other one."""
    source, target = pair
    with here.scope():
        merge_threads(source, target, by=here.moderator)
    path = here.url(f"/forums/t/{source.slug}/")
    here.sign_in(here.marketing).post(f"{path}read/", {"position": "3"})
    team = here.sign_in(here.moderator)
    team.post(f"{path}lock/", {"reason": "A double."})
    team.post(f"{path}edit/", {"title": "Wet sails, once more"})
    with here.scope():
        assert not ReadMarker.objects.filter(thread=target, membership=here.marketing).exists()
        assert not fresh(target).locked
        assert fresh(target).title == target.title


def test_what_has_gone_to_other_readers_is_not_brought_back(here: Cast, pair: tuple[Thread, Thread]) -> None:
    source, target = pair
    with here.scope():
        crew = make_space(slug="crew", name="Crew", audience="team")
        chosen = Post.objects.get(thread=target, position=2)
        oars = split_thread(target, posts=[chosen.pk], title="Oars", by=here.owner, community=here.community)
        Thread.objects.filter(pk=oars.pk).update(space=crew)
        with pytest.raises(NothingToUndo):
            unsplit_thread(PostMove.objects.get(), by=here.owner)
        move = merge_threads(source, target, by=here.owner)
        Thread.objects.filter(pk=target.pk).update(space=crew)
        with pytest.raises(NothingToUndo):
            unmerge_threads(move, by=here.owner)


def test_what_is_taken_out_and_merged_again_stands_nowhere_else(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, kind="announcement", replies=2)
        chosen = Post.objects.get(thread=thread, position=2)
        oars = split_thread(thread, posts=[chosen.pk], title="Oars", by=here.owner, community=here.community)
        assert oars.kind == "topic", "whoever answers the team has announced nothing"
        merge_threads(oars, thread, by=here.owner)
    page = here.sign_in(None).get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    assert "is now in another thread" not in page
    assert "Oars" in page


def test_pages_of_which_nothing_is_left_say_so(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, replies=44)
        places = order(thread)

        def take_out(first: int, last: int, title: str) -> None:
            split_thread(
                fresh(thread),
                posts=places[first - 1 : last],
                title=title,
                by=here.moderator,
                community=here.community,
            )

        take_out(21, 40, "Oars")
    at = here.url(f"/forums/t/{thread.slug}/")
    for reader in (None, here.ambassador):
        page = here.sign_in(reader).get(at, {"page": "2"}).content.decode()
        assert "20 posts are now in another thread" in page
    with here.scope():
        take_out(41, 45, "Ropes")
    answer = here.sign_in(None).get(at, {"page": "3"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{at}#p-20")


def test_a_long_thread_has_a_summary(here: Cast) -> None:
    with here.scope():
        short = make_thread(here.forum, by=here.member, replies=2)
        thread = make_thread(here.forum, by=here.member, kind="question", replies=39)
        answer, liked = Post.objects.filter(thread=thread, position__in=(7, 12)).order_by("position")
        accept_answer(thread, post=answer, by=here.member)
        Post.objects.filter(pk=liked.pk).update(
            reaction_count=3, body_html='<p>As <a href="https://example.org/knots">here</a>.</p>'
        )
    client = here.sign_in(None)
    assert client.get(here.url(f"/t/{short.slug}/summary/")).status_code == 404
    path = here.url(f"/t/{thread.slug}/summary/")
    assert path in client.get(here.url(f"/forums/t/{thread.slug}/")).content.decode()
    page = client.get(path).content.decode()
    assert page.index(f"/p/{answer.public_id}/") < page.index(f"/p/{liked.public_id}/")
    assert "Accepted answer" in page
    assert "example.org/knots" in page
    assert "Who takes part" in page
