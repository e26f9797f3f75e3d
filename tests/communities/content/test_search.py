"""Search: what is visible is found in French and English, with and without accents; the rest never."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from communities.content import services
from communities.content.exceptions import SearchTooShort
from communities.content.finding import searching
from communities.content.finding.searching import Filters, Found, search, similar_threads
from communities.content.models import Post, State, Thread
from communities.content.viewers import viewer_for
from communities.memory import forget_all
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_space, make_thread


def found_by(cast: Cast, words: str, *, by: Any = None, **filters: Any) -> Found:
    forget_all()
    return search(cast.community, viewer_for(cast.community, by), words, Filters(**filters))


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Les élèves de l’école", "eleve"),
        ("Les eleves de l'ecole", "élève"),
        ("Généralement, la réunion est prévue", "generalement reunion prevue"),
        ("Un événement près de l’église", "l'eglise"),
        ("L’assemblée générale", "l’assemblée"),
        ("Ma sœur aînée", "soeur"),
        ("CONTESTER UNE AMENDE", "contester amendes"),
    ],
)
def test_french_is_found_with_and_without_accents(here: Cast, written: str, asked: str) -> None:
    with here.scope():
        here.community.language = "fr"
        space = make_space(language="fr")
        make_thread(space, title="Titre", body=f"<p>{written}</p>")
        assert found_by(here, asked).counts["threads"] == 1


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Part BX-4410-S fits", "4410"),
        ("Part BX-4410-S fits", "BX-4410-S"),
        ("Part BX-4410-S fits", "bx-4410"),
        ("See winch_manual.pdf", "winch_manual"),
        ("See winch_manual.pdf", "manual"),
        ("See winch_manual.pdf", "winch_manual.pdf"),
        ("Read https://www.example.org/knots/bowline?x=1 first", "example.org"),
        ("Read https://www.example.org/knots/bowline?x=1 first", "bowline"),
        ("Write to ines.rey@post.example today", "ines.rey"),
        ("Write to ines.rey@post.example today", "post.example"),
        ("The who are loud", "the who"),
        ("To be or not to be", "to be"),
        ("Written in C++ and Qt", "C++"),
        ("Written in C# and more", "C#"),
        ("Written in C++ and Qt", "c qt"),
        ("A .NET library", ".NET"),
        ("Release 5.2.1 is out", "5.2.1"),
        ("Release 5.2.1 is out", "v5.2 or 5.2"),
        ("Либо да/нет, Øyvind-Łukasz", "нет"),
        ("Либо да/нет, Øyvind-Łukasz", "lukasz"),
        ("船", "船"),
    ],
)
def test_what_is_written_with_signs_is_found_by_its_parts(here: Cast, written: str, asked: str) -> None:
    with here.scope():
        make_thread(here.forum, title="A title", body=f"<p>{written}</p>")
        make_thread(here.forum, title=f"Title {written}", body="<p>Body</p>")
        assert found_by(here, asked).counts["threads"] == 2


@pytest.mark.parametrize(
    ("written", "asked"),
    [("C++ and Qt", "C#"), ("BX-99-S and 4410", "BX-4410-S"), ("Only C here", "C++"), ("5.1.2", "5.2.1")],
)
def test_what_is_written_otherwise_is_not_found(here: Cast, written: str, asked: str) -> None:
    with here.scope():
        make_thread(here.forum, title="A title", body=f"<p>{written}</p>")
        assert found_by(here, asked).counts["threads"] == 0


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("The clutch keeps slipping", "clutches slip"),
        ("Don’t cleat it", "don't cleat"),
        ("Café racer", "cafe"),
    ],
)
def test_english_is_found_by_stem(here: Cast, written: str, asked: str) -> None:
    with here.scope():
        make_thread(here.forum, title="A title", body=f"<p>{written}</p>")
        assert found_by(here, asked).counts["threads"] == 1


def test_titles_replies_people_and_tags_are_found_and_marked(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, title="Halyard slipping under load", tags=["halyards"])
        make_reply(thread, body="<p>My own halyard slipped, too.</p>")
        make_membership(handle="hal", display_name="Halyard Smith")
        found = found_by(here, "halyard", by=here.member)
    assert [part.text for part in found.hits["threads"][0].title if part.is_match] == ["Halyard"]
    assert [part.text for part in found.hits["posts"][0].extract if part.is_match] == ["halyard"]
    assert [person.handle for person in found.people] == ["hal"]
    assert [tag.name for tag in found.tags] == ["halyards"]
    assert found.hits["posts"][0].url.endswith("#p-2")


def test_what_is_not_visible_is_never_found(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        make_thread(elsewhere.forum, title="Quokkas", body="<p>quokka elsewhere</p>")
    with here.scope():
        team = make_space(audience="team")
        make_thread(team, title="Quokka team")
        make_thread(here.forum, title="Quokka draft", state=State.DRAFT)
        hidden = make_thread(here.forum, title="Quokka hidden")
        Thread.objects.filter(pk=hidden.pk).update(state=State.HIDDEN)
        public = make_thread(here.forum, title="Public")
        reply = make_reply(public, by=here.member, body="<p>quokka reply</p>")
        services.delete_post(Post.objects.get(pk=reply.pk), by=here.member)
        assert found_by(here, "quokka", by=here.member).total == 0
        assert found_by(here, "quokka", by=here.manager).counts["threads"] == 1, (
            "the team reads its own space"
        )


def test_the_search_functions_answer_nothing_outside_a_scope(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, title="Quokka")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from search_posts('quokka', array['en'], null, 10)")
        assert cursor.fetchone() == (0,)
        cursor.execute("select count(*) from search_titles('quokka', array['en'], 10)")
        assert cursor.fetchone() == (0,)


def test_filters_narrow_down(here: Cast) -> None:
    with here.scope():
        other = make_space(slug="deck")
        question = make_thread(here.forum, by=here.member, kind="question", title="Winch question")
        make_thread(other, title="Winch on deck")
        assert found_by(here, "winch").counts["threads"] == 2
        assert found_by(here, "winch", space="deck").counts["threads"] == 1
        assert found_by(here, "winch", state="unanswered").counts["threads"] == 1
        assert found_by(here, "winch", by=here.member, written="month").counts["threads"] == 2
        # Closed, because it was asked before: nobody waits for an answer there.
        Thread.objects.filter(pk=question.pk).update(is_double=True)
        assert found_by(here, "winch", state="unanswered").counts["threads"] == 0
        Thread.objects.filter(pk=question.pk).update(is_double=False)
        make_reply(question)
        assert found_by(here, "winch", state="unanswered").counts["threads"] == 0


def test_a_common_word_is_answered_from_the_newest(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with here.scope():
        thread = make_thread(here.forum)
        for number in range(25):
            make_reply(thread, by=here.member, body=f"<p>common word {number}</p>")
        found = found_by(here, "common", tab="posts")
        # Whoever has no older posts is not told to look for them.
        assert not found.is_common
        assert len(found.hits["posts"]) == 20
        assert found.counts["posts"] == 25
        monkeypatch.setattr(searching, "LOOKED_AT_FIRST", 25)
        assert found_by(here, "common", tab="posts").is_common
        assert not found_by(here, "quokka", tab="posts").is_common


@pytest.mark.parametrize("words", ["a", "", " ", "\x00"])
def test_one_letter_is_too_short(here: Cast, words: str) -> None:
    with here.scope(), pytest.raises(SearchTooShort):
        found_by(here, words)


@pytest.mark.parametrize(
    "words",
    ["'; drop table content_post; --", '"unclosed', "a & | ! b", "-only", "🛟 life", "%%% \\", "x" * 500],
)
def test_any_words_are_a_search(here: Cast, words: str) -> None:
    client = here.sign_in(None)
    response = client.get(here.url("/search/"), {"q": words, "page": "x", "tab": "y", "space": "\x00"})
    assert response.status_code == 200


def test_the_page_costs_the_same_with_more_content(here: Cast, queries: Callable[..., Any]) -> None:
    with here.scope():
        for _number in range(3):
            make_thread(here.forum, title="Sheets and halyards", replies=1)
    client = here.sign_in(None)
    client.get(here.url("/search/?q=sheets"))
    with queries(most=9):
        assert b"Sheets" in client.get(here.url("/search/?q=sheets")).content
    with here.scope():
        for _number in range(12):
            make_thread(here.forum, title="More sheets", replies=2)
    with queries(most=9):
        client.get(here.url("/search/?q=sheets"))


def test_similar_threads_share_the_longest_words(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, title="Replacing a rope clutch without lifting the lining")
        make_thread(here.forum, title="Something else")
        titles = [
            t.title
            for t in similar_threads(here.community, viewer_for(here.community, None), "my rope clutch")
        ]
    assert titles == ["Replacing a rope clutch without lifting the lining"]


def test_people_are_shown_to_members_only(here: Cast) -> None:
    with here.scope():
        make_membership(handle="quokka", display_name="Quokka Smith")
        assert found_by(here, "quokka").people == []
        assert len(found_by(here, "quokka", by=here.member).people) == 1


def test_kinds_without_a_hit_have_no_view(here: Cast) -> None:
    with here.scope():
        make_thread(here.forum, title="Sheets and halyards")
    client = here.sign_in(None)
    shown = [tab["label"] for tab in client.get(here.url("/search/?q=halyards")).context["tabs"]]
    assert shown == ["All", "Threads"]
    asked = [tab["label"] for tab in client.get(here.url("/search/?q=halyards&tab=posts")).context["tabs"]]
    assert "Posts" in asked, "the view that was asked for says that it is empty"
