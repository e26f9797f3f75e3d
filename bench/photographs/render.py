"""Renders the demo's photographs anew: `python bench/photographs/render.py FOLDER [NAME …]`, in an environment with
`bpy` (Blender as a module, GPL: a tool of whoever makes pictures, no part of what is run), which needs no screen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import places
import rooms
import sea
import shelves
import tools

SCENES = sea.SCENES | rooms.SCENES | shelves.SCENES | places.SCENES


def main(folder: str, *names: str) -> None:
    scale, share = float(os.environ.get("SCALE", "1")), float(os.environ.get("SAMPLES", "1"))
    for name in names or SCENES:
        tools.clear()
        told = SCENES[name]()
        samples = max(4, round(told.pop("samples") * share))
        tools.render(f"{folder}/{name}.png", samples=samples, scale=scale, **told)


if __name__ == "__main__":
    main(*sys.argv[1:])
