"""What is sent of the static files: whole stylesheets, without comments and lines, always of the present text."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders

from config.static_bundles import (
    COMMENT,
    ICON,
    TEXT,
    BundleError,
    BundleFinder,
    joined,
    modules_of,
    parts_of,
    sent_script,
    sent_style,
)

DRAWN = re.compile(r'url\("data:image/svg\+xml,[^"]*"\)')
STATIC = Path(django_settings.BASE_DIR) / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
BUNDLES = [sheet for sheet in SHEETS if sheet.with_suffix("").is_dir()]


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """An installation with static files of its own."""
    static = tmp_path / "static"
    (static / "css" / "all").mkdir(parents=True)
    settings.STATICFILES_DIRS = [static]
    settings.VAR_DIR = tmp_path / "var"
    return static


def write(path: Path, text: str, age: int = 0) -> None:
    """With a clock of its own, so that no test waits for the next tick of the disk’s."""
    path.write_text(text)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))


def sent(name: str) -> str:
    found = BundleFinder().find(name)
    assert isinstance(found, str)
    return Path(found).read_text()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.stem)
def test_a_stylesheet_is_sent_without_comments_and_lines(sheet: Path) -> None:
    found = finders.find(f"css/{sheet.name}")
    assert found
    text = TEXT.sub('""', Path(found).read_text())
    assert text
    assert "/*" not in text
    assert "\n" not in text
    assert "  " not in text
    assert "@import" not in text


@pytest.mark.parametrize("sheet", BUNDLES, ids=lambda sheet: sheet.stem)
def test_every_part_is_sent_once(sheet: Path) -> None:
    parts = [path for _layer, path in parts_of(sheet)]
    assert len(parts) == len(set(parts))
    assert sorted(parts) == sorted(sheet.with_suffix("").glob("*.css"))


def test_there_are_bundles() -> None:
    assert {sheet.stem for sheet in BUNDLES} >= {"components", "pages", "desk"}


def test_parts_have_no_address_and_everything_else_keeps_its_own() -> None:
    listed = {name for name, _storage in BundleFinder().list([])}
    parts = {path.relative_to(STATIC).as_posix() for sheet in BUNDLES for _layer, path in parts_of(sheet)}
    scripts = [path for path in STATIC.rglob("*.mjs") if path.with_suffix("").is_dir()]
    parts |= {path.relative_to(STATIC).as_posix() for script in scripts for path in modules_of(script)}
    sources = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert listed == sources - parts
    assert finders.find("css/components/button.css") is None


def test_what_is_listed_is_what_is_found() -> None:
    for name, storage in BundleFinder().list([]):
        with storage.open(name) as file:
            assert file.read() == Path(str(finders.find(name))).read_bytes(), name


def test_a_changed_part_is_sent_at_the_next_request(folder: Path) -> None:
    write(folder / "css/all.css", '@import "all/a.css" layer(one);\n@import "all/b.css" layer(one);\n', age=9)
    write(folder / "css/all/a.css", "a {\n  color: red;\n}\n", age=9)
    write(folder / "css/all/b.css", "b {\n  color: red;\n}\n", age=9)
    assert sent("css/all.css") == "@layer one{a{color:red}b{color:red}}"
    write(folder / "css/all/b.css", "b {\n  color: blue;\n}\n", age=5)
    assert sent("css/all.css") == "@layer one{a{color:red}b{color:blue}}"
    # Also a version that is older than the one before, as after a change of branches.
    write(folder / "css/all/b.css", "b {\n  color: green;\n}\n", age=7)
    assert sent("css/all.css") == "@layer one{a{color:red}b{color:green}}"
    write(folder / "css/all.css", '@import "all/b.css" layer(two);\n', age=3)
    assert sent("css/all.css") == "@layer two{b{color:green}}"


def test_what_has_not_changed_is_not_made_again(folder: Path) -> None:
    write(folder / "css/one.css", "a {\n  color: red;\n}\n")
    first = Path(str(BundleFinder().find("css/one.css")))
    made = first.stat()
    assert Path(str(BundleFinder().find("css/one.css"))).stat().st_ino == made.st_ino
    # Whoever collects may have another version of this module: then it is.
    list(BundleFinder().list([]))
    assert first.stat().st_ino != made.st_ino
    assert first.stat().st_mtime_ns == made.st_mtime_ns


@pytest.mark.parametrize(
    "text",
    [
        '@import "all/a.css" layer(one);\nb {\n  color: red;\n}\n',
        '@import "all/a.css";\n',
        "@import url(https://example.org/a.css);\n",
    ],
    ids=["rules too", "no layer", "from elsewhere"],
)
def test_a_stylesheet_consists_of_imports_or_has_none(folder: Path, text: str) -> None:
    write(folder / "css/all.css", text)
    write(folder / "css/all/a.css", "a {\n  color: red;\n}\n")
    with pytest.raises(BundleError):
        BundleFinder().find("css/all.css")


@pytest.mark.parametrize(
    ("written", "short"),
    [
        (".cases :is(h3, h4) {\n  margin: 0;\n}", ".cases :is(h3,h4){margin:0}"),
        ("@layer a {\n  .b :hover {\n    margin: 0;\n  }\n}", "@layer a{.b :hover{margin:0}}"),
        (
            "@container (min-width: 2rem) {\n  a :is(b) {\n    margin: 0;\n  }\n}",
            "@container (min-width:2rem){a :is(b){margin:0}}",
        ),
        (
            "@media screen and (max-width: 2rem) {\n  a {\n    margin: 0;\n  }\n}",
            "@media screen and (max-width:2rem){a{margin:0}}",
        ),
        (
            "a > b + c ~ d {\n  margin: calc(1rem + 2px) calc(var(--x) * -1 - 0.1em);\n}",
            "a>b + c ~ d{margin:calc(1rem + 2px) calc(var(--x) * -1 - 0.1em)}",
        ),
        ('a::after {\n  content: "/* a ; b  { */" / "";\n}', 'a::after{content:"/* a ; b  { */" / ""}'),
        ('a {\n  /* it’s "here" */\n  margin: 0 /* between */ auto;\n}', "a{margin:0 auto}"),
        ('[title="it\'s"]\n{\n  margin: 0 !important;\n}', '[title="it\'s"]{margin:0!important}'),
        (
            "a {\n  &:hover {\n    margin: 0;\n  }\n  & b {\n    margin: 0;\n  }\n}",
            "a{&:hover{margin:0}& b{margin:0}}",
        ),
    ],
)
def test_white_space_stays_where_it_says_something(tmp_path: Path, written: str, short: str) -> None:
    write(tmp_path / "a.css", written)
    assert sent_style(tmp_path / "a.css") == short


def test_a_part_has_no_address_in_it(folder: Path) -> None:
    write(folder / "css/all.css", '@import "all/a.css" layer(one);\n')
    write(folder / "css/all/a.css", "a {\n  background: url(a.png);\n}\n")
    with pytest.raises(BundleError, match=r"all\.css"):
        BundleFinder().find("css/all.css")


def test_a_script_loses_its_indentation_only(tmp_path: Path) -> None:
    write(tmp_path / "a.mjs", "if (a) {\n  /* why */\n  b(`c  d`);\n}\n")
    assert sent_script(tmp_path / "a.mjs") == "if (a) {\n/* why */\nb(`c  d`);\n}\n"


def test_a_script_is_sent_with_its_parts(folder: Path) -> None:
    """One request for all of it; a part that changes is sent at the next one, and has no address."""
    (folder / "js" / "all").mkdir(parents=True)
    write(folder / "js/all.mjs", '/* a */\nimport { one } from "./all/a.mjs";\n\none();\n', age=9)
    write(folder / "js/all/a.mjs", "export function one() {\n  two();\n}\n\nconst two = 2;\n", age=9)
    assert sent("js/all.mjs") == "/* a */\nfunction one() {\ntwo();\n}\n\nconst two = 2;\n\none();\n"
    write(folder / "js/all/a.mjs", "export const one = 1;\n")
    assert "const one = 1;" in sent("js/all.mjs")
    assert BundleFinder().find("js/all/a.mjs") in (None, [])
    assert "js/all/a.mjs" not in [name for name, _storage in BundleFinder().list(None)]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("all/a.mjs", "export const one = 1;\nconst here = 2;\n"),
        ("all/a.mjs", 'import { b } from "./b.mjs";\nexport const one = b;\n'),
        ("other.mjs", "export const one = 1;\n"),
    ],
    ids=["two of one name", "a part of a part", "a script of its own"],
)
def test_a_script_that_cannot_be_joined_says_so(folder: Path, name: str, part: str) -> None:
    (folder / "js" / "all").mkdir(parents=True)
    write(folder / "js/all.mjs", f'import {{ one }} from "./{name}";\n\nconst here = one;\n')
    write(folder / "js" / name, part)
    with pytest.raises(BundleError, match=r"\.mjs"):
        BundleFinder().find("js/all.mjs")


@pytest.mark.parametrize("text", ["a(`\n  b\n`);\n", 'a("b \\\n  c");\n'])
def test_a_script_with_a_text_over_lines_stays_as_it_is(tmp_path: Path, text: str) -> None:
    write(tmp_path / "a.mjs", text)
    assert sent_script(tmp_path / "a.mjs") == text


def test_joining_changes_no_rule() -> None:
    """The rules of the parts, each under its layer, and nothing else; signs apart, which are drawn."""
    for sheet in BUNDLES:
        bare = DRAWN.sub("url()", COMMENT.sub("", joined(sheet)))
        assert bare.count("{") == bare.count("}")
        for _layer, part in parts_of(sheet):
            assert ICON.sub("url()", COMMENT.sub("", part.read_text())) in bare
