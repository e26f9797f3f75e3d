"""Colours proposed from a logo are those that it has."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from communities.theming.proposing import PROPOSED, colours_of
from tests.communities.test_theming import BRANDS


def logo(*colours: str, ground: object = (0, 0, 0, 0)) -> Image.Image:
    image = Image.new("RGBA", (900, 300), ground)  # type: ignore[arg-type]
    pen = ImageDraw.Draw(image)
    for number, colour in enumerate(colours):
        pen.ellipse((20 + 220 * number, 20, 220 + 220 * number, 220), fill=colour)
    return image.resize((600, 200), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("colour", BRANDS)
def test_the_colour_of_a_flat_logo_is_found_exactly(colour: str) -> None:
    assert colours_of(logo(colour))[0] == colour
    assert colours_of(logo(colour, ground="white"))[0] == colour


def test_each_colour_of_a_logo_is_proposed_and_white_is_not() -> None:
    found = colours_of(logo("#00a3a1", "#14324a", "#e9d8b4", ground="white"))
    assert set(found) == {"#00a3a1", "#14324a", "#e9d8b4"}
    assert found[0] == "#00a3a1", "the one that says most stands first"


def test_a_compressed_photograph_of_a_logo_still_shows_its_colour() -> None:
    out = BytesIO()
    flat = Image.new("RGB", (600, 200), "white")
    flat.paste(logo("#e2001a"), mask=logo("#e2001a").getchannel("A"))
    flat.save(out, "JPEG", quality=70)
    first = colours_of(Image.open(out))[0]
    assert max(abs(int(first[at : at + 2], 16) - int("#e2001a"[at : at + 2], 16)) for at in (1, 3, 5)) <= 6


def test_a_black_logo_has_a_colour_too_and_an_empty_one_none() -> None:
    assert colours_of(logo("#111111")) == ["#111111"]
    assert colours_of(Image.new("RGBA", (40, 40), (0, 0, 0, 0))) == []


def test_a_picture_of_everything_proposes_few() -> None:
    assert (
        len(colours_of(Image.effect_mandelbrot((200, 200), (-3, -2.5, 2, 2.5), 100).convert("RGB")))
        <= PROPOSED
    )
