"""Writing in the forum: threads, replies, answers, and what happens when something is in the way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from communities.content import services
from communities.content.models import Post, State, Subscription, Thread
from communities.exceptions import NotAllowed
from communities.forums import services as forum_services
from communities.forums.exceptions import AlreadySolved
from communities.forums.models import Question
from communities.memory import forget_all
from communities.models import Membership
from communities.signals import answer_accepted, screening
from tests.conftest import Cast
from tests.factories import make_reply, make_thread

Queries = Callable[..., Any]


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.member, title="Halyard slipping", kind="question")


@pytest.fixture
def held() -> Iterator[None]:
    """Screening that holds everything."""

    def hold(verdict: Any, **_rest: Any) -> None:
        verdict.hold("for the test")

    screening.connect(hold)
    yield
    screening.disconnect(hold)


def path_of(thread: Thread) -> str:
    return f"/forums/t/{thread.slug}/"


def fields(text: str, **more: Any) -> dict[str, Any]:
    return {"body": text, "body_format": "markdown", "submission": str(uuid.uuid4()), "follow": "on", **more}


def posts_of(here: Cast, thread: Thread) -> list[Post]:
    with here.scope():
        return list(Post.objects.filter(thread_id=thread.pk).order_by("id"))


def test_a_reply_stands_at_the_end(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.ambassador)
    response = client.post(here.url(f"{path_of(thread)}reply/"), fields("It is the **rope**."))
    assert response.status_code == 302
    assert response.headers["Location"] == here.url(f"{path_of(thread)}#p-2")
    post = posts_of(here, thread)[-1]
    assert (post.position, post.body_html) == (2, "<p>It is the <strong>rope</strong>.</p>")
    assert "It is the <strong>rope</strong>." in client.get(here.url(path_of(thread))).content.decode()
    with here.scope():
        assert Subscription.objects.following().filter(thread=thread, membership=here.ambassador).exists()


def test_a_reply_costs_few_queries(here: Cast, thread: Thread, queries: Queries) -> None:
    client = here.sign_in(here.ambassador)
    client.post(here.url(f"{path_of(thread)}reply/"), fields("First."))
    with queries(most=12):
        client.post(here.url(f"{path_of(thread)}reply/"), fields("Second."))
    assert [post.position for post in posts_of(here, thread)] == [1, 2, 3]


def test_the_same_submission_twice_is_one_post(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.ambassador)
    data = fields("Only once.")
    first = client.post(here.url(f"{path_of(thread)}reply/"), data)
    second = client.post(here.url(f"{path_of(thread)}reply/"), data)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(posts_of(here, thread)) == 2


@pytest.mark.parametrize("text", ["", "   \n ", "\x00", "x" * 100_001])
def test_what_cannot_be_posted_comes_back(here: Cast, thread: Thread, text: str) -> None:
    response = here.sign_in(here.ambassador).post(here.url(f"{path_of(thread)}reply/"), fields(text))
    assert response.status_code == 422
    assert b"<textarea" in response.content
    assert text.strip("\x00 \n")[:200] in response.content.decode()
    assert len(posts_of(here, thread)) == 1


@pytest.mark.parametrize(
    "data", [{}, {"body": "x", "submission": "garbage"}, {"body": "x", "body_format": "pdf"}]
)
def test_broken_forms_are_no_failure(here: Cast, thread: Thread, data: dict[str, str]) -> None:
    response = here.sign_in(here.ambassador).post(here.url(f"{path_of(thread)}reply/"), data)
    assert response.status_code == 422


def test_a_locked_thread_keeps_what_was_typed(here: Cast, thread: Thread) -> None:
    with here.scope():
        services.lock_thread(thread, by=here.moderator, reason="Settled elsewhere")
    response = here.sign_in(here.ambassador).post(
        here.url(f"{path_of(thread)}reply/"), fields("My long reply")
    )
    html = response.content.decode()
    assert response.status_code == 403
    assert "Settled elsewhere" in html
    assert "My long reply" in html
    assert len(posts_of(here, thread)) == 1
    allowed = here.sign_in(here.moderator).post(here.url(f"{path_of(thread)}reply/"), fields("A last word"))
    assert allowed.status_code == 302


def test_a_reply_outlives_its_session(here: Cast, thread: Thread, client: Client) -> None:
    url = here.url(f"{path_of(thread)}reply/")
    response = client.post(url, fields("Typed before the session ended"))
    assert response.status_code == 302
    assert "next=" in response.headers["Location"]
    assert len(posts_of(here, thread)) == 1
    client.force_login(here.ambassador.member)
    html = client.get(here.url(path_of(thread))).content.decode()
    assert "Typed before the session ended" in html
    client.post(url, fields("Typed before the session ended, posted after"))
    assert (
        "Typed before the session ended</textarea>"
        not in client.get(here.url(path_of(thread))).content.decode()
    )


def test_a_held_reply_is_seen_by_its_author_only(
    here: Cast, thread: Thread, held: None, client: Client
) -> None:
    writer = here.sign_in(here.ambassador)
    response = writer.post(here.url(f"{path_of(thread)}reply/"), fields("canary-held"))
    assert response.status_code == 302
    (post,) = [post for post in posts_of(here, thread) if post.position is None]
    assert post.state == State.PENDING
    page = here.url(path_of(thread))
    assert "canary-held" in writer.get(page).content.decode()
    for other in (client, here.sign_in(here.member), here.sign_in(here.moderator)):
        assert "canary-held" not in other.get(page).content.decode()
    assert client.get(here.url(f"/p/{post.public_id}/")).status_code == 404
    assert here.sign_in(here.member).get(here.url(f"/p/{post.public_id}/")).status_code == 404
    assert "canary-held" in writer.get(here.url("/me/drafts/")).content.decode()
    with here.scope():
        thread.refresh_from_db()
    assert (thread.last_position, thread.reply_count) == (1, 0)


def test_starting_a_question(here: Cast) -> None:
    client = here.sign_in(here.ambassador)
    data = fields("10 mm line.", title="Is it safe?", kind="question", tags="clutches, Dyneema , clutches")
    response = client.post(here.url("/forums/f/rigging/new/"), data)
    assert response.status_code == 302
    assert response.headers["Location"] == here.url("/forums/t/is-it-safe/")
    again = client.post(here.url("/forums/f/rigging/new/"), data)
    assert again.headers["Location"] == response.headers["Location"]
    with here.scope():
        (started,) = Thread.objects.filter(slug__startswith="is-it-safe")
        assert (started.kind, started.state) == ("question", State.PUBLISHED)
        assert sorted(started.tags.values_list("name", flat=True)) == ["Dyneema", "clutches"]


def test_a_held_thread_says_so_to_its_author(here: Cast, held: None, client: Client) -> None:
    writer = here.sign_in(here.ambassador)
    writer.post(here.url("/forums/f/rigging/new/"), fields("canary", title="Held one", kind="topic"))
    html = writer.get(here.url("/forums/t/held-one/")).content.decode()
    assert html.count("Only you can see this for now.") == 1, "said once, at length"
    assert "canary" in html
    for other in (client, here.sign_in(here.member)):
        assert other.get(here.url("/forums/t/held-one/")).status_code == 404
    assert here.sign_in(here.moderator).get(here.url("/forums/t/held-one/")).status_code == 200
    assert "Held one" not in client.get(here.url("/forums/f/rigging/")).content.decode()


def test_a_draft_is_kept_for_its_author(here: Cast, client: Client) -> None:
    writer = here.sign_in(here.ambassador)
    data = fields("Not yet.", title="Half a thought", kind="topic", draft="1")
    assert writer.post(here.url("/forums/f/rigging/new/"), data).headers["Location"] == here.url(
        "/me/drafts/"
    )
    assert "Half a thought" in writer.get(here.url("/me/drafts/")).content.decode()
    assert "Half a thought" not in here.sign_in(here.member).get(here.url("/me/drafts/")).content.decode()
    assert client.get(here.url("/forums/t/half-a-thought/")).status_code == 404


@pytest.mark.parametrize(
    "broken",
    [{"title": ""}, {"title": "x" * 201}, {"kind": "article"}, {"body": ""}, {"tags": "a,b,c,d,e,f,g,h,i"}],
)
def test_an_incomplete_thread_comes_back(here: Cast, broken: dict[str, str]) -> None:
    data = {**fields("Text that stays.", title="Title", kind="topic"), **broken}
    response = here.sign_in(here.ambassador).post(here.url("/forums/f/rigging/new/"), data)
    assert response.status_code == 422
    if data["body"]:
        assert "Text that stays." in response.content.decode()
    with here.scope():
        assert not Thread.objects.exists()


def test_who_may_start(here: Cast, client: Client) -> None:
    url = here.url("/forums/f/rigging/new/")
    assert client.get(url).status_code == 302
    assert here.sign_in(here.member).get(url).status_code == 200
    with here.scope():
        here.forum.posting = "team"
        here.forum.save()
    forget_all()
    assert here.sign_in(here.member).get(url).status_code == 403
    assert here.sign_in(here.member).post(url, fields("x", title="T", kind="topic")).status_code == 403
    assert here.sign_in(here.moderator).get(url).status_code == 200
    assert "rigging/new/" in here.sign_in(here.moderator).get(here.url("/forums/new/"))["Location"]
    assert "No space is open" in here.sign_in(here.member).get(here.url("/forums/new/")).content.decode()


def test_strangers_cannot_write(here: Cast, elsewhere: Cast, thread: Thread, stranger: Any) -> None:
    client = Client()
    client.force_login(stranger)
    outsider = elsewhere.sign_in(elsewhere.owner)
    for visitor in (client, outsider):
        for act in ("reply/", "follow/", "lock/", "read/", "pin/", "unaccept/"):
            response = visitor.post(here.url(f"{path_of(thread)}{act}"), fields("x"))
            assert response.status_code == 302
    assert len(posts_of(here, thread)) == 1
    with here.scope():
        thread.refresh_from_db()
    assert not thread.locked
    assert not thread.pinned


def test_the_question_leads_to_an_answer_further_down(here: Cast, thread: Thread, client: Client) -> None:
    with here.scope():
        make_reply(thread, by=here.ambassador, body="<p>Which clutch?</p>")
        answer = make_reply(thread, by=here.owner, body="<p>Measure the cover.</p>")
    asker = here.sign_in(here.member)
    asker.post(here.url(f"{path_of(thread)}accept/{answer.public_id}/"))
    by_use = client.get(here.url(path_of(thread))).content.decode()
    assert by_use.index('id="p-1"') < by_use.index('id="p-3"') < by_use.index('id="p-2"')
    html = client.get(here.url(f"{path_of(thread)}?order=date")).content.decode()
    link = html.index('class="solution-link"')
    assert html.index('id="p-1"') < link < html.index('id="p-2"')
    assert f'#p-{answer.position}"' in html[link : link + 400]


def test_the_writing_page_offers_the_spaces_open_to_one(here: Cast) -> None:
    def starts(membership: Membership) -> str:
        html = here.sign_in(membership).get(here.url("/me/drafts/")).content.decode()
        return html[html.index('class="starts"') : html.index('id="h-drafts"')]

    with here.scope():
        here.blog.posting = "authors"
        here.blog.save()
    forget_all()
    assert here.url("/forums/f/rigging/new/") in starts(here.member)
    assert here.url(f"/blogs/{here.blog.slug}/new/") not in starts(here.member)
    assert here.url(f"/blogs/{here.blog.slug}/new/") in starts(here.manager)


def test_accepting_an_answer(here: Cast, thread: Thread, client: Client) -> None:
    heard: list[Post] = []

    def hear(post: Post, **_rest: Any) -> None:
        heard.append(post)

    answer_accepted.connect(hear)
    with here.scope():
        first = make_reply(thread, by=here.ambassador, body="<p>Measure the cover.</p>")
        second = make_reply(thread, by=here.owner, body="<p>Buy a new one.</p>")
    asker = here.sign_in(here.member)
    accept = f"{path_of(thread)}accept/"
    assert "Accept this answer" in asker.get(here.url(path_of(thread))).content.decode()
    assert asker.post(here.url(f"{accept}{first.public_id}/")).status_code == 302
    assert asker.post(here.url(f"{accept}{first.public_id}/")).status_code == 302
    assert [post.pk for post in heard] == [first.pk]
    html = client.get(here.url(path_of(thread))).content.decode()
    assert "solution-link" not in html, "no way is needed to what stands next"
    assert 'class="post-accepted post" id="p-2"' in html
    conflict = asker.post(here.url(f"{accept}{second.public_id}/"))
    assert conflict.status_code == 409
    assert "Measure the cover." in conflict.content.decode()
    assert asker.post(here.url(f"{path_of(thread)}unaccept/")).status_code == 302
    with here.scope():
        thread.refresh_from_db()
        assert not thread.solved
        assert Question.objects.get(thread=thread).accepted is None
    answer_accepted.disconnect(hear)


def test_who_may_accept(here: Cast, thread: Thread) -> None:
    with here.scope():
        answer = make_reply(thread, by=here.owner)
        other = make_thread(here.forum, by=here.member, kind="question")
        topic = make_thread(here.forum, by=here.member)
    url = here.url(f"{path_of(thread)}accept/{answer.public_id}/")
    assert here.sign_in(here.ambassador).post(url).status_code == 403
    assert (
        here.sign_in(here.member).post(here.url(f"{path_of(other)}accept/{answer.public_id}/")).status_code
        == 404
    )
    assert (
        here.sign_in(here.member).post(here.url(f"{path_of(thread)}accept/{uuid.uuid4()}/")).status_code
        == 404
    )
    assert here.sign_in(here.member).post(here.url(f"{path_of(thread)}accept/garbage/")).status_code == 404
    with here.scope():
        body = thread.posts.get(position=1)
        with pytest.raises(NotAllowed):
            forum_services.accept_answer(thread, post=body, by=here.member)
        with pytest.raises(NotAllowed):
            forum_services.accept_answer(topic, post=answer, by=here.member)
        assert forum_services.accept_answer(thread, post=answer, by=here.moderator)
        later = make_reply(thread, by=here.ambassador)
        with pytest.raises(AlreadySolved):
            forum_services.accept_answer(thread, post=later, by=here.member)


def test_a_withdrawn_solution_is_not_shown(here: Cast, thread: Thread, client: Client) -> None:
    with here.scope():
        answer = make_reply(thread, by=here.owner, body="<p>canary-answer</p>")
        forum_services.accept_answer(thread, post=answer, by=here.member)
        services.delete_post(answer, by=here.owner)
    html = client.get(here.url(path_of(thread))).content.decode()
    assert "canary-answer" not in html
    assert "solution-link" not in html


@pytest.mark.parametrize(("act", "undo", "field"), [("lock", "unlock", "locked"), ("pin", "unpin", "pinned")])
def test_acts_of_the_team(here: Cast, thread: Thread, act: str, undo: str, field: str) -> None:
    member, moderator = here.sign_in(here.member), here.sign_in(here.moderator)
    for name, wanted in ((act, True), (act, True), (undo, False), (undo, False)):
        assert member.post(here.url(f"{path_of(thread)}{name}/")).status_code == 403
        assert moderator.post(here.url(f"{path_of(thread)}{name}/"), {"reason": "r"}).status_code == 302
        with here.scope():
            thread.refresh_from_db()
        assert bool(getattr(thread, field)) is wanted
    assert moderator.get(here.url(f"{path_of(thread)}{act}/")).status_code == 405


def test_following(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.ambassador)
    for act, follows in (("follow", True), ("follow", True), ("unfollow", False), ("follow", True)):
        assert client.post(here.url(f"{path_of(thread)}{act}/")).status_code == 302
        with here.scope():
            rows = Subscription.objects.following().filter(thread=thread, membership=here.ambassador)
            assert rows.exists() is follows
    for act, follows in (("follow", True), ("unfollow", False)):
        assert client.post(here.url(f"/forums/f/rigging/{act}/")).status_code == 302
        with here.scope():
            assert (
                Subscription.objects.filter(space=here.forum, membership=here.ambassador).exists() is follows
            )


def test_title_and_tags_are_edited_by_author_and_team(here: Cast, thread: Thread) -> None:
    url = here.url(f"{path_of(thread)}edit/")
    assert here.sign_in(here.ambassador).get(url).status_code == 403
    client = here.sign_in(here.member)
    assert "Halyard slipping" in client.get(url).content.decode()
    assert client.post(url, {"title": "", "tags": ""}).status_code == 422
    response = client.post(url, {"title": "Clutch or rope", "tags": "rope"})
    assert response.headers["Location"] == here.url("/forums/t/clutch-or-rope/")
    assert client.get(here.url(path_of(thread))).status_code == 301


def test_quoting_without_scripts(here: Cast, thread: Thread) -> None:
    with here.scope():
        post = make_reply(thread, by=here.owner, body="<p>Mark it with tape.</p>")
        other = make_reply(make_thread(here.forum), body="<p>elsewhere-canary</p>")
    client = here.sign_in(here.ambassador)
    html = client.get(here.url(f"{path_of(thread)}?quote={post.pk}")).content.decode()
    assert "&gt; Mark it with tape." in html
    for bad in ("garbage", str(uuid.uuid4()), str(other.public_id), "%00"):
        html = client.get(here.url(f"{path_of(thread)}?quote={bad}")).content.decode()
        assert "elsewhere-canary" not in html
        assert "&gt; @" not in html
