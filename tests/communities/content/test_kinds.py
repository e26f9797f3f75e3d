"""What a declaration of a kind must be, and what is read from those that there are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from communities.content.kinds import (
    KINDS,
    THREAD_KINDS,
    Kind,
    ThreadKind,
    asking_url,
    open_kinds,
    register_kind,
    threads_named,
)
from communities.content.models import Space, Thread
from communities.launch.features import FEATURES, Feature, features_that_hold
from communities.launch.gauges import GAUGES
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


class RuneKind(Kind):
    name, label, label_many = "runes", "Runes", "Runes"
    features = (Feature("runes", "Runes"),)
    thread_kinds = (ThreadKind("rune", "Rune"),)
    path, urls = "runes", "tests.kinds.notes.urls"
    threads_name, threads_label = "runes", "Runes"


def test_each_kind_says_what_must_be_said() -> None:
    for kind in KINDS:
        assert len(kind.name) <= Space._meta.get_field("kind").max_length
        assert kind.feature in FEATURES
        assert all(len(one.name) <= Thread._meta.get_field("kind").max_length for one in kind.thread_kinds)
        assert all(not one.feature or one.feature in FEATURES for one in kind.thread_kinds)
        assert set(kind.imports.values()) | set(kind.demo_threads.values()) <= set(kind.thread_names)
        assert set(kind.demo_parts.values()) <= {feature.name for feature in kind.features}


def test_words_of_addresses_mean_one_thing() -> None:
    class Tagged(RuneKind):
        threads_name = "tags"

    class SecondBlog(RuneKind):
        path = "blogs"

    for kind in (Tagged(), SecondBlog()):
        with pytest.raises(ValueError, match="something else in addresses"):
            register_kind(kind)
    assert "runes" not in KINDS
    assert "rune" not in THREAD_KINDS
    assert "runes" not in FEATURES


def test_addresses_of_forum_threads_are_those_of_their_route(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum)
    assert thread.get_absolute_url() == reverse("forums:show-thread", args=[thread.slug])


def test_where_one_begins_is_said_by_the_space(here: Cast) -> None:
    assert (str(here.blog.start_words), here.blog.start_url) == (
        "Write an article",
        "/blogs/journal/new/",
    )
    assert (str(here.forum.start_words), here.forum.start_url) == ("Start a thread", "/forums/f/rigging/new/")
    here.forum.asks = True
    assert str(here.forum.start_words) == "Ask a question"
    assert (here.forum.minimum, here.blog.minimum) == (3, 1)


def test_threads_know_whether_they_ask(here: Cast) -> None:
    with here.scope():
        asked = make_thread(here.forum, by=here.member, kind="question")
        said = make_thread(here.forum, by=here.member)
        assert (asked.asks, said.asks) == (True, False)
        assert list(Thread.objects.unanswered()) == [asked]
        make_reply(asked, by=here.ambassador)
        assert list(Thread.objects.unanswered()) == []
        make_reply(said, by=here.ambassador)
        said.refresh_from_db()
        assert said.answered is False


def test_the_first_text_of_a_thread_is_found_before_and_after_it_is_published(here: Cast) -> None:
    with here.scope():
        draft = make_thread(here.forum, by=here.member, state="draft", body="<p>Not yet.</p>")
        assert (draft.opening().position, draft.opening().thread) == (None, draft)
        thread = make_thread(here.forum, by=here.member, replies=2)
        assert thread.opening().position == 1
        assert str(thread.opening().label) == "Topic"


def test_kinds_are_found_by_what_is_open() -> None:
    assert [kind.name for kind in open_kinds(frozenset({"forums"}))] == ["forum"]
    assert asking_url(frozenset({"forums", "blogs"})) == reverse("forums:list-spaces")
    assert asking_url(frozenset({"blogs"})) == ""
    assert threads_named("articles") == ("article",)
    assert threads_named("everything") == ()


def test_gauges_count_what_features_hold() -> None:
    assert {"blogs", "forums"} <= features_that_hold("texts")
    assert GAUGES["answered_in_a_day"].needs == features_that_hold("answers") == {"forums"}
    assert GAUGES["members"].needs == frozenset()
