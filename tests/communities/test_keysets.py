"""Cursors of keyset lists: what is written is read, and nothing else is."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.keysets import DAY, MOMENT, NUMBER, Keyset


@dataclass
class Row:
    pk: int
    at: datetime.datetime | None = None
    day: datetime.date | None = None


BY_MOMENT = Keyset(("at", MOMENT), ("pk", NUMBER), size=3)
BY_DAY = Keyset(("day", DAY), ("pk", NUMBER), size=3)
BY_NUMBER = Keyset(("pk", NUMBER), size=3)
MOMENTS = st.datetimes(
    datetime.datetime(1970, 1, 1), datetime.datetime(2200, 1, 1), timezones=st.just(datetime.UTC)
)


@given(at=MOMENTS, pk=st.integers(1, 2**53))
def test_a_place_is_read_as_it_was_written(at: datetime.datetime, pk: int) -> None:
    row = Row(pk, at, at.date())
    assert BY_MOMENT.place(BY_MOMENT.cursor(row)) == (at, pk)
    assert BY_DAY.place(BY_DAY.cursor(row)) == (at.date(), pk)
    assert BY_NUMBER.place(BY_NUMBER.cursor(row)) == (pk,)


@given(text=st.text(max_size=30) | st.from_regex(r"[0-9]{1,25}(-[0-9]{0,25}){0,3}", fullmatch=True))
def test_anything_else_is_the_first_page(text: str) -> None:
    for keyset in (BY_MOMENT, BY_DAY, BY_NUMBER):
        place = keyset.place(text)
        assert place == () or len(place) == len(keyset.fields)
        assert all(part.isascii() for part in text.split("-")) or place == ()


@pytest.mark.parametrize(
    "text",
    ["", "-", "1", "1-", "-1", "1-2-3", "٣-1", "1e3-1", "+1-1", " 1-1", "9" * 19 + "-1", "9" * 18 + "-1"],
)
def test_what_names_no_moment(text: str) -> None:
    assert BY_MOMENT.place(text) == ()


def test_a_day_before_all_days_is_none() -> None:
    assert BY_DAY.place("0-1") == ()


def test_a_page_ends_where_the_next_begins() -> None:
    rows = [Row(pk) for pk in (9, 7, 5, 3)]
    page = BY_NUMBER.page(rows)
    assert [row.pk for row in page.rows] == [9, 7, 5]
    assert BY_NUMBER.place(page.older) == (5,)
    assert BY_NUMBER.page(rows[:3]).older == ""
    assert BY_NUMBER.page([]).rows == []


def test_a_row_without_a_date_has_no_place() -> None:
    assert BY_MOMENT.cursor(Row(1)) == ""
