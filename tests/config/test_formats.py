"""Days as people say them."""

from __future__ import annotations

import datetime

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import date_format


@pytest.mark.parametrize(
    ("language", "day", "said"),
    [
        ("fr", 1, "1er mai 2026"),
        ("fr-tu", 1, "1er mai 2026"),
        ("fr", 2, "2 mai 2026"),
        ("fr", 21, "21 mai 2026"),
        ("en", 1, "1 May 2026"),
    ],
)
def test_the_first_day_of_a_month_has_a_name(language: str, day: int, said: str) -> None:
    moment = datetime.date(2026, 5, day)
    with translation.override(language):
        assert date_format(moment) == said
        assert Template("{{ day|date }}").render(Context({"day": moment})) == said
        assert date_format(moment, "j F") == said.removesuffix(" 2026")
