"""The process in which formulas are read, see `formulas`. Nothing else may import this: it loads the reader."""

from __future__ import annotations

import json
import re
import resource
import sys
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from communities.content.text.formulas import ATTRIBUTES, ELEMENTS

MEMORY = 512 * 2**20  # bytes
PROCESSOR = 3  # seconds
# Deeper than this nobody reads, nobody writes by hand, and `markup` keeps no tree.
DEEPEST = 30

_VALUE = re.compile(r"[\w.%+ -]{1,40}", re.ASCII)
# A command that is not known, and signs of the language itself in the wrong place, are left standing by the reader.
_UNREAD = re.compile(r"\\|[{}&#]\Z")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
# What the reader knows under another name only.
_READ_AS = {"aligned": "align*", "gathered": "matrix"}
_ENVIRONMENT = re.compile(r"(\\(?:begin|end))\{(aligned|gathered)\}")


class NotRead(Exception):
    """This is no formula that can be shown."""


def mathml_of(formula: str, *, block: bool) -> str:
    """Raises NotRead, and whatever else the reader raises."""
    bare = _ESCAPED.sub("", formula)
    if bare.count("{") != bare.count("}"):
        raise NotRead  # the reader closes what is open by itself, where nobody meant it
    known = _ENVIRONMENT.sub(lambda found: f"{found[1]}{{{_READ_AS[found[2]]}}}", formula)
    root = convert_to_element(known, display="block" if block else "inline")
    said = f"$${formula}$$" if block else f"${formula}$"
    shown = "".join(_written(child, 1) for child in root)
    display = ' display="block"' if block else ""
    return f'<math{display} alttext="{escape(said)}">{shown}</math>'


def _written(element: Element, depth: int) -> str:
    if depth > DEEPEST:
        raise NotRead
    if element.text and element.tag != "mtext" and _UNREAD.match(element.text):
        raise NotRead
    words = unescape(element.text or "")
    # What browsers do not draw stands as a row of its parts.
    tag = element.tag if element.tag in ELEMENTS - {"math"} else "mrow"
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in ATTRIBUTES[tag] and _VALUE.fullmatch(value)
    )
    inside = "".join(_written(child, depth + 1) for child in element)
    return f"<{tag}{attributes}>{escape(words, quote=False)}{inside}</{tag}>"


def main() -> None:
    """Reads formulas as JSON, [[formula, whether it stands alone] …], and writes each as MathML, or null."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    shown: list[str | None] = []
    for formula, block in json.load(sys.stdin):
        try:
            shown.append(mathml_of(formula, block=block))
        except Exception:  # noqa: BLE001  a formula of a stranger fails in any way
            shown.append(None)
    json.dump(shown, sys.stdout)
