"""Folding in Python and in SQL is one concept: what one stores, the other must find."""

from __future__ import annotations

import re
import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from communities.letters import SlugConverter, fold, fold_character, is_slug, plain, slug_of
from members.signs import cut, first_sign, signs

WORDS = [
    "Crème brûlée à l’huile d’olive",
    "ŒUVRE, œuf, Æther, ægir, Straße, STRASSE",
    "Ǆ ǆ İstanbul ÅNGSTRÖM Å ﬁn ﬀ ½ Ⅷ ²",
    "ʼtwas ’twas 'twas “quoted” « cité »",
    "Ελληνικά ΣΊΣΥΦΟΣ Ёлка Й 한국어 がぎぐ Việt Nam Łódź",
    "e\u0301 E\u0301 n\u0303 a\u0308\u0301",
    "no-break\u00a0space, thin\u202fspace, soft\u00adhyphen",
    "Øyvind Łukasz Đặng Ísafjörður Þingvellir Seiðr ılık",
    "аdmin ΑΒΕ ѕuрроrt Σίσυφος",
    "𝐀 𝚺 ℝ ＡＢＣ ℌ Ⓐ ㏂ ϴ K Å",
    "",
]


@pytest.mark.django_db
@pytest.mark.parametrize("words", WORDS)
def test_python_folds_as_the_database_does(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select public.f_unaccent(%s)", [words])
        assert fold(words) == cursor.fetchone()[0]


@pytest.mark.django_db
def test_every_letter_of_latin_greek_and_cyrillic_folds_as_in_the_database() -> None:
    letters = "".join(chr(code) for code in range(0x20, 0x530))
    with connection.cursor() as cursor:
        cursor.execute(
            "select letter, public.f_unaccent(letter) from unnest(%s::text[]) as letter", [list(letters)]
        )
        different = [(letter, fold(letter), folded) for letter, folded in cursor if fold(letter) != folded]
    assert different == []


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Øyvind", "oyvind"),
        ("Łukasz", "lukasz"),
        ("Đặng", "dang"),
        ("ılık", "ilik"),
        ("Þór", "thor"),
        ("Seiðr", "seidr"),
        ("ΣΊΣΥΦΟΣ", fold("Σίσυφος")),
        ("аdmin", "admin"),
        ("ѕuрроrt", "support"),
        ("L’été", "l'ete"),
    ],
)
def test_what_a_reader_takes_for_the_same_is_the_same(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_is_folding_once_and_sign_by_sign_is_the_same(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    # Up to the order of marks that several scripts hang on one letter, which Unicode sorts within a text.
    by_sign = "".join(fold_character(sign) for sign in text)
    assert unicodedata.normalize("NFD", by_sign) == unicodedata.normalize("NFD", fold(text))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Øl og brød", "ol-og-brod"),
        ("Þingvellir við Öxará", "thingvellir-vid-oxara"),
        ("Où trouver du œuf ?", "ou-trouver-du-oeuf"),
        ("Stroke ‘ß’ — twice", "stroke-ss-twice"),
        ("Привет мир", "привет-мир"),
        ("Ёлка и Чай", "елка-и-чаи"),
        ("Καλημέρα κόσμε", "καλημερα-κοσμε"),
        ("如何修理帆", "如何修理帆"),
        ("がぎぐ 한국어", "がぎぐ-한국어"),
        ("ภาษาไทย ที่นี่", "ภาษาไทย-ที่นี่"),
        ("हिन्दी में", "हिन्दी-में"),
        ("مرحبا بالعالم", "مرحبا-بالعالم"),
        ("Đặng Thị Tiếng Việt", "dang-thi-tieng-viet"),
        ("İSTANBUL ılık", "istanbul-ilik"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ ﬁn", "full-width-fin"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("F# and C", "f-sharp-and-c"),
        (".NET", "dot-net"),
        ("Node.js", "node-js"),
        ("4.5 mm", "4-5-mm"),
        ("R&D", "r-d"),
        ("Wait... #1 (don’t)", "wait-1-dont"),
        ("Vous l’avez dit, s'il vous plaît", "vous-l-avez-dit-s-il-vous-plait"),
        ("It’s Jim’s, aujourd’hui", "its-jims-aujourdhui"),
        ("👍🏽", ""),
        ("❤️", ""),
        ("⛵️ Winter refit 1️⃣", "winter-refit-1"),
        ("_a_", "a"),
    ],
)
def test_addresses_are_spelled_without_marks(title: str, slug: str) -> None:
    assert slug_of(title) == slug, title
    assert plain(title) == plain(plain(title))
    assert slug_of(slug) == slug


@given(st.text(max_size=60), st.integers(1, 20))
def test_whatever_is_written_its_address_is_one(text: str, longest: int) -> None:
    slug = slug_of(text, longest)
    assert slug_of(slug) == slug
    assert not slug or (is_slug(slug) and re.fullmatch(SlugConverter.regex, slug))
    assert len(slug) <= longest


@given(st.text(st.sampled_from("abcxyzøßłабвαβγ中文漢字あがกขคאבجد0123456789"), min_size=1, max_size=12))
def test_no_word_vanishes_from_its_address(word: str) -> None:
    """The oracle: what is left of the letters, each by itself."""
    assert slug_of(word) == "".join(slug_of(letter) for letter in word)


WHOLE = [
    "👨‍👩‍👧‍👦", "👍🏽", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇫🇷", "1️⃣", "🏳️‍🌈", "❤️‍🔥", "e\u0301", "กำ", "ที่", "क्ष", "한", "각",
    "ẫ", "g̈", "\r\n", "👩🏽‍🚀", "नि", "a", "ß", "中", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(WHOLE), max_size=12), st.integers(0, 60))
def test_nothing_a_reader_takes_for_one_sign_is_cut(written: list[str], length: int) -> None:
    """The oracle: the signs that the text was made of, put together again while they fit."""
    # Two flags in a row, or two vowels, are read from the left; apart from those each sign begins anew.
    text = "·".join(written)
    parts = [part for sign in written for part in (sign, "·")][:-1]
    fits = ""
    for part in parts:
        if len(fits) + len(part) > length:
            break
        fits += part
    if fits or not parts:
        assert cut(text, length) == fits
    assert signs(text) == parts


def test_flags_in_a_row_are_pairs() -> None:
    assert signs("🇫🇷🇩🇪🇪🇸") == ["🇫🇷", "🇩🇪", "🇪🇸"]
    assert cut("🇫🇷🇩🇪🇪🇸", 3) == "🇫🇷"
    assert first_sign("👩🏽‍🚀 Ana") == "👩🏽‍🚀"


def test_an_address_ends_with_a_word() -> None:
    assert slug_of("one two three", 8) == "one-two"
