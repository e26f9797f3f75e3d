"""Dates, numbers, portraits and icons as pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from communities.templatetags.parvis import drawing, icon, known_drawings, number, portrait
from members.signs import initials


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=4), "4 min ago"),
        (timedelta(hours=2, minutes=50), "2 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "16 Nov 2026"),
        (-timedelta(days=1), "24 Nov 2026"),
    ],
)
def test_a_date_is_a_distance_for_seven_days(now: datetime, age: timedelta, said: str) -> None:
    assert f">{said}</time>" in render("{% when moment %}", moment=now - age)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (datetime(2025, 12, 1, 17, 5, tzinfo=UTC), "1er déc. 2025"),
        (datetime(2025, 11, 22, 17, 5, tzinfo=UTC), "22 nov. 2025"),
    ],
)
def test_french_dates_have_their_ordinal(now: datetime, day: datetime, said: str) -> None:
    with translation.override("fr"):
        shown = render("{% when moment %}", moment=day)
    assert f">{said}</time>" in shown
    assert "17\u00a0h\u00a005" in shown


def test_a_moment_inside_a_sentence_is_exact_or_nothing() -> None:
    moment = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    assert render("{{ moment|exact }}", moment=moment) == "22 Nov 2026, 09:05"
    with translation.override("fr"):
        assert render("{{ moment|exact }}", moment=moment) == "22 nov. 2026 à 9\u00a0h\u00a005"
    assert render("{{ missing|exact }}") == ""


def test_dates_stand_in_the_time_zone_of_the_community(now: datetime) -> None:
    community = SimpleNamespace(zone=ZoneInfo("Asia/Tokyo"))
    shown = render("{% when moment %}", moment=datetime(2025, 11, 22, 17, 5, tzinfo=UTC), community=community)
    assert "datetime=2025-11-23T02:05+09:00" in shown
    assert 'title="23 Nov 2025, 02:05"' in shown


def test_numbers_follow_the_language_and_never_turn_nothing_into_zero() -> None:
    assert number(1248) == "1,248"
    assert number(-3) == "−3"
    assert number(None) == "–"
    with translation.override("fr"):
        assert number(1248) == "1\u202f248"
        assert number(4.5, 2) == "4,50"


def test_a_face_is_a_picture_a_chosen_drawing_or_initials() -> None:
    member = SimpleNamespace(handle="ines", display_name="Inès de la Cour", portrait="", drawing="")
    face = portrait(member, size="s")
    assert 'class="av av-s t-' in face
    assert "aria-hidden=true>IC</i>" in face
    assert face == portrait(member, size="s"), "the same each time"
    assert "#p4" in portrait(SimpleNamespace(handle="ines", portrait="", drawing="p4"))
    assert "<img" in portrait(SimpleNamespace(handle="ines", portrait="x/y.webp", drawing=""))
    assert "<svg" in portrait(None)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Petra Sandvik", "PS"),
        ("petra", "P"),
        ("  Ada  B.  Loom ", "AL"),
        ("Jean-Paul", "JP"),
        ("<b>x", "BX"),
        ("मिरा", "मि"),
        ("עדה כהן", "עכ"),
        ("…?", "…"),
        ("–", "•"),
    ],
)
def test_initials_are_the_first_signs_of_a_name(name: str, said: str) -> None:
    assert initials(name) == said


def test_an_icon_without_a_label_is_silent_and_its_label_is_escaped() -> None:
    assert "aria-hidden=true" in icon("bell")
    assert 'aria-label="&lt;b&gt;"' in icon("bell", label="<b>")


def test_an_unknown_drawing_shows_the_square() -> None:
    assert "#pan" in drawing("pan")
    assert "#square" in drawing("gone-since")
    assert {"square", "paving", "p1", "p12"} <= known_drawings()
