"""The drawings of the demo as real pictures: symbols of our own SVG files, painted in a brand's colours.

It understands only what those files use: rectangles, circles, ellipses and paths, with fills, strokes, dashes
and opacity.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from django.conf import settings
from PIL import Image, ImageDraw

from communities.demo.outlines import Point, dashed, ellipse, flatten, rounded
from communities.theming import palette, read_theme
from communities.theming.colours import Oklch, oklch_to_linear, to_hex

WIDTH = 1280
# Painted larger and reduced, so that edges are smooth.
OVERSIZE = 2
SOURCES = (Path(settings.BASE_DIR) / "static" / "art.svg", Path(__file__).with_name("pictures.svg"))
SPACE = "{http://www.w3.org/2000/svg}"


def draw(name: str, theme: Mapping[str, Any], *, mirrored: bool = False) -> bytes:
    """The drawing of this name as a PNG file in the colours of a theme. Raises KeyError for unknown names."""
    symbol = _symbols()[name]
    left, top, width, height = (float(part) for part in symbol.get("viewBox", "").split())
    scale = WIDTH * OVERSIZE / width
    size = (WIDTH * OVERSIZE, round(height * scale))
    colours = _colours(theme)
    image = Image.new("RGB", size, colours["1"])
    for shape in symbol:
        _paint(image, shape, colours, scale, (left, top))
    image = image.reduce(OVERSIZE)
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def known_drawings() -> frozenset[str]:
    return frozenset(_symbols())


@cache
def _symbols() -> dict[str, Element]:
    found: dict[str, Element] = {}
    for source in SOURCES:
        for symbol in ElementTree.parse(source).getroot().iter(f"{SPACE}symbol"):
            found[symbol.get("id", "")] = symbol
    return found


def _colours(theme: Mapping[str, Any]) -> dict[str, str]:
    tones = read_theme(theme).tones
    by_day = palette(tones, "light")
    colours = {number: to_hex(by_day[f"art-{number}"]) for number in "12346"}
    # The one colour that is not the brand's own: across the wheel, as --art-5 in tokens.css.
    across = Oklch(0.8, 0.16 - tones.chroma * 0.7, (tones.hue + 165) % 360)
    return colours | {"5": to_hex(oklch_to_linear(across))}


def _paint(
    image: Image.Image, shape: Element, colours: Mapping[str, str], scale: float, origin: Point
) -> None:
    opacity = float(shape.get("opacity", "1"))
    if opacity < 1:
        over = image.copy()
        _paint_solid(over, shape, colours, scale, origin)
        image.paste(Image.blend(image, over, opacity))
    else:
        _paint_solid(image, shape, colours, scale, origin)


def _paint_solid(
    image: Image.Image, shape: Element, colours: Mapping[str, str], scale: float, origin: Point
) -> None:
    pencil = ImageDraw.Draw(image)
    lines = [
        ([((x - origin[0]) * scale, (y - origin[1]) * scale) for x, y in points], closed)
        for points, closed in _outline(shape)
    ]
    fill = _colour(shape.get("fill", "#000"), colours)
    if fill:
        for points, _closed in lines:
            if len(points) > 2:
                pencil.polygon(points, fill=fill)
    stroke = _colour(shape.get("stroke", "none"), colours)
    if stroke:
        width = float(shape.get("stroke-width", "1")) * scale
        dashes = [float(part) * scale for part in shape.get("stroke-dasharray", "").split()]
        round_ends = shape.get("stroke-linecap") == "round"
        for points, closed in lines:
            _stroke(pencil, [*points, points[0]] if closed else points, stroke, width, dashes, round_ends)


def _stroke(
    pencil: ImageDraw.ImageDraw,
    points: list[Point],
    colour: str,
    width: float,
    dashes: list[float],
    round_ends: bool,
) -> None:
    for piece in dashed(points, dashes) if dashes else [points]:
        pencil.line(piece, fill=colour, width=max(1, round(width)), joint="curve")
        if round_ends:
            for x, y in (piece[0], piece[-1]):
                pencil.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=colour)


def _outline(shape: Element) -> list[tuple[list[Point], bool]]:
    """The lines of a shape, each with whether it is closed."""
    number = {key: float(value) for key, value in shape.attrib.items() if key in NUMBERS}
    kind = shape.tag.removeprefix(SPACE)
    if kind == "rect":
        corner = (number.get("x", 0.0), number.get("y", 0.0))
        return [(rounded(corner, number["width"], number["height"], number.get("rx", 0.0)), True)]
    if kind == "circle":
        return [(ellipse((number["cx"], number["cy"]), number["r"], number["r"]), True)]
    if kind == "ellipse":
        return [(ellipse((number["cx"], number["cy"]), number["rx"], number["ry"]), True)]
    return flatten(shape.get("d", ""))


NUMBERS = frozenset({"x", "y", "width", "height", "rx", "ry", "cx", "cy", "r"})


def _colour(value: str, colours: Mapping[str, str]) -> str:
    """A colour Pillow understands; "" for none."""
    if value == "none":
        return ""
    return colours[value.removeprefix("var(--art-").removesuffix(")")] if value.startswith("var(") else value
