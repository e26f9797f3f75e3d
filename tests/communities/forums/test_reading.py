"""Reading the forum: what stands on the pages, for whom, and how many queries it costs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from communities.content import services
from communities.content.models import Post, ReadMarker, Space, State, Thread
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread

Queries = Callable[..., Any]


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.member, title="Halyard slipping", replies=3)


def body_of(client: Client, here: Cast, path: str) -> str:
    response = client.get(here.url(path))
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_the_forum_lists_spaces_threads_and_questions(here: Cast, thread: Thread, client: Client) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member, title="Which clutch?", kind="question")
    html = body_of(client, here, "/forums/")
    assert "Rigging" in html
    assert "Halyard slipping" in html
    assert html.count("Which clutch?") == 2, "in the latest threads and among the unanswered questions"


def test_a_space_says_how_much_is_in_it(here: Cast, client: Client) -> None:
    with here.scope():
        make_thread(here.forum, by=here.member)
        services.pin_thread(make_thread(here.forum, by=here.owner), by=here.owner)
        make_space(slug="quiet", name="Quiet corner", place=9)
    html = body_of(client, here, "/forums/")
    assert "2 threads" in html, "pinned ones count"
    assert html.index("Quiet corner") < html.index("No thread yet: start the first.")


def test_the_header_leads_home_and_names_the_only_blog(here: Cast, client: Client) -> None:
    with here.scope():
        here.blog.name = "Logbook"
        here.blog.save()
    forget_all()
    html = body_of(client, here, "/forums/")
    header = html[html.index('class="nav bar-only"') : html.index("</nav>")]
    assert re.findall(r">([^<>]+)</a>", header) == ["Home", "Logbook", "Forum", "Notes"]
    assert header.count('aria-current="page"') == 1


def test_an_empty_forum_says_what_to_do(here: Cast, client: Client) -> None:
    html = body_of(client, here, "/forums/")
    assert "Nothing here yet: ask the first question." in html
    assert 'content="noindex"' in html


def test_a_space_shows_pinned_threads_first(here: Cast, client: Client) -> None:
    with here.scope():
        pinned = make_thread(here.forum, title="Read this first")
        services.pin_thread(pinned, by=here.moderator)
        make_thread(here.forum, title="Younger thread")
    html = body_of(client, here, "/forums/f/rigging/")
    assert html.index("Read this first") < html.index("Younger thread")
    assert "Pinned" in html


def test_an_empty_space_invites(here: Cast, client: Client) -> None:
    assert "Quiet here. Start with a question." in body_of(client, here, "/forums/f/rigging/")


def test_pages_follow_each_other_both_ways(here: Cast, client: Client) -> None:
    with here.scope():
        for number in range(65):
            make_thread(here.forum, by=here.manager, title=f"Subject {number:03}")
    seen: list[list[str]] = []
    url = here.url("/forums/f/rigging/")
    pages = [url]
    while url:
        html = client.get(url).content.decode()
        seen.append(re.findall(r"Subject \d{3}", html))
        found = re.search(r'<a href="([^"]+)" rel="next"', html)
        url = found[1].replace("&amp;", "&") if found else ""
        pages += [url] if url else []
    assert [len(page) for page in seen] == [30, 30, 5]
    assert sorted(title for page in seen for title in page) == [
        f"Subject {number:03}" for number in range(65)
    ]
    last = client.get(pages[-1])
    assert last.headers["X-Robots-Tag"] == "noindex, follow"
    back = re.search(r'<a href="([^"]+)" rel="prev"', last.content.decode())
    assert back is not None
    before = client.get(back[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"Subject \d{3}", before) == seen[1]


def test_unanswered_shows_waiting_questions_only(here: Cast, client: Client) -> None:
    with here.scope():
        make_thread(here.forum, title="A topic")
        open_one = make_thread(here.forum, by=here.member, title="Open question", kind="question")
        answered = make_thread(here.forum, by=here.member, title="Answered question", kind="question")
        make_reply(answered, by=here.owner)
    html = body_of(client, here, "/forums/f/rigging/?filter=unanswered")
    assert open_one.title in html
    assert answered.title not in html
    assert "A topic" not in html


@pytest.mark.parametrize(
    "query",
    [
        "?after=garbage",
        "?after=1-",
        "?after=99999999999999999-1",
        "?before=%00",
        "?filter=x",
        "?after=é",
        "?page=-1",
    ],
)
def test_broken_addresses_of_a_space_show_its_first_page(
    here: Cast, thread: Thread, client: Client, query: str
) -> None:
    assert "Halyard slipping" in body_of(client, here, f"/forums/f/rigging/{query}")


@pytest.mark.parametrize(
    "query", ["?page=abc", "?page=0", "?page=-3", "?page=1e9", "?page=%00", "?quote=x", "?page="]
)
def test_broken_addresses_of_a_thread_show_its_first_page(here: Cast, thread: Thread, query: str) -> None:
    member = here.sign_in(here.member)
    assert "Halyard slipping" in body_of(member, here, f"{path_of(thread)}{query}")


def test_a_page_beyond_the_end_does_not_exist(here: Cast, thread: Thread, client: Client) -> None:
    assert client.get(here.url(f"{path_of(thread)}?page=2")).status_code == 404
    assert client.get(here.url(f"{path_of(thread)}?page=9999999")).status_code == 404


def path_of(thread: Thread) -> str:
    return f"/forums/t/{thread.slug}/"


def test_a_thread_is_paged_by_position(here: Cast, client: Client) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        for number in range(2, 44):
            make_reply(thread, by=here.member, body=f"<p>Reply {number}</p>")
    second = client.get(here.url(f"{path_of(thread)}?page=2")).content.decode()
    assert [int(n) for n in re.findall(r'id="p-(\d+)"', second)] == list(range(21, 41))
    address = f"{settings.PLATFORM_URL}{here.url(path_of(thread))}?page=2"
    assert f'<link rel="canonical" href="{address}">' in second
    third = client.get(here.url(f"{path_of(thread)}?page=3")).content.decode()
    assert [int(n) for n in re.findall(r'id="p-(\d+)"', third)] == [41, 42, 43]


def test_withdrawn_posts_leave_a_line_and_no_word(here: Cast, thread: Thread, client: Client) -> None:
    with here.scope():
        post = make_reply(thread, by=here.member, body="<p>canary-text</p>")
        services.delete_post(post, by=here.member)
        Post.objects.filter(thread=thread, position=2).update(
            state=State.REMOVED, body_html="<p>removed-text</p>"
        )
        make_reply(thread, by=here.manager)
    html = body_of(client, here, path_of(thread))
    assert "Deleted by its author." in html
    assert "Removed by moderation." in html
    assert "canary-text" not in html
    assert "removed-text" not in html
    own = body_of(here.sign_in(here.member), here, path_of(thread))
    assert "canary-text" in own
    assert "Restore the post" in own
    assert "removed-text" not in own
    assert "removed-text" in body_of(here.sign_in(here.moderator), here, path_of(thread))


def test_what_people_typed_is_escaped(here: Cast, client: Client) -> None:
    attack = "<script>alert(1)</script>"
    with here.scope():
        here.member.display_name = f"N{attack}"
        here.member.place = f"P{attack}"
        here.member.save()
        thread = make_thread(
            here.forum,
            by=here.member,
            title=f"T{attack}",
            tags=[f"g{attack}"],
            kind="question",
            body=f"<p>b{attack}</p>",
        )
    for path in (path_of(thread), "/forums/f/rigging/", "/forums/"):
        html = body_of(client, here, path)
        assert "<script>alert" not in html
        assert "</script>alert" not in html
    html = body_of(client, here, path_of(thread))
    described = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert described is not None
    data = json.loads(described[1])
    assert data["@type"] == "QAPage"
    assert data["mainEntity"]["name"] == f"T{attack}"


def test_other_communities_threads_do_not_exist(here: Cast, elsewhere: Cast, client: Client) -> None:
    with elsewhere.scope():
        make_space(kind="forum", slug="hidden-place", name="Hidden")
        there = make_thread(elsewhere.forum)
    for path in (path_of(there), "/forums/f/hidden-place/"):
        assert client.get(here.url(path)).status_code == 404
        assert here.sign_in(here.owner).get(here.url(path)).status_code == 404


def test_members_spaces_are_for_members(here: Cast, client: Client) -> None:
    with here.scope():
        inside = make_space(kind="forum", slug="inside", name="Inside", audience=Space.Audience.MEMBERS)
        team = make_space(kind="forum", slug="team", name="Team room", audience=Space.Audience.TEAM)
        thread = make_thread(inside, title="Members only")
        secret = make_thread(team, title="Team only")
    assert client.get(here.url("/forums/f/inside/")).status_code == 404
    assert client.get(here.url(path_of(thread))).status_code == 404
    member = here.sign_in(here.member)
    assert member.get(here.url(path_of(thread))).status_code == 200
    assert member.get(here.url(path_of(secret))).status_code == 404
    assert here.sign_in(here.moderator).get(here.url(path_of(secret))).status_code == 200


def test_a_closed_feature_does_not_exist(here: Cast, thread: Thread, client: Client) -> None:
    here.community.open_features = ["blogs"]
    here.community.save()
    forget_all()
    for path in ("/forums/", "/forums/f/rigging/", path_of(thread)):
        assert client.get(here.url(path)).status_code == 404


def test_reading_writes_nothing_and_the_page_marks(here: Cast, thread: Thread) -> None:
    client = here.sign_in(here.ambassador)
    body_of(client, here, path_of(thread))
    with here.scope():
        assert not ReadMarker.objects.filter(membership=here.ambassador).exists()
    for sent, kept in (("3", 3), ("2", 3), ("999999", 4)):
        assert client.post(here.url(f"{path_of(thread)}read/"), {"position": sent}).status_code == 204
        with here.scope():
            marker = ReadMarker.objects.get(membership_id=here.ambassador.pk, thread_id=thread.pk)
        assert marker.position == kept
    for garbage in ("", "abc", "-1", "1e3", "99999999999999"):
        assert client.post(here.url(f"{path_of(thread)}read/"), {"position": garbage}).status_code == 400


def test_unread_posts_stand_below_a_line(here: Cast, thread: Thread) -> None:
    with here.scope():
        services.mark_read(thread, by=here.ambassador, position=2)
    client = here.sign_in(here.ambassador)
    html = body_of(client, here, path_of(thread))
    assert html.index('id="p-2"') < html.index('id="new"') < html.index('id="p-3"')
    assert 'href="#new"' in html
    assert "2 new" in body_of(client, here, "/forums/f/rigging/")
    with here.scope():
        services.mark_read(thread, by=here.ambassador, position=4)
    assert 'id="new"' not in body_of(client, here, path_of(thread))
    assert "dot-new" not in body_of(client, here, "/forums/f/rigging/")


def test_former_addresses_redirect(here: Cast, thread: Thread, client: Client) -> None:
    old = path_of(thread)
    with here.scope():
        services.rename_thread(thread, by=here.member, title="Clutch or rope")
    response = client.get(here.url(old))
    assert response.status_code == 301
    assert response.headers["Location"] == here.url("/forums/t/clutch-or-rope/")
    assert client.get(here.url("/forums/t/never-was/")).status_code == 404


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process remembers the community and its spaces for as long as the test lasts."""
    monkeypatch.setattr("communities.memory.LIFETIME", 3600.0)


def grow(here: Cast, replies: int, threads: int) -> Thread:
    with here.scope():
        thread = make_thread(
            here.forum, by=here.member, title="Growing", kind="question", tags=["one", "two"]
        )
        people = [here.owner, here.manager, here.moderator, here.ambassador]
        for number in range(replies):
            make_reply(thread, by=people[number % 4])
        for number in range(threads):
            make_thread(here.forum, by=people[number % 4], title=f"Filler {number}", tags=["one"])
        services.pin_thread(thread, by=here.owner)
    return thread


@pytest.mark.parametrize(("replies", "threads"), [(20, 30), (60, 70)])
def test_query_budgets_do_not_grow(
    here: Cast, warm: None, queries: Queries, client: Client, replies: int, threads: int
) -> None:
    thread = grow(here, replies, threads)
    member = here.sign_in(here.ambassador)
    with here.scope():
        services.mark_read(thread, by=here.ambassador, position=2)
    page, space = here.url(path_of(thread)), here.url("/forums/f/rigging/")
    for reader in (client, member):
        for url in (page, space, here.url("/forums/")):
            assert reader.get(url).status_code == 200
    with queries(exactly=2):
        client.get(page)
    # What is featured in a space is asked with its threads: docs/decisions/0122-rooms.md.
    with queries(exactly=2):
        client.get(space)
    with queries(exactly=2):
        client.get(here.url("/forums/"))
    with queries(exactly=5):
        member.get(page)
    with queries(exactly=6):
        member.get(space)
    last = thread.page_of(replies + 1)
    with queries(most=3):
        client.get(f"{page}?page={last}")


def test_an_unanswered_thread_stays_within_the_budget(
    here: Cast, warm: None, queries: Queries, client: Client
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
    page = here.url(path_of(thread))
    html = client.get(page).content.decode()
    assert "Nobody has answered yet." in html
    assert "1 person follows this thread." in html
    member = here.sign_in(here.ambassador)
    member.get(page)
    with queries(most=3):
        client.get(page)
    with queries(most=6):
        member.get(page)


def test_a_page_of_twenty_posts_is_light(here: Cast, client: Client) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, body=f"<p>{'word ' * 96}</p>")
        for _number in range(19):
            make_reply(thread, by=here.owner, body=f"<p>{'word ' * 96}</p>")
    assert len(client.get(here.url(path_of(thread))).content) <= 30_000


def test_a_withdrawn_thread_is_gone_for_those_who_could_read_it(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        services.delete_post(thread.posts.get(position=1), by=here.member)
        held = make_thread(here.forum, by=here.member)
        Thread.objects.filter(pk=held.pk).update(state=State.HIDDEN)
    visitor = here.sign_in(None)
    assert visitor.get(here.url(f"/forums/t/{thread.slug}/")).status_code == 410
    assert visitor.get(here.url(f"/forums/t/{held.slug}/")).status_code == 404
    assert visitor.get(here.url("/forums/t/never-was/")).status_code == 404
    assert visitor.get(elsewhere.url(f"/forums/t/{thread.slug}/")).status_code == 404
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(audience="members")
    forget_all()
    assert visitor.get(here.url(f"/forums/t/{thread.slug}/")).status_code == 404
