"""A program of its own: cuts the typefaces that come with the software down to what pages need, as WOFF2.

fontTools is large, and no server keeps it: this runs once, while static files are collected. Standard input is JSON:
`into`, a folder that is there, and `fonts`, of which each has `name` (of the file that is made), `source` (the path of
a font), `called` (what it is called within), `axes` (by tag what is kept of them, a number or a pair), `figures`
(whether those of one width stay), `kerned` and `letters` (code points). Nothing that a stranger sent comes here.

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
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib.instancer import instantiateVariableFont

# Ligatures and kerning come by themselves; stylesheets ask for figures of one width.
FEATURES = ["liga"]
KERNING = ["kern"]
# Where there are accents that combine with letters.
ACCENTS = ["ccmp", "locl", "mark", "mkmk"]
FIGURES = ["tnum", "lnum"]
# In a GPOS table: lookups of pairs, and of their values those that do not vary.
PAIRS, PLAIN = 2, 0x0F
# Of an em, in which outlines are told: a unit is a thirtieth of a pixel in a text to be read.
UNITS = 512
# Of an em: a sixth of a pixel in a text to be read.
FINEST = 0.009
# Copyright, family, style, full name, PostScript name, licence and where it is.
NAMES = [0, 1, 2, 4, 6, 13, 14]


def cut(
    source: Path, called: str, axes: dict[str, Any], letters: list[int], figures: bool, kerned: bool
) -> bytes:
    """The font, of these letters alone, with as much of its axes as `axes` says."""
    combine = any(0x0300 <= letter < 0x0370 for letter in letters)
    # What is left out first need not be varied.
    options = subset.Options(hinting=False, name_IDs=NAMES, notdef_outline=True)
    asked = ((KERNING, kerned), (FIGURES, figures), (ACCENTS, combine))
    options.layout_features = [*FEATURES, *(name for names, is_asked in asked if is_asked for name in names)]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    whole = TTFont(source, recalcTimestamp=False)
    subsetter.subset(whole)
    few = BytesIO()
    whole.save(few)
    few.seek(0)
    limits = {tag: tuple(kept) if isinstance(kept, list) else kept for tag, kept in axes.items()}
    font = instantiateVariableFont(TTFont(few, recalcTimestamp=False), limits)
    if not combine:
        settle_kerning(font)
    scale_upem(font, UNITS)
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


def settle_kerning(font: TTFont) -> None:
    """Pairs of letters are set as in the regular weight, whatever the weight, and only where it is seen: half of what
    kerning weighs is how it varies, and steps of a hundredth of an em."""
    for lookup in font["GPOS"].table.LookupList.Lookup if "GPOS" in font else ():
        for table in (getattr(one, "ExtSubTable", one) for one in lookup.SubTable):
            if table.LookupType != PAIRS:
                continue
            for pair in pairs_of(table):
                settle(pair.Value1, font["head"].unitsPerEm * FINEST)
                settle(pair.Value2, font["head"].unitsPerEm * FINEST)
            table.ValueFormat1 &= PLAIN
            table.ValueFormat2 &= PLAIN
    if "GDEF" in font and getattr(font["GDEF"].table, "VarStore", None):
        font["GDEF"].table.VarStore = None
        font["GDEF"].table.Version = 0x00010000


def pairs_of(table: Any) -> list[Any]:
    if table.Format == 1:
        return [pair for first in table.PairSet for pair in first.PairValueRecord]
    return [pair for first in table.Class1Record for pair in first.Class2Record]


def settle(value: Any, finest: float) -> None:
    if value is None:
        return
    for name in ("XPlaDevice", "YPlaDevice", "XAdvDevice", "YAdvDevice"):
        if hasattr(value, name):
            delattr(value, name)
    if abs(getattr(value, "XAdvance", 0)) < finest:
        value.XAdvance = 0


def main() -> None:
    logging.disable(logging.WARNING)
    wanted = json.load(sys.stdin)
    for one in wanted["fonts"]:
        data = cut(
            Path(one["source"]), one["called"], one["axes"], one["letters"], one["figures"], one["kerned"]
        )
        made = Path(wanted["into"]) / one["name"]
        # In one step: others may be waiting for it.
        made.with_suffix(f".{os.getpid()}").write_bytes(data)
        made.with_suffix(f".{os.getpid()}").rename(made)


if __name__ == "__main__":
    main()
