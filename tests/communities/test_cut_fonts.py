"""Own fonts are cut to the letters of pages: what stays, what goes, what is left whole, what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from communities.theming import cutting
from communities.theming.cutting import LETTERS, Cut, cut_font
from communities.theming.fonts import FontRefused, check_woff2
from tests.fonts import drawn_font, opened, woff2_of

LATIN = "ABCxyzéőưẾ ’–€→½0123"
OTHER = "".join(chr(one) for one in (*range(0x410, 0x44F), *range(0x5D0, 0x5EA)))
LAYOUT = """
feature kern { pos g0041 g0042 -80; pos g0410 g0411 -80; } kern;
feature liga { sub g0078 g0079 by fi; } liga;
feature tnum { sub g0030 by g0031; } tnum;
feature ss01 { sub g0041 by g0410; } ss01;
"""


def test_a_font_is_cut_to_the_letters_of_pages_and_keeps_its_manners() -> None:
    font = drawn_font(LATIN + OTHER, features=LAYOUT, axis=True, hints=True)
    cut = cut_font(font)
    assert cut.left == ""
    assert len(cut.data) < len(font) * 0.7
    check_woff2(cut.data)
    now = opened(cut.data)
    assert {chr(one) for one in now.getBestCmap()} == set(LATIN)
    assert [axis.axisTag for axis in now["fvar"].axes] == ["wght"]
    assert now["gvar"].variations[now.getBestCmap()[ord("A")]], "each letter still varies"
    features = {
        one.FeatureTag for table in ("GSUB", "GPOS") for one in now[table].table.FeatureList.FeatureRecord
    }
    assert features == {"kern", "liga", "tnum"}, "no page asks for a stylistic set"
    assert "fpgm" not in now
    assert now["gasp"].gaspRange == {0xFFFF: 0x000F}
    assert now["name"].getDebugName(13) == "Free to cut.", "its licence goes with it"
    assert cut.covers.split(",") == [
        "U+20-7E",
        "U+A0-24F",
        "U+1E00-1EFF",
        "U+2000-206F",
        "U+2070-20CF",
        "U+2100-21FF",
    ]


def test_the_name_of_a_community_keeps_its_letters() -> None:
    cut = cut_font(drawn_font(LATIN + OTHER), words="Журнал")
    assert ord("Ж") in opened(cut.data).getBestCmap()
    assert ",U+416," in cut.covers


def test_all_that_the_software_says_can_be_written_in_what_is_kept() -> None:
    for code, _name in settings.LANGUAGES:
        words = "".join(
            line
            for file in (Path(settings.BASE_DIR) / "locale" / code).rglob("*.po")
            for line in re.findall(r'^(?:msgid|msgstr\S*)? ?"(.*)"$', file.read_text("utf-8"), re.MULTILINE)
        )
        beyond = {one for one in words if not any(first <= ord(one) <= last for first, last in LETTERS)}
        assert not beyond, f"letters of {code} would be cut"


@pytest.mark.parametrize(
    ("font", "why"),
    [
        (drawn_font(OTHER), "other_letters"),
        (drawn_font(LATIN + OTHER, rights=0x0100), "forbidden"),
        (woff2_of(instead={"GSUB": b"\0\1\0\0" + b"\xff" * 60}), "unread"),
    ],
)
def test_a_font_that_a_browser_takes_is_never_refused(font: bytes, why: str) -> None:
    check_woff2(font)
    assert cut_font(font) == Cut(font, left=why)


@pytest.mark.parametrize(("bound", "value"), [("WAIT", 0.01), ("MEMORY", 20_000_000)])
def test_what_takes_too_much_time_or_memory_is_left_whole(
    monkeypatch: pytest.MonkeyPatch, bound: str, value: float
) -> None:
    monkeypatch.setattr(cutting, bound, value)
    font = drawn_font(LATIN)
    assert cut_font(font).left == "unread"


@pytest.mark.parametrize(
    "font",
    [
        woff2_of(packed=brotli.compress(b"\0" * 200_000_000, quality=1)),
        woff2_of(packed=brotli.compress(b"\0" * 100)),
        woff2_of(packed=b"\xff" * 400),
        woff2_of(instead={"cmap": b"\xff" * 40}),
        woff2_of(instead={"maxp": b""}),
        woff2_of(instead={"glyf": b"\x00\x09" * 4000}),
    ],
    ids=["bomb", "short", "noise", "letters", "counts", "outlines"],
)
def test_what_unpacks_to_something_else_is_refused_in_words(font: bytes) -> None:
    check_woff2(font)
    with pytest.raises(FontRefused, match="damaged"):
        cut_font(font)


def test_a_bomb_in_what_nobody_reads_is_not_unpacked() -> None:
    font = woff2_of(beside=brotli.compress(b" " * 200_000_000, quality=1))
    check_woff2(font)
    cut = cut_font(font)
    assert cut.left == ""
    assert len(cut.data) < 10_000
