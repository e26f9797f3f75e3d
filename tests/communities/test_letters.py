"""Folding in Python and in SQL is one concept: what one stores, the other must find."""

from __future__ import annotations

import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from communities.letters import fold, fold_character, plain, slug_of

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
        # Halves of foreign words would be worse than none.
        ("Привет мир", ""),
        ("_a_", "a"),
    ],
)
def test_addresses_are_spelled_without_marks(title: str, slug: str) -> None:
    assert slug_of(title) == slug
    assert plain(title) == plain(plain(title))


def test_an_address_ends_with_a_word() -> None:
    assert slug_of("one two three", 8) == "one-two"
