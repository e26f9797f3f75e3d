"""Folding in Python and in SQL is one concept: what one stores, the other must find."""

from __future__ import annotations

import pytest
from django.db import connection

from communities.models import fold

pytestmark = pytest.mark.django_db

WORDS = [
    "Crème brûlée à l’huile d’olive",
    "ŒUVRE, œuf, Æther, ægir, Straße, STRASSE",
    "Ǆ ǆ İstanbul ÅNGSTRÖM Å ﬁn ﬀ ½ Ⅷ ²",
    "ʼtwas ’twas 'twas “quoted” « cité »",
    "Ελληνικά ΣΊΣΥΦΟΣ Ёлка Й 한국어 がぎぐ Việt Nam Łódź",
    "e\u0301 E\u0301 n\u0303 a\u0308\u0301",
    "no-break\u00a0space, thin\u202fspace, soft\u00adhyphen",
    "",
]


@pytest.mark.parametrize("words", WORDS)
def test_python_folds_as_the_database_does(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select public.f_unaccent(%s)", [words])
        assert fold(words) == cursor.fetchone()[0]


def test_every_letter_of_europe_folds_alike() -> None:
    letters = "".join(chr(code) for code in range(0x20, 0x250))
    with connection.cursor() as cursor:
        cursor.execute(
            "select letter, public.f_unaccent(letter) from unnest(%s::text[]) as letter", [list(letters)]
        )
        different = [(letter, fold(letter), folded) for letter, folded in cursor if fold(letter) != folded]
    assert different == []
