"""Drawings become pictures in the colours of a brand."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from communities.demo.drawing import WIDTH, draw, known_drawings
from communities.demo.outlines import dashed, flatten

THEME = {"colour": "#005680"}


def opened(name: str, **theme: str) -> Image.Image:
    return Image.open(BytesIO(draw(name, {**THEME, **theme})))


@pytest.mark.parametrize("name", ["boom", "sea-wide", "plums", "arches", "paving", "cake"])
def test_a_drawing_has_several_colours_and_its_own_shape(name: str) -> None:
    image = opened(name)

    assert image.width == WIDTH
    assert 300 < image.height < 1000
    assert len(image.getcolors(maxcolors=1_000_000) or []) >= 5


def test_the_brand_s_hue_colours_it() -> None:
    red, _green, blue = opened("rope", colour="#005680").getpixel((5, 715))
    other_red, _other_green, other_blue = opened("rope", colour="#a0522d").getpixel((5, 715))

    assert blue > red
    assert other_red > other_blue


def test_unknown_names_are_errors() -> None:
    assert "nothing-of-the-kind" not in known_drawings()
    with pytest.raises(KeyError):
        draw("nothing-of-the-kind", THEME)


def test_paths_become_lines() -> None:
    assert flatten("M10 10h20v-5l-20 5z") == [([(10, 10), (30, 10), (30, 5), (10, 10)], True)]
    [(half_circle, closed)] = flatten("M0 0a10 10 0 0 1 20 0")
    assert not closed
    assert half_circle[-1] == pytest.approx((20, 0))
    assert min(y for _x, y in half_circle) == pytest.approx(-10, abs=0.05)
    [(curve, _closed)] = flatten("M0 0C0 10 10 10 10 0S20 -10 20 0")
    assert curve[-1] == pytest.approx((20, 0))
    assert max(y for _x, y in curve) == pytest.approx(7.5, abs=0.05)
    assert min(y for _x, y in curve) == pytest.approx(-7.5, abs=0.05)


def test_dashes_leave_gaps() -> None:
    pieces = dashed([(0, 0), (30, 0)], [10, 5])

    assert pieces == [[(0, 0), (10, 0)], [(15, 0), (25, 0)]]
