"""A program of its own: cuts the typefaces that come with the software down to what pages need, as WOFF2.

fontTools is large, and no server keeps it: this runs once, while static files are collected. Standard input is JSON:
`into`, a folder that is there, and `fonts`, of which each has `name` (of the file that is made), `source` (the path of
a font), `called` (what it is called within), `axes` (by tag what is kept of them, a number or a pair), `figures`
(whether those of one width stay) and `letters` (code points). Nothing that a stranger sent comes here.

The licence of the fonts (OFL 1.1) lets a changed font go by its former name only where that name is not reserved: each
is called otherwise. Copyright and licence stay in the file.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Kerning, ligatures and accents come by themselves; stylesheets ask for figures of one width.
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk"]
FIGURES = ["tnum", "lnum"]
# Copyright, family, style, full name, PostScript name, licence and where it is.
NAMES = [0, 1, 2, 4, 6, 13, 14]


def cut(source: Path, called: str, axes: dict[str, Any], letters: list[int], figures: bool) -> bytes:
    """The font, of these letters alone, with as much of its axes as `axes` says."""
    # What is left out first need not be varied.
    options = subset.Options(hinting=False, name_IDs=NAMES, notdef_outline=True)
    options.layout_features = FEATURES + FIGURES if figures else FEATURES
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    whole = TTFont(source, recalcTimestamp=False)
    subsetter.subset(whole)
    few = BytesIO()
    whole.save(few)
    few.seek(0)
    limits = {tag: tuple(kept) if isinstance(kept, list) else kept for tag, kept in axes.items()}
    font = instantiateVariableFont(TTFont(few, recalcTimestamp=False), limits)
    for record in list(font["name"].names):
        if record.nameID in (1, 4):
            font["name"].setName(called, record.nameID, record.platformID, record.platEncID, record.langID)
        elif record.nameID == 6:
            plain = called.replace(" ", "-")
            font["name"].setName(plain, record.nameID, record.platformID, record.platEncID, record.langID)
    font.flavor = "woff2"
    packed = BytesIO()
    font.save(packed)
    return packed.getvalue()


def main() -> None:
    logging.disable(logging.WARNING)
    wanted = json.load(sys.stdin)
    for one in wanted["fonts"]:
        data = cut(Path(one["source"]), one["called"], one["axes"], one["letters"], one["figures"])
        made = Path(wanted["into"]) / one["name"]
        # In one step: others may be waiting for it.
        made.with_suffix(f".{os.getpid()}").write_bytes(data)
        made.with_suffix(f".{os.getpid()}").rename(made)


if __name__ == "__main__":
    main()
