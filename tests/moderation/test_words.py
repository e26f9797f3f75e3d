"""Watch words: found however they are dressed up, never where they are not, and quickly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.exceptions import ContentError
from communities.content.models import Thread
from communities.content.services.verdicts import writing_history
from communities.content.text.extracts import said_in
from communities.memory import forget_all
from communities.models import Membership
from moderation import services
from moderation.exceptions import ModerationError, TextRefused
from moderation.models import Case, WatchWord
from moderation.words import find_words, fold_text, key_of, mask_words, watch
from tests.conftest import Cast
from tests.factories import make_reply, make_thread
from tests.growth import grows_evenly
from tests.moderation.acts import case_of, edit, fresh


def found(text: str, *words: str) -> list[str]:
    watched = [watch(word, "hold") for word in words]
    return [text[hit.start : hit.end] for hit in find_words(text, watched)]


@pytest.mark.parametrize(
    "hidden",
    [
        '<p><a href="http://bad.example/x">cheap ropes</a></p>',
        '<p><a href="https://shop.example/go?to=http%3A%2F%2Fbad.example%2F">cheap ropes</a></p>',
        '<p><a href="https://shop.example/%2562%2561%2564.example">cheap ropes</a></p>',
        '<p><a href="https://BAD.example/">cheap ropes</a></p>',
        '<p><a href="https://xn--bd-yia.example/">cheap ropes</a></p>',
        '<p><img src="https://www.bad.example/a.png" alt="ropes"></p>',
        '<p><a href="mailto:me@bad.example">write</a></p>',
        '<blockquote cite="https://bad.example/"><p>ropes</p></blockquote>',
    ],
)
def test_a_word_is_found_where_a_link_leads(hidden: str) -> None:
    assert found(said_in(hidden), "bad.example")
    assert not found(said_in(hidden), "worse.example")


@pytest.mark.parametrize("action", ["hold", "mask", "block"])
def test_a_link_to_a_watched_place_does_not_pass(here: Cast, action: str) -> None:
    with here.scope():
        services.add_watch_word(word="bad.example", by=here.manager, action=action)
        forget_all()
        body = "[cheap ropes](http://bad.example/x)"
        if action == "block":
            with pytest.raises(TextRefused):
                make_thread(here.forum, by=here.member, body=body, body_format="markdown")
        else:
            thread = make_thread(here.forum, by=here.member, body=body, body_format="markdown")
            assert thread.state == "pending"


@pytest.mark.parametrize(
    "dressed",
    [
        "escroc", "ESCROC", "éscröc", "e\u0301scroc", "esc\u200broc", "escr\u043ec", "еѕсrос", "3scr0c", "e\u00adscroc",
        "ｅｓｃｒｏｃ", "𝐞𝐬𝐜𝐫𝐨𝐜", "(escroc)", "«escroc»", "escroc.",
    ],
)  # fmt: skip
def test_a_word_is_found_however_it_is_dressed_up(dressed: str) -> None:
    assert len(found(f"Quel {dressed} celui-là", "escroc")) == 1


@pytest.mark.parametrize(
    "text", ["escroquerie", "descroc", "escrocs", "es croc", "1234567", "", "e s c r o c"]
)
def test_it_is_not_found_inside_other_words(text: str) -> None:
    assert found(text, "escroc") == []


def test_a_star_stands_for_letters() -> None:
    assert found("escroquerie, escrocs, croc", "escro*") == ["escroquerie", "escrocs"]
    assert found("buy   now, buy nowadays", "buy now*") == ["buy   now", "buy nowadays"]


def test_a_pattern_is_only_a_word() -> None:
    assert found("aaaa (a+)+$ x", "(a+)+$") == ["(a+)+$"]
    assert found("anything", ".*") == []


def test_figures_alone_stay_figures() -> None:
    assert found("call 1054 now", "iosa") == []
    assert found("rule 34", "34") == ["34"]


def test_masking_leaves_tags_alone() -> None:
    masks = [watch("scam", "mask")]
    html = '<p class="scam">A <a href="/scam">scam</a> &amp; a Sçám.</p>'
    assert mask_words(html, masks) == '<p class="scam">A <a href="/scam">•••</a> &amp; a •••.</p>'


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_folding_keeps_places(text: str) -> None:
    folded = fold_text(text)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
    assert all(0 <= place < max(len(text), 1) for place in folded.places)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100), st.text(min_size=2, max_size=20))
def test_nothing_that_is_typed_breaks_the_search(text: str, word: str) -> None:
    if key_of(word):
        watched = watch(word, "mask")
        find_words(text, [watched])
        assert isinstance(mask_words(f"<p>{text}</p>", [watched]), str)


def test_a_long_text_and_many_words_are_quick() -> None:
    watched = [watch(f"word{number}*a*", "hold") for number in range(200)]

    def find(size: int) -> None:
        find_words("word1 " + "a" * (size // 5) + " lorem ipsum dolor " * size, watched)

    assert grows_evenly(find, 1_000)


def add(here: Cast, word: str, action: str) -> None:
    services.add_watch_word(by=here.manager, word=word, action=action)
    forget_all()


def test_a_held_word_holds_anybodys_text_and_says_why(here: Cast) -> None:
    with here.scope():
        add(here, "escroc", "hold")
        post = make_reply(
            make_thread(here.forum, by=here.manager), by=here.member, body="<p>Un <b>ESCRÖC</b> !</p>"
        )
        assert post.state == "pending"
        assert case_of(post).reasons == ["word:escroc"]


def test_a_refused_word_refuses_and_names_no_word(here: Cast) -> None:
    with here.scope():
        add(here, "escroc", "block")
        thread = make_thread(here.forum, by=here.manager)
        with pytest.raises(ContentError) as refusal:
            make_reply(thread, by=here.member, body="<p>Un escroc.</p>")
        assert "escroc" not in str(refusal.value)
    client = here.sign_in(here.member)
    answer = client.post(
        here.url(f"/forums/t/{thread.slug}/reply/"),
        {"body": "<p>Un escroc, mes mots.</p>", "body_format": "html"},
    )
    assert answer.status_code == 422
    assert "mes mots" in answer.content.decode(), "nothing typed is lost"
    answer = client.post(
        here.url("/forums/f/rigging/new/"),
        {"title": "Un escroc", "body": "<p>Mots.</p>", "body_format": "html"},
    )
    assert answer.status_code == 422


def test_a_masked_word_never_reaches_a_reader(here: Cast) -> None:
    with here.scope():
        add(here, "escroc", "mask")
        post = make_reply(
            make_thread(here.forum, by=here.manager), by=here.member, body="<p>Un escroc ici.</p>"
        )
        assert fresh(post).body_html == "<p>Un ••• ici.</p>"
        edit(post, "<p>Deux escroc là.</p>")
        assert "escroc" not in fresh(post).body_html
        thread = make_thread(here.forum, by=here.member, title="Un escroc au port")
        assert thread.state == "pending", "its address says the word"


def test_a_reported_word_publishes_and_opens_a_case(here: Cast) -> None:
    with here.scope():
        add(here, "escroc", "report")
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body="<p>Un escroc.</p>")
        assert post.is_published
        assert (case_of(post).kind, case_of(post).severity) == ("look", 2)


def test_the_words_of_one_place_are_nobody_elses(here: Cast, elsewhere: Cast) -> None:
    with here.scope():
        add(here, "escroc", "hold")
    with elsewhere.scope():
        thread = make_thread(elsewhere.forum, by=elsewhere.manager)
        assert make_reply(thread, by=elsewhere.member, body="<p>Un escroc.</p>").is_published


def test_one_word_stands_once(here: Cast) -> None:
    with here.scope():
        add(here, "Éscroc", "hold")
        add(here, "escroc ", "block")
        assert WatchWord.objects.get().action == "block"
        for nothing in ("", "*", "a", "* *", "\u200b\u200b"):
            with pytest.raises(ModerationError):
                services.add_watch_word(by=here.manager, word=nothing, action="hold")


def test_what_came_from_elsewhere_is_not_screened(here: Cast) -> None:
    with here.scope():
        add(here, "escroc", "hold")
        with writing_history():
            thread: Thread = make_thread(here.forum, by=here.member, body="<p>Un escroc.</p>")
        assert thread.is_published
        assert not Case.objects.exists()
        assert Membership.objects.get(pk=here.member.pk).can_write
