"""What stands where a picture will be while it is on its way: about its colour, in the frame that it will fill.

A style of each picture’s own would have to be allowed by the policy of the page, and said in each page again. So the
mean of its colours is brought to one of 64, which stylesheets know by number (static/css/components/under.css), and
the number is part of the name of the folder that the picture is kept in: nothing else has to be stored or asked.
"""

from __future__ import annotations

import re

from PIL import Image

# Of each of red, green and blue.
STEPS = 4
_NAMED = re.compile(r"-u(\d\d)/[^/]*$")


def mark_of(picture: Image.Image) -> str:
    """What the name of a picture’s folder ends with; nothing where it can be seen through."""
    if picture.mode != "RGB":
        return ""
    mean = picture.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(mean, tuple)
    number = 0
    for value in mean:
        number = number * STEPS + int(value) * STEPS // 256
    return f"-u{number:02d}"


def class_of(path: str) -> str:
    """The class of the frame of a picture, by the path of any of its files; nothing for one that has no mark."""
    found = _NAMED.search(path)
    return f"under-{found[1]}" if found else ""
