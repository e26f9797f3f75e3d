"""Static files as they are sent: the parts of a stylesheet joined, comments and line breaks taken out.

Sources are written to be read, a declaration a line and a component a file; pages go on linking the same few
addresses, and no build step comes between. A stylesheet that consists of imports,

    @import "components/icon.css" layer(components);

is sent as what it imports, in that order. Parts stand in a folder beside their stylesheet, of the same name; they
have no address of their own. So do those of a script, which is sent with each in the place of its import:

    import { tell } from "./parvis/toasts.mjs";

A sign that a stylesheet draws,

    --sign: url("icon:check");

is sent as that of static/icons.svg, so that it is drawn in one place only. What is made lies under var/run/sent and is
made anew when a source has changed, so the address that a finder returns is always that of the present text.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IMPORT = re.compile(r'@import "([\w/.-]+)" layer\(([\w-]+)\);')
# The names that a part exports are the names that it is used by: what is sent is one module.
MODULE = re.compile(r'^import \{ ?[\w, ]* ?\} from "\./([\w/.-]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function\b|const\b|let\b)", re.MULTILINE)
NAMED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let) (\w+)", re.MULTILINE)
TEXT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)
TEXT_OR_COMMENT = re.compile(rf"{TEXT.pattern}|{COMMENT.pattern}", re.DOTALL)
# Where white space says nothing. Before a colon it does (a :hover), after one never; around + and - it does (calc).
NEEDLESS = re.compile(r"\s*([{};,>])\s*|(?<=[:(])\s+|\s+(?=[)!])")
SCRIPTS = (".js", ".mjs")
ICON = re.compile(r'url\("icon:([\w-]+)"\)')
ICONS = Path(settings.BASE_DIR) / "static" / "icons.svg"
AS_IT_IS = " =:/,.;()-'"
SYMBOL = '<symbol id="{}"(.*?)</symbol>'


class BundleError(Exception):
    """A stylesheet that cannot be sent as one file."""


def parts_of(sheet: Path) -> list[tuple[str, Path]]:
    """Layer and file of each part, in the order of the cascade; nothing for a stylesheet that has its own rules."""
    text = COMMENT.sub("", sheet.read_text("utf-8"))
    parts = [(layer, sheet.parent / name) for name, layer in IMPORT.findall(text)]
    if "@import" in (rest := IMPORT.sub("", text)) or (parts and rest.strip()):
        raise BundleError(f"{sheet} has to consist of imports into layers, or to have none")
    return parts


def joined(sheet: Path) -> str:
    """The text of a stylesheet with its parts in the place of their imports, and its signs drawn."""
    parts = parts_of(sheet)
    if not parts:
        return ICON.sub(_drawn, sheet.read_text("utf-8"))
    text = ""
    for layer, among in groupby(parts, key=lambda part: part[0]):
        rules = "\n".join(path.read_text("utf-8") for _layer, path in among)
        if "url(" in ICON.sub("", rules):
            raise BundleError(f"An address in a part of {sheet} would be looked for beside the whole")
        text += f"@layer {layer} {{\n{rules}}}\n"
    return ICON.sub(_drawn, text)


def sent_style(sheet: Path) -> str:
    """Without comments and needless white space. Nothing else is changed, and nothing within quotes is.

    The known packages that do this without Node take a descendant’s pseudo-class within @layer or @container for one
    of the parent’s: `.cases :is(h3)` became `.cases:is(h3)`.
    """
    bare = TEXT_OR_COMMENT.sub(lambda found: found[1] or " ", joined(sheet))
    return "".join(
        piece if piece[:1] in ('"', "'") else _tight(piece) for piece in TEXT.split(bare.strip()) if piece
    )


def _drawn(icon: re.Match[str]) -> str:
    symbol = re.search(SYMBOL.format(icon[1]), ICONS.read_text("utf-8"), re.DOTALL)
    if symbol is None:
        raise BundleError(f"static/icons.svg has no {icon[1]}")
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"{symbol[1]}</svg>'.replace('"', "'")
    return f'url("data:image/svg+xml,{quote(drawing, safe=AS_IT_IS)}")'


def _tight(text: str) -> str:
    return re.sub(r"\s+", " ", NEEDLESS.sub(r"\1", text)).replace(";}", "}")


def modules_of(script: Path) -> list[Path]:
    """The parts of a script, in the order of their imports."""
    return [script.parent / name for name in MODULE.findall(script.read_text("utf-8"))]


def joined_script(script: Path) -> str:
    """The text of a script with its parts in the place of their imports."""
    text = script.read_text("utf-8")
    parts = {path: path.read_text("utf-8") for path in modules_of(script)}
    named = [name for one in (text, *parts.values()) for name in NAMED.findall(one)]
    if len(named) > len(set(named)):
        raise BundleError(f"Two things of {script} and its parts have one name")
    for path, part in parts.items():
        if not is_part(path) or MODULE.search(part):
            raise BundleError(f"{path} is no part of {script}, or has parts itself")
    return MODULE.sub(lambda found: EXPORT.sub("", parts[script.parent / found[1]]).strip("\n"), text)


def sent_script(script: Path) -> str:
    """With its parts, without its indentation, unless a text could go over the end of a line, where white space would
    count."""
    text = joined_script(script)
    lines = text.split("\n")
    if any(line.count("`") % 2 or line.endswith("\\") for line in lines):
        return text
    return "\n".join(line.lstrip(" ") for line in lines)


def is_part(path: Path) -> bool:
    return path.suffix in (".css", ".mjs") and path.parent.with_suffix(path.suffix).exists()


def maker_of(path: Path) -> Callable[[Path], str] | None:
    if path.suffix == ".css":
        return sent_style
    return sent_script if path.suffix in SCRIPTS else None


class BundleFinder(FileSystemFinder):
    """A finder for STATICFILES_DIRS that returns what is sent in place of each source."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(app_names, *args, **kwargs)
        self.sent = FileSystemStorage(location=Path(settings.VAR_DIR) / "run" / "sent")

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """Everything that has an address, built again: `collectstatic` may run another version of this module."""
        for name, storage in super().list(ignore_patterns):
            source = Path(storage.path(name))
            if is_part(source):
                continue
            if maker_of(source):
                self._make(source, name)
                yield name, self.sent
            else:
                yield name, storage

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        found = super().find_location(root, path, prefix)
        if not found:
            return None
        source = Path(found)
        if is_part(source):
            return None
        if not maker_of(source):
            return found
        made = Path(self.sent.path(path))
        if not made.exists() or made.stat().st_mtime_ns != last_change(source):
            self._make(source, path)
        return str(made)

    def _make(self, source: Path, name: str) -> None:
        """Write what is sent, in one step for whoever reads at the same time, as old as its youngest source."""
        maker = maker_of(source)
        assert maker
        # Read before the text: a change in between causes a rebuild next time.
        changed = last_change(source)
        made = Path(self.sent.path(name))
        made.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=made.parent, delete=False) as file:
            file.write(maker(source))
        os.chmod(file.name, 0o644)
        os.utime(file.name, ns=(changed, changed))
        os.replace(file.name, made)


def last_change(source: Path) -> int:
    """When a file or one of its parts was last written, in nanoseconds. Signs hardly ever change: that of a changed one
    is sent once the stylesheet is written, or all are collected."""
    is_style = source.suffix == ".css"
    parts = [part for _layer, part in parts_of(source)] if is_style else modules_of(source)
    return max(path.stat().st_mtime_ns for path in [source, *parts])
