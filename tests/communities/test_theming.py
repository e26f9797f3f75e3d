"""Whatever a brand chooses, every text can be read, by day and by night."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from communities.theming import (
    CHROMAS,
    DARK_FILLS,
    FACES,
    LIGHT_FILLS,
    SHAPES,
    Theme,
    check_theme,
    favicon_svg,
    from_hex,
    measure_theme,
    near_state,
    nearest_lightness,
    read_theme,
    share_image,
    theme_css,
    theme_for_mail,
    theme_from_hex,
    theme_version,
    touch_icon,
)
from communities.theming.colours import Oklch, contrast, oklch_to_linear, to_hex

hues = st.floats(0, 359.9)
chromas = st.floats(*CHROMAS)
lightnesses = st.floats(*DARK_FILLS) | st.floats(*LIGHT_FILLS)
anything = (
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.lists(st.integers(), max_size=2)
)


@dataclass
class Brand:
    name: str = "Halyard"
    mark: str = "mark-halyard"
    theme: dict[str, Any] = field(
        default_factory=lambda: Theme(hue=238, chroma=0.1, lightness=0.43).as_json()
    )


@settings(deadline=None)
@given(hue=hues, chroma=chromas, lightness=lightnesses)
def test_every_pair_holds_for_any_allowed_brand(hue: float, chroma: float, lightness: float) -> None:
    fallen = [figure for figure in measure_theme(Theme(hue, chroma, lightness)) if not figure.holds]
    assert fallen == []


@settings(deadline=None)
@given(red=st.integers(0, 255), green=st.integers(0, 255), blue=st.integers(0, 255))
def test_any_brand_colour_becomes_a_theme_that_can_be_saved(red: int, green: int, blue: int) -> None:
    theme = theme_from_hex(f"#{red:02x}{green:02x}{blue:02x}")
    assert check_theme(theme.as_json()) == []


@settings(deadline=None)
@given(lightness=st.floats(0, 1))
def test_a_refused_lightness_moves_to_the_nearest_allowed(lightness: float) -> None:
    moved = nearest_lightness(lightness)
    assert DARK_FILLS[0] <= moved <= DARK_FILLS[1] or LIGHT_FILLS[0] <= moved <= LIGHT_FILLS[1]
    others = [*DARK_FILLS, *LIGHT_FILLS]
    assert all(abs(moved - lightness) <= abs(other - lightness) + 1e-3 for other in others)


@settings(deadline=None)
@given(
    stored=st.dictionaries(
        st.sampled_from(["hue", "chroma", "lightness", "face", "reading", "shape"]), anything
    )
)
def test_a_damaged_theme_still_makes_a_stylesheet(stored: dict[str, Any]) -> None:
    css = theme_css(stored)
    assert css.startswith("@layer tokens {\n  :root {")
    assert css.count("{") == css.count("}") == 2
    assert check_theme(read_theme(stored).as_json()) == []


def test_nothing_but_numbers_and_known_names_reach_the_stylesheet() -> None:
    evil = "1} body { display: none"
    css = theme_css({"hue": evil, "face": evil, "reading": evil, "shape": evil, "chroma": "nan"})
    assert "display" not in css
    assert css == theme_css({})


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"lightness": 0.6}, "hard to read"),
        ({"chroma": 0.4}, "Vividness"),
        ({"hue": 400}, "hue"),
        ({"face": "comic"}, "typefaces"),
        ({"shape": "star"}, "shapes"),
    ],
)
def test_a_theme_that_cannot_be_read_is_refused_with_a_reason(values: dict[str, Any], word: str) -> None:
    problems = check_theme(Theme().as_json() | values)
    assert len(problems) == 1
    assert word in problems[0]


@pytest.mark.parametrize(
    ("theme", "state"),
    [
        (Theme(hue=82, chroma=0.15, lightness=0.84), "warn"),
        (Theme(hue=12, chroma=0.115, lightness=0.4), "bad"),
        (Theme(hue=355, chroma=0.1), None),
        (Theme(hue=150, chroma=0.1), "good"),
        (Theme(hue=150, chroma=0.04), None),
        (Theme(hue=238), None),
    ],
)
def test_a_colour_near_a_state_is_said(theme: Theme, state: str | None) -> None:
    assert near_state(theme) == state


def test_the_version_changes_with_what_is_seen_and_with_nothing_else() -> None:
    one = Theme().as_json()
    assert theme_version(one) == theme_version(one | {"unknown": 1})
    versions = {theme_version(one | {"shape": shape, "face": face}) for shape in SHAPES for face in FACES}
    assert len(versions) == len(SHAPES) * len(FACES)


def test_hex_and_oklch_agree_with_known_colours() -> None:
    white, red = from_hex("#fff"), from_hex("#ff0000")
    assert (round(white.lightness, 3), round(white.chroma, 3)) == (1.0, 0.0)
    assert (round(red.lightness, 3), round(red.chroma, 3), round(red.hue)) == (0.628, 0.258, 29)
    assert to_hex(oklch_to_linear(red)) == "#ff0000"
    assert round(contrast((1, 1, 1), oklch_to_linear(Oklch(0, 0, 0))), 1) == 21.0


@pytest.mark.parametrize("text", ["", "#12", "#gggggg", "red", "#1234567"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"digits|hexadecimal"):
        theme_from_hex(text)


def test_mails_get_hex_colours_for_day_and_night_and_names_without_quotes() -> None:
    look = theme_for_mail(Brand().theme)
    assert look["fill"] == "#005680"
    assert {key for key in look if key.startswith("dark_")} >= {"dark_ink", "dark_accent"}
    assert not any(sign in value for value in look.values() for sign in "'\"<>&;")


def test_the_favicon_shows_the_mark_or_the_first_letter() -> None:
    assert "<path" in favicon_svg(Brand())
    assert ">&lt;</text>" in favicon_svg(Brand(name="<b>", mark=""))
    assert ">É</text>" in favicon_svg(Brand(name="étape", mark="no-such-mark"))


@pytest.mark.parametrize("name", ["Halyard", "étape", "  ", "漢字", "İ"])
def test_the_touch_icon_is_a_square_with_a_letter(name: str) -> None:
    picture = Image.open(BytesIO(touch_icon(Brand(name=name))))
    assert (picture.format, picture.size) == ("PNG", (180, 180))
    colours = picture.convert("RGB").getcolors(maxcolors=180 * 180)
    assert colours is not None
    assert len(colours) > 1, "something is drawn on the ground"


@settings(deadline=None, max_examples=25)
@given(title=st.text(max_size=300))
def test_any_title_fits_the_share_image(title: str) -> None:
    picture = Image.open(BytesIO(share_image(Brand(), title)))
    assert picture.size == (1200, 630)


def test_accents_are_drawn_on_the_share_image() -> None:
    assert share_image(Brand(), "éâçï") != share_image(Brand(), "eaci")
