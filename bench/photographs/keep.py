"""Writes rendered pictures as the demo keeps them: `python bench/photographs/keep.py FOLDER`, which holds the PNG.

What a camera adds is added here: a little grain, corners a little darker. Both are the same each time.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

KEPT = Path(__file__).parents[2] / "communities" / "demo" / "photographs"
SIZE = (1280, 800)
GRAIN = 2


def keep(file: Path) -> None:
    with Image.open(file) as rendered:
        picture = rendered.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    dice = random.Random(file.stem)
    noise = Image.frombytes("L", picture.size, dice.randbytes(picture.width * picture.height))
    grain = noise.filter(ImageFilter.GaussianBlur(0.6)).point(lambda value: 128 + (value - 128) * GRAIN // 40)
    picture = ImageChops.add(picture, Image.merge("RGB", (grain,) * 3), 1, -128)
    corners = (
        Image.radial_gradient("L").resize(picture.size).point(lambda value: 255 - max(0, value - 110) // 3)
    )
    picture = ImageChops.multiply(picture, Image.merge("RGB", (corners,) * 3))
    picture.save(KEPT / f"{file.stem}.webp", "WEBP", quality=82, method=6)


if __name__ == "__main__":
    for one in sorted(Path(sys.argv[1]).glob("*.png")):
        keep(one)
