"""Whatever a brand chooses, every text can be read, by day and by night."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as settings_of_django
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from communities.theming import (
    FACES,
    PLATFORM,
    SHAPES,
    Theme,
    check_theme,
    favicon_svg,
    from_hex,
    measure_theme,
    near_state,
    read_theme,
    share_image,
    theme_css,
    theme_for_mail,
    theme_from_hex,
    theme_version,
    tones_of,
    touch_icon,
)
from communities.theming.colours import (
    Oklch,
    contrast,
    hex_to_linear,
    oklch_to_linear,
    to_hex,
)
from communities.theming.notation import read_colour
from communities.theming.tones import palette

# Colours of well-known kinds of brand: red, blues, pink, oranges, green, teal, yellow, navy, violet.
BRANDS = (
    "#e2001a", "#0078d4", "#e6007e", "#f26522", "#ff7900", "#00a651", "#00a3a1", "#ffcc00", "#002395", "#6c2bd9",
)  # fmt: skip
colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))
anything = (
    st.none() | st.booleans() | st.floats() | st.text(max_size=30) | st.lists(st.integers(), max_size=2)
)


@dataclass
class Brand:
    name: str = "Halyard"
    mark: str = "mark-halyard"
    theme: dict[str, Any] = field(default_factory=lambda: Theme(colour="#005680").as_json())


@settings(deadline=None)
@given(colour=colours, wash=st.integers(0, 100))
def test_every_pair_holds_for_any_brand(colour: str, wash: int) -> None:
    fallen = [figure for figure in measure_theme(Theme(colour, wash)) if not figure.holds]
    assert fallen == []


@settings(deadline=None)
@given(colour=colours)
def test_any_brand_colour_becomes_a_theme_that_can_be_saved_and_keeps_it(colour: str) -> None:
    theme = theme_from_hex(colour)
    assert check_theme(theme.as_json()) == []
    assert theme.colour == colour
    assert theme_for_mail(theme.as_json())["fill"] == theme_for_mail(theme.as_json())["dark_fill"] == colour


@pytest.mark.parametrize("colour", BRANDS)
def test_the_colour_of_a_brand_stands_unchanged_in_its_stylesheet(colour: str) -> None:
    css = theme_css(theme_from_hex(colour).as_json())
    assert f"--brand: {colour};" in css
    assert to_hex(palette(tones_of(colour), "light")["fill"]) == colour
    assert to_hex(palette(tones_of(colour), "dark")["fill"]) == colour
    figures = measure_theme(theme_from_hex(colour))
    assert len(figures) > 60
    assert [figure for figure in figures if not figure.holds] == []


@pytest.mark.parametrize("colour", BRANDS)
def test_text_moves_only_where_it_cannot_be_read_and_keeps_its_hue(colour: str) -> None:
    tones = tones_of(colour)
    for scheme, shown in (("light", tones.day), ("dark", tones.night)):
        grounds = [palette(tones, scheme)[name] for name in ("paper", "raised", "sunk", "tint")]
        worst = min(contrast(hex_to_linear(colour), ground) for ground in grounds)
        assert (shown == colour) == (worst >= 4.5), f"{colour} reads at {worst:.2f} and became {shown}"
        assert min(contrast(hex_to_linear(shown), ground) for ground in grounds) >= 4.5
        apart = abs((from_hex(shown).hue - from_hex(colour).hue + 180) % 360 - 180)
        assert apart < 6
    white = contrast((1, 1, 1), hex_to_linear(colour))
    assert (tones.ink == "#ffffff") == (white >= 4.5)


def test_pages_without_a_theme_have_the_same_colours_as_the_themes_they_stand_for() -> None:
    """tokens.css says by hand what theme_css says of the platform and of a community without a theme."""
    tokens = (Path(settings_of_django.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
    for theme in (Theme(), PLATFORM):
        for line in theme_css(theme.as_json()).splitlines():
            name = line.strip().partition(":")[0]
            if name.startswith("--brand") and name not in ("--brand-tracking",):
                assert line.strip().removesuffix(";") in tokens, line


def test_a_theme_of_three_numbers_keeps_the_colour_that_they_made() -> None:
    theme = read_theme({"hue": 238, "chroma": 0.1, "lightness": 0.43, "face": "geometric"})
    assert (theme.colour, theme.face) == ("#00567e", "geometric")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [
        ("#00A3A1", "#00a3a1"),
        ("00a3a1", "#00a3a1"),
        (" #0a3 ", "#00aa33"),
        ("rgb(0, 163, 161)", "#00a3a1"),
        ("0 163 161", "#00a3a1"),
        ("0,163,161", "#00a3a1"),
        ("rgba(0 163 161 / 100%)", "#00a3a1"),
        ("hsl(0 100% 50%)", "#ff0000"),
        ("oklch(1 0 0)", "#ffffff"),
    ],
)
def test_a_colour_is_read_as_brand_books_write_it(typed: str, colour: str) -> None:
    assert read_colour(typed) == colour


@pytest.mark.parametrize(
    "typed", ["", "red", "rgb(300,0,0)", "rgb(1,2)", "hsl(0 120% 0%)", "#12", "lab(1 2 3)"]
)
def test_what_is_no_colour_is_not_guessed_at(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_colour(typed)


@settings(deadline=None)
@given(
    stored=st.dictionaries(
        st.sampled_from(
            ["colour", "wash", "hue", "chroma", "lightness", "face", "reading", "shape", "face_font", "photo"]
        ),
        anything,
    )
)
def test_a_damaged_theme_still_makes_a_stylesheet(stored: dict[str, Any]) -> None:
    css = theme_css(stored)
    assert css.startswith("@layer tokens {\n  :root {")
    assert css.count("{") == css.count("}") == 2
    assert check_theme(read_theme(stored).as_json()) == []


def test_nothing_but_numbers_and_known_names_reach_the_stylesheet() -> None:
    evil = "1} body { display: none"
    font = {"path": f'public/fonts/aa/b"){evil}.woff2', "name": evil, "stretch": evil}
    photo = {"path": f"public/brands/{evil}.webp", "width": evil, "height": 3, "x": evil}
    css = theme_css(
        {"colour": evil, "face": "own", "reading": evil, "shape": evil, "face_font": font, "photo": photo}
    )
    assert "display" not in css
    assert css == theme_css({})


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"colour": "teal"}, "six digits"),
        ({"wash": 140}, "tint strength"),
        ({"face": "comic"}, "typefaces"),
        ({"reading": "own"}, "typefaces"),
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
        (Theme("#fbc044"), "warn"),
        (Theme("#e2001a"), "bad"),
        (Theme("#e6007e"), None),
        (Theme("#00a651"), "good"),
        (Theme("#3f5a48"), None),
        (Theme("#005680"), None),
    ],
)
def test_a_colour_near_a_state_is_said(theme: Theme, state: str | None) -> None:
    assert near_state(theme) == state


def test_the_version_changes_with_what_is_seen_and_with_nothing_else() -> None:
    one = Theme().as_json()
    assert theme_version(one) == theme_version(one | {"unknown": 1})
    versions = {theme_version(one | {"shape": shape, "face": face}) for shape in SHAPES for face in FACES}
    assert len(versions) == len(SHAPES) * len(FACES)
    assert theme_version(one | {"colour": "#00a3a1"}) not in versions


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
    assert look["fill"] == look["dark_fill"] == "#005680"
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


@pytest.mark.parametrize("colour", BRANDS)
def test_pictures_made_of_a_brand_have_its_colour(colour: str) -> None:
    brand = Brand(theme=theme_from_hex(colour).as_json())
    assert f'fill="{colour}"' in favicon_svg(brand)
    for picture, corner in ((touch_icon(brand), (2, 2)), (share_image(brand, "A title"), (5, 5))):
        pixel = Image.open(BytesIO(picture)).convert("RGB").getpixel(corner)
        assert "#{:02x}{:02x}{:02x}".format(*pixel) == colour
