"""Answers in the order of their use, comments apart, and by date; places, marks and permalinks stay what they are."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from communities.content.models import Post, Reaction, ReadMarker, Thread
from communities.content.services import delete_post, react_to_post
from communities.forums.services import accept_answer
from communities.memory import forget_all
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def question(here: Cast) -> Thread:
    """Four answers: 2 nobody liked, 3 one did, 4 is a comment that one did, 5 two did."""
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, kind="question")
        replies = [factories.make_reply(thread, by=here.ambassador) for _number in range(4)]
        Post.objects.filter(pk=replies[2].pk).update(is_comment=True)
        for reply, people in (
            (replies[1], [here.manager]),
            (replies[2], [here.owner]),
            (replies[3], [here.manager, here.owner]),
        ):
            for person in people:
                react_to_post(reply, by=person, kind=Reaction.Kind.USEFUL)
        thread.refresh_from_db()
    return thread


def positions(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<(?:article|div)[^>]* id="p-(\d+)"', page)]


def read(client: Client, here: Cast, thread: Thread, query: str = "") -> str:
    forget_all()
    answer = client.get(here.url(f"/forums/t/{thread.slug}/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_the_most_useful_answer_comes_first_and_comments_last(here: Cast, question: Thread, who: str) -> None:
    client = Client() if who == "visitor" else here.sign_in(here.member)
    page = read(client, here, question)
    assert positions(page) == [1, 5, 3, 2, 4]
    assert page.index("Comments") > page.index('id="p-2"')
    assert f'href="{here.url(f"/forums/t/{question.slug}/")}?order=date#answers"' in page
    with here.scope():
        accept_answer(question, post=Post.objects.get(thread=question, position=2), by=here.member)
    assert positions(read(client, here, question)) == [1, 2, 5, 3, 4]
    by_date = read(client, here, question, "?order=date")
    assert positions(by_date) == [1, 2, 3, 4, 5]
    assert 'id="answers"' in by_date


def test_what_is_new_is_marked_one_by_one_and_the_way_to_it_stays(here: Cast, question: Thread) -> None:
    with here.scope():
        ReadMarker.objects.create(thread=question, membership=here.manager, position=3)
    client = here.sign_in(here.manager)
    page = read(client, here, question)
    assert re.findall(r'unread-line"(?: id="new")?>New[^<]*</p><article[^>]* id="p-(\d)"', page) == ["5", "4"]
    assert page.count('id="new"') == 1
    assert "data-sorted" in page
    assert "data-sorted" not in read(client, here, question, "?order=date")


def test_machines_are_told_of_answers_only(here: Cast, question: Thread) -> None:
    page = read(Client(), here, question)
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    entity = json.loads(found[1])["mainEntity"]
    assert entity["answerCount"] == 3
    assert "acceptedAnswer" not in entity
    url = entity["url"]
    answers = [f"{url}#p-5", f"{url}#p-3", f"{url}#p-2"]
    assert [one["url"] for one in entity["suggestedAnswer"]] == answers, "as the page shows them, no comment"
    with here.scope():
        accept_answer(question, post=Post.objects.get(thread=question, position=3), by=here.member)
    found = re.search(
        r'<script type="application/ld\+json"[^>]*>(.*?)</script>', read(Client(), here, question), re.DOTALL
    )
    assert found is not None
    entity = json.loads(found[1])["mainEntity"]
    assert entity["acceptedAnswer"]["url"] == f"{url}#p-3"
    assert [one["url"] for one in entity["suggestedAnswer"]] == [f"{url}#p-5", f"{url}#p-2"], "each once"
    assert re.search(
        rf'rel="canonical" href="[^"]*/forums/t/{question.slug}/"',
        read(Client(), here, question, "?order=date"),
    )


def test_a_long_question_is_read_by_date_and_by_use_from_page_to_page(here: Cast) -> None:
    """Old permalinks name no page for the first twenty: its plain address stays by date."""
    with here.scope():
        thread = factories.make_thread(here.forum, by=here.member, kind="question")
        replies = [factories.make_reply(thread, by=here.ambassador) for _number in range(44)]
        react_to_post(replies[-1], by=here.manager, kind=Reaction.Kind.USEFUL)
    client = here.sign_in(here.manager)
    assert positions(read(client, here, thread)) == list(range(1, 21))
    seen: list[int] = []
    query = "?order=useful"
    for _page in range(5):
        page = read(client, here, thread, query)
        seen += positions(page)
        assert "data-read=" not in page
        onward = re.search(r'href="(\?order=useful&amp;after=[\d-]+)" rel="next"', page)
        if onward is None:
            break
        query = onward[1].replace("&amp;", "&")
    assert seen == [1, 45, *range(2, 45)]
    assert positions(read(client, here, thread, "?order=useful&after=nonsense")) == seen[:20]


def test_what_is_left_of_a_deleted_answer_is_not_the_most_useful(here: Cast, question: Thread) -> None:
    with here.scope():
        delete_post(Post.objects.get(thread=question, position=5), by=here.ambassador)
    assert positions(read(Client(), here, question))[:3] == [1, 3, 2]


@pytest.mark.parametrize("after", ["2-99999999999-1", "9-9-99999999999", "2-0-3-4", "-1-0-0", "2--0"])
def test_a_broken_cursor_shows_the_first_page(here: Cast, question: Thread, after: str) -> None:
    assert positions(read(Client(), here, question, f"?order=useful&after={after}")) == [1, 5, 3, 2, 4]
