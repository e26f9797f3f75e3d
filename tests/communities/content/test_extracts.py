from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communities.content.text.extracts import excerpt, highlight, opening, plain_text, shorten


def marked(text: str, *words: str, length: int | None = None) -> list[str]:
    return [segment.text for segment in highlight(text, words, length) if segment.is_match]


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("Un élève protégé", "eleve", ["élève"]),
        ("L’Œuvre complète", "oeuvre", ["Œuvre"]),
        ("aujourd’hui", "aujourd'hui", ["aujourd", "hui"]),
        ("two clutches, one clutch", "clutch", ["clutches", "clutch"]),
        ("des chevaux", "cheval", ["chevaux"]),
        ("les licenciements", "licenciement", ["licenciements"]),
        ("sailing and sailed", "sail", ["sailing", "sailed"]),
        ("un bail, des baux", "bail", ["bail"]),
        ("the partition", "part", []),
        ("port et ports, pas porc", "port", ["port", "ports"]),
    ],
)
def test_forms_of_a_word_are_marked(text: str, word: str, found: list[str]) -> None:
    assert marked(text, word) == found


def test_the_best_stretch_is_shown() -> None:
    text = "rope " * 60 + "the halyard slips in its clutch under load " + "deck " * 60
    segments = highlight(text, ["halyard", "clutch"], 80)
    assert [segment.text for segment in segments if segment.is_match] == ["halyard", "clutch"]
    assert segments[0].text == "… "
    assert segments[-1].text == " …"
    assert sum(len(segment.text) for segment in segments) <= 84


@settings(deadline=None)
@given(st.text(), st.lists(st.text(max_size=8), max_size=4))
def test_nothing_is_lost_or_added(text: str, words: list[str]) -> None:
    assert "".join(segment.text for segment in highlight(text, words)) == text


@settings(deadline=None)
@given(st.text(), st.lists(st.text(max_size=8), max_size=4), st.integers(20, 60))
def test_a_stretch_keeps_its_length(text: str, words: list[str], length: int) -> None:
    assert sum(len(segment.text) for segment in highlight(text, words, length)) <= length + 4


def test_plain_text_has_a_line_for_each_block() -> None:
    html = "<h2>A</h2><p>b<br>c <img alt='d'></p><ul><li>e</li></ul>"
    table = "<table><tbody><tr><td>f</td><td>g</td></tr></tbody></table>"
    assert plain_text(html + table) == "A\nb\nc d\ne\nf g"


def test_an_excerpt_leaves_out_what_is_quoted() -> None:
    html = '<blockquote class="cite"><p>theirs</p></blockquote><p>my own words follow here</p>'
    assert excerpt(html, 40) == "my own words follow here"
    assert excerpt(html, 15) == "my own words…"
    assert excerpt('<blockquote class="cite"><p>theirs</p></blockquote>', 15) == "theirs"


def test_shorten_cuts_one_long_word_too() -> None:
    assert shorten("a" * 50, 10) == "a" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "length", "said"),
    [
        ("One. Two. Three.", 9, "One. Two."),
        ("One. Two.\n\nAnother paragraph.", 99, "One. Two."),
        ("A rope of 4.5 mm holds. It does.", 25, "A rope of 4.5 mm holds."),
        ("Rope etc. and blocks. Élan rompu.", 24, "Rope etc. and blocks."),
        ("Qui êtes-vous ? Écrivez.", 99, "Qui êtes-vous ? Écrivez."),
        ("", 20, ""),
    ],
)
def test_an_opening_is_whole_sentences(text: str, length: int, said: str) -> None:
    assert opening(text, length) == said


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(min_value=2, max_value=200))
def test_an_opening_is_never_too_long(text: str, length: int) -> None:
    assert len(opening(text, length)) <= length
