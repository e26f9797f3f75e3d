"""In which order the threads of a space stand, what a new one begins with, and what is said of old answers."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.utils import timezone

from communities.content.models import Post, Space, Thread
from communities.content.services import react_to_post
from communities.forums.services import accept_answer
from communities.journal.models import Change
from communities.journal.services import undo
from communities.memory import forget_all
from tests.communities.events.making import make_calendar, make_event
from tests.communities.ideas.making import make_box, make_idea
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


def page(here: Cast, query: str = "") -> str:
    return here.sign_in(None).get(here.url(f"/forums/f/{here.forum.slug}/{query}")).content.decode()


def order(html: str) -> list[str]:
    return re.findall(r"(First|Second|Third) thread</a>", html)


@pytest.fixture
def three(here: Cast) -> list[Thread]:
    """The first was answered last, the second has the most reactions, the third is the newest."""
    with here.scope():
        threads = [
            make_thread(here.forum, by=here.member, title=f"{n} thread") for n in ("First", "Second", "Third")
        ]
        for number, thread in enumerate(threads):
            at = timezone.now() - datetime.timedelta(hours=9 - number)
            Thread.objects.filter(pk=thread.pk).update(published_at=at, last_activity_at=at)
        for person in (here.owner, here.manager):
            react_to_post(threads[1].opening(), by=person, kind="useful")
        react_to_post(threads[0].opening(), by=here.owner, kind="useful")
        make_reply(threads[0], by=here.owner)
    return threads


def test_readers_choose_the_order(here: Cast, three: list[Thread]) -> None:
    assert order(page(here)) == ["First", "Third", "Second"]
    assert order(page(here, "?order=new")) == ["Third", "Second", "First"]
    top = page(here, "?order=top")
    assert order(top) == ["Second", "First"]
    assert "The 300 newest threads" in top
    assert order(page(here, "?order=nonsense")) == ["First", "Third", "Second"]


def test_the_manager_says_which_comes_first(here: Cast, three: list[Thread]) -> None:
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(settings={"order": "new"})
    forget_all()
    html = page(here)
    assert order(html) == ["Third", "Second", "First"]
    current = re.search(r'<a href="([^"]*)" aria-current="page">New</a>', html)
    assert current is not None
    assert current[1] == here.url(f"/forums/f/{here.forum.slug}/")
    assert order(page(here, "?order=activity")) == ["First", "Third", "Second"]


def test_pages_of_an_order_keep_it(here: Cast, three: list[Thread], monkeypatch: Any) -> None:
    with here.scope():
        for number in range(31):
            make_thread(here.forum, by=here.member, title=f"More {number}")
    html = page(here, "?order=new")
    older = re.search(r"\?order=new&amp;after=([\d-]+)", html)
    assert older is not None
    assert order(page(here, f"?order=new&after={older[1]}")) == ["Third", "Second", "First"]


def test_a_new_thread_begins_as_its_space_says(here: Cast) -> None:
    client, start = here.sign_in(here.manager), here.url(f"/forums/f/{here.forum.slug}/new/")
    edit = here.url(f"/manage/spaces/{here.forum.pk}/edit/")
    shown = client.get(edit).content.decode()
    said = dict(re.findall(r'name="(version|name|slug|minimum)"[^>]*value="([^"]*)"', shown))
    words = "**Boat:** \n\n**What I tried:** "
    sent = {
        **said,
        "audience": "public",
        "posting": "members",
        "replying": "members",
        "mode": "",
        "order": "activity",
        "starts": ["topic", "question"],
        "template": words,
    }
    assert client.post(edit, sent).status_code == 302
    html = here.sign_in(here.member).get(start).content.decode()
    assert "**Boat:**" in html
    # What was typed and refused comes back as it was typed.
    refused = here.sign_in(here.member).post(start, {"title": "", "body": "Mine", "kind": "topic"})
    assert "**Boat:**" not in refused.content.decode()
    # The journal tells of it, and takes it back.
    journal = here.sign_in(here.owner).get(here.url("/manage/journal/")).content.decode()
    assert "Begin texts with" in journal
    with here.scope():
        undo(Change.objects.get(act="edit_space"), by=here.owner)
        assert Space.objects.get(pk=here.forum.pk).template == ""


def test_an_old_answer_is_said_to_be_old(here: Cast) -> None:
    with here.scope():
        question = make_thread(here.forum, by=here.member, kind="question")
        answer = make_reply(question, by=here.owner)
        accept_answer(question, post=answer, by=here.member)
    path = here.url(f"/forums/t/{question.slug}/")
    said = "The accepted answer is more than a year old."
    assert said not in here.sign_in(here.member).get(path).content.decode()
    with here.scope():
        long_ago = timezone.now() - datetime.timedelta(days=366)
        Post.objects.filter(pk=answer.pk).update(published_at=long_ago)
    assert said in here.sign_in(None).get(path).content.decode()
    html = here.sign_in(here.member).get(path).content.decode()
    assert "say so in a reply" in html
    with here.scope():
        Post.objects.filter(pk=answer.pk).update(edited_at=timezone.now())
    assert said not in here.sign_in(here.member).get(path).content.decode()


def test_one_reply_in_so_many_minutes(here: Cast) -> None:
    with here.scope():
        thread, other = (make_thread(here.forum, by=here.owner) for _number in range(2))
        Space.objects.filter(pk=here.forum.pk).update(settings={"slow_minutes": 10})
    forget_all()
    member, path = here.sign_in(here.member), here.url(f"/forums/t/{thread.slug}/")

    def reply(body: str, to: str = path, by: Any = member) -> Any:
        return by.post(f"{to}reply/", {"body": body, "body_format": "markdown"})

    assert "Here everybody replies once in 10 minutes." in member.get(path).content.decode()
    # What is refused for another reason takes no turn.
    assert reply("").status_code == 422
    assert reply("Once.").status_code == 302
    again = reply("Twice.")
    assert again.status_code == 429
    assert "Here everybody replies once in 10 minutes." in again.content.decode()
    assert "Twice." in again.content.decode()
    assert reply("Elsewhere.", here.url(f"/forums/t/{other.slug}/")).status_code == 302
    for words in ("One.", "Two."):
        assert reply(words, by=here.sign_in(here.moderator)).status_code == 302
    with here.scope():
        Space.objects.filter(pk=here.forum.pk).update(settings={})
    forget_all()
    assert reply("At once.").status_code == 302
    # Whatever kind of text people reply to.
    with here.scope():
        paths = [make_idea(make_box(here), here.owner), make_event(here, make_calendar()).thread]
        Space.objects.update(settings={"slow_minutes": 10})
    forget_all()
    for one in paths:
        assert (
            "Here everybody replies once in 10 minutes." in member.get(here.url(one.get_absolute_url())).text
        )
