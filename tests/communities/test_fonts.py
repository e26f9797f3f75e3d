"""A font of a brand's own: what is taken, what is refused in words, what the stylesheet says of it."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.theming.fonts import MOST_SENT, FontRefused, OwnFont, check_woff2, read_font
from communities.theming.themes import Theme, theme_css
from tests.fonts import woff2_of

PATH = "public/fonts/Ab/Ab-cd_ef.woff2"


def test_a_font_that_a_browser_draws_is_taken() -> None:
    check_woff2(woff2_of())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a WOFF2 font"),
        (b"PK\x03\x04" + b"\0" * 90, "ZIP archive. Unpack it"),
        (b"wOFF" + b"\0" * 90, "older format"),
        (b"\x00\x01\x00\x00" + b"\0" * 90, "TTF. Convert it"),
        (b"OTTO" + b"\0" * 90, "OTF. Convert it"),
        (b"<!doctype html>", "not a WOFF2 font"),
        (b"wOF2", "damaged"),
        (b"wOF2" + b"\0" * 60, "damaged"),
        (b"\0" * (MOST_SENT + 1), "the limit is"),
    ],
)
def test_what_is_no_font_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(FontRefused, match=words):
        check_woff2(data)


def change(data: bytes, at: int, form: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda font: font + b"more", "damaged"),
        (lambda font: font[:-1], "damaged"),
        (lambda font: change(font, 4, ">I", 0x74746366), "several fonts"),
        (lambda font: change(font, 12, ">H", 0), "damaged"),
        (lambda font: change(font, 12, ">H", 999), "damaged"),
        (lambda font: change(font, 20, ">I", 10_000_000), "damaged"),
        (lambda font: woff2_of(without={"cmap"}), "lacks tables"),
        (lambda font: woff2_of(without={"glyf", "loca"}), "lacks tables"),
        (lambda font: woff2_of(claimed=9_000_000), "Unpacked"),
        (lambda font: woff2_of(twice="head"), "damaged"),
    ],
)
def test_a_font_whose_header_lies_is_refused(changed: Any, words: str) -> None:
    with pytest.raises(FontRefused, match=words):
        check_woff2(changed(woff2_of()))


@given(data=st.binary(max_size=300))
def test_nothing_but_a_refusal_comes_of_chance(data: bytes) -> None:
    for start in (b"", b"wOF2\x00\x01\x00\x00"):
        with pytest.raises(FontRefused):
            check_woff2(start + data)


def test_the_stylesheet_shows_the_font_and_what_stands_in_of_the_same_size() -> None:
    font = OwnFont(PATH, "halyard.woff2", stretch=104.5, rise=96.2, fall=24)
    css = theme_css(Theme(face="own", face_font=font).as_json())
    assert f'src: url("/media/{PATH}") format("woff2");' in css
    assert "font-display: swap;" in css
    assert "size-adjust: 104.5%;" in css
    assert "ascent-override: 96.2%;" in css
    assert f'--brand-face: "{font.family}", "{font.family} stand-in", var(--face-humanist);' in css
    assert "halyard.woff2" not in css, "the name that somebody gave a file is nothing for a stylesheet"


def test_a_font_that_is_not_chosen_is_not_loaded() -> None:
    font = OwnFont(PATH, "halyard.woff2")
    assert "@font-face" not in theme_css(Theme(face="humanist", face_font=font).as_json())


def test_letters_that_were_cut_are_left_to_the_device() -> None:
    css = theme_css(Theme(face="own", face_font=OwnFont(PATH, "x.woff2", covers="U+20-7E,U+3A9")).as_json())
    assert "unicode-range: U+20-7E,U+3A9;" in css
    evil = OwnFont(PATH, "x.woff2", covers="U+20; } body { display: none")
    assert "unicode-range" not in theme_css(Theme(face="own", face_font=evil).as_json())


@pytest.mark.parametrize(
    "stored", [None, "x", {}, {"path": "/etc/passwd"}, {"path": "public/fonts/../x.woff2"}, {"path": 3}]
)
def test_a_font_that_is_not_ours_is_none(stored: object) -> None:
    assert read_font(stored) is None
    assert "@font-face" not in theme_css({"face": "own", "face_font": stored})


def test_measures_out_of_bounds_are_as_if_nothing_was_measured() -> None:
    font = read_font({"path": PATH, "stretch": 900, "rise": "nan", "fall": -3, "weight": 12})
    assert font is not None
    assert (font.stretch, font.rise, font.fall, font.weight) == (0, 0, 0, 600)
