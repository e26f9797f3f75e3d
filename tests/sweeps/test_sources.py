"""What stands in templates, static files and code: nothing inline, nothing foreign, nothing too heavy."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config.static_bundles import is_part, sent_script

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("analytics", "bench", "communities", "config", "members", "moderation")
MARKUP = sorted((ROOT / "templates").rglob("*.*"))
CODE = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
STATIC = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
TEXTS = [path for path in STATIC if path.suffix in (".css", ".js", ".mjs", ".svg", ".html")]
WRITTEN = [path for path in STATIC if path.suffix in (".css", ".js", ".mjs")]

INLINE_STYLE = re.compile(r"""<[a-z][^>]*\sstyle\s*=""", re.I)
HANDLER = re.compile(r"""<[a-z][^>]*\son[a-z]+\s*=\s*["']""", re.I)
SCRIPT = re.compile(r"""<script(?![^>]*\b(?:src=|nonce=|type="application/ld\+json"))""", re.I)
ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")
PROPERTY = re.compile(r"\s+([\w-]+):(?!.*\{$)")
SAFE = re.compile(r"\|\s*safe\b|mark_safe\(|SafeString\([^\"']")
# Names, not places: nothing is fetched from them.
NAMESPACES = (
    "http://www.w3.org/",
    "https://www.w3.org/",
    "https://schema.org",
    "http://www.sitemaps.org/",
    "http://a9.com/",
)
# Mails carry their style on the elements, because mail clients drop stylesheets; css-inline writes most of it.
STYLED = {"templates/mail/base.html", "templates/mail/button.html", "templates/notifications/mail.html"}
# The only doors by which markup is said to be safe, each with what made it so.
TRUSTED = {
    "communities/archive/going/reading.py": "post HTML, sanitised when it was written",
    "communities/content/templatetags/content.py": "post HTML, sanitised when it was written",
    "config/quicker.py": "our own sentences, which the template engine takes for markup, too",
    "communities/texts/rendering.py": "texts of the place, sanitised when they were published",
    "communities/templatetags/shell.py": "what the template engine has drawn, remembered",
}
KINDS_OF_FILES = {".css", ".js", ".mjs", ".svg", ".woff2", ".png", ".ico", ".webp", ".md", ".txt"}

READING_STYLES = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/pages.css",
    "css/utilities.css",
)
READING_SCRIPTS = ("js/theme.js", "js/parvis.mjs", "js/posts.mjs", "js/reading.mjs", "js/hear.mjs")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def found_in(paths: list[Path], pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path.is_file():
            for match in pattern.finditer(path.read_text(errors="replace")):
                yield name_of(path), match[0]


@pytest.mark.parametrize("pattern", [INLINE_STYLE, HANDLER, SCRIPT], ids=["style", "handler", "script"])
def test_nothing_is_inline(pattern: re.Pattern[str]) -> None:
    found = [one for one in found_in([*MARKUP, *CODE], pattern) if one[0] not in STYLED]
    assert found == []


def test_pages_load_nothing_from_elsewhere() -> None:
    """No font, script, picture or style of another host; links for people are another matter."""
    found = [
        (name, address)
        for name, address in found_in([*MARKUP, *TEXTS], ADDRESS)
        if not address.startswith((*NAMESPACES, "https://${")) and "example.org" not in address
    ]
    assert found == []


def test_markup_is_trusted_in_few_places() -> None:
    found = {name for name, _text in found_in([*MARKUP, *CODE], SAFE)}
    assert found - set(TRUSTED) == set()
    assert set(TRUSTED) - found == set(), "take these off the list"


def test_static_files_are_our_own() -> None:
    """Libraries come from packages, with their licences; nothing is copied in."""
    assert [name_of(path) for path in STATIC if path.suffix not in KINDS_OF_FILES] == []
    assert [name_of(path) for path in STATIC if ".min." in path.name or "vendor" in path.parts] == []


def test_what_a_reading_page_loads_is_light() -> None:
    assert packed(READING_STYLES) <= 20_000
    assert packed(READING_SCRIPTS) <= 15_000


def packed(names: tuple[str, ...]) -> int:
    """Bytes as they are sent, which is not as they are written (config/static_bundles.py)."""
    return sum(len(gzip.compress(Path(str(finders.find(name))).read_bytes(), 6)) for name in names)


def test_styles_and_scripts_can_be_reviewed_by_line() -> None:
    """A declaration a line is the formatter’s; it breaks neither comments nor texts."""
    assert WRITTEN
    long = [
        (name_of(path), number)
        for path in WRITTEN
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > 120
    ]
    assert long == []
    assert [name_of(path) for path in WRITTEN if path.read_text().count("\n") > 400] == []


def test_no_rule_says_a_thing_twice() -> None:
    """Two values of one property, one right after the other, are a new one and what older browsers make of it."""
    twice = []
    for path in WRITTEN:
        if path.suffix != ".css":
            continue
        said: list[list[str]] = [[]]
        for line in path.read_text().splitlines():
            if line.endswith("{"):
                said.append([])
            elif line.strip() == "}":
                said.pop()
            elif name := PROPERTY.match(line):
                if name[1] in said[-1][:-1]:
                    twice.append((name_of(path), name[1]))
                said[-1].append(name[1])
    assert twice == []


def test_no_script_has_the_address_of_another_one() -> None:
    """What is sent is named by its release, and only templates know how; locally both addresses answer. Parts of a
    script are sent within it."""
    named = re.compile(r"""(?:\bfrom|\bimport|\bimport\()\s*["'`]\.""")
    scripts = [path for path in WRITTEN if path.suffix == ".mjs" and not is_part(path)]
    assert [name_of(path) for path in scripts if named.search(sent_script(path))] == []
