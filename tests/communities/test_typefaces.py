"""The typefaces that come with the software: made of packages, light, under the names that stylesheets ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from fontTools.ttLib import TTFont

from communities.memory import forget_all
from communities.theming import FACES, typefaces
from communities.theming.preloading import address_of
from communities.theming.typefaces import FIRST, MORE, TYPEFACES, TypefaceFinder, names
from tests.conftest import Cast

CSS = Path(settings.BASE_DIR) / "static" / "css"
RULE = re.compile(
    r'@font-face \{\n  font-family: "(\w+)";\n  src: url\("\.\./(\S+)"\) [^}]*?unicode-range: ([^;]+);', re.S
)
RULES = RULE.findall((CSS / "tokens.css").read_text())
# What French and English are written with, and the names of their neighbours.
SENTENCE = "Où l’œuvre naît : « Ça s’achève à Noël », dit Señor Müßig — 1 248 € … “well-made” − 3 × 2 ‹ ›"
# What an article may fetch.
MOST_BYTES = 60_000


def letters_of(said: str) -> set[int]:
    ranges = [one.removeprefix("U+").split("-") for one in said.split(", ")]
    return {letter for one in ranges for letter in range(int(one[0], 16), int(one[-1], 16) + 1)}


def weight(*files: str) -> int:
    return sum(Path(str(finders.find(f"fonts/{name}.woff2"))).stat().st_size for name in files)


def test_each_face_that_a_community_can_choose_is_one_and_each_file_is_asked_for() -> None:
    assert set(TYPEFACES) == set(FACES)
    assert sorted(file for _family, file, _range in RULES) == sorted(names())
    for family, file, _range in RULES:
        assert file.startswith(f"fonts/{family.lower()}")


def test_stylesheets_ask_for_all_letters_that_a_file_has() -> None:
    """And the first part is asked first: of two rules that could have a letter, the last one is."""
    parts = {"": FIRST, "-more": MORE}
    for _family, file, said in RULES:
        kept = typefaces._letters(parts["-more" if "-more" in file else ""])
        assert kept <= letters_of(said), file
    order = [file for _family, file, _range in RULES]
    for file in order:
        if "-more" in file:
            assert order.index(file) < order.index(file.replace("-more", ""))


@pytest.mark.parametrize("face", sorted(TYPEFACES))
def test_a_typeface_has_what_pages_need_and_goes_by_no_reserved_name(face: str) -> None:
    for style in ("", "-italic"):
        font = TTFont(str(finders.find(f"fonts/{face}{style}.woff2")))
        covered = set(font.getBestCmap())
        assert {ord(one) for one in SENTENCE} <= covered
        called = font["name"].getDebugName(1)
        assert called == face.capitalize() + (" Italic" if style else "")
        assert "Open Font License" in font["name"].getDebugName(13)
        assert font["name"].getDebugName(0)
        if not style:
            weights = next(axis for axis in font["fvar"].axes if axis.axisTag == "wght")
            assert (weights.minValue, weights.maxValue) == (400, 700)
            assert len(font["fvar"].axes) == 1


def test_other_latin_letters_come_in_a_second_part() -> None:
    first, more = (
        set(TTFont(finders.find(f"fonts/geometric{part}.woff2")).getBestCmap()) for part in ("", "-more")
    )
    assert {ord(one) for one in "łőș"} <= more
    assert not first & more, "no letter is sent twice"


@pytest.mark.parametrize("reading", sorted(TYPEFACES))
def test_what_a_reading_page_fetches_is_light(reading: str) -> None:
    """Interface, headings and text with its italics; headings in the other face with serifs, which few will choose,
    leave no room for these."""
    for face in ("humanist", "geometric", reading):
        assert weight(*{"humanist", face, reading, f"{reading}-italic"}) <= MOST_BYTES, face
    assert weight("humanist", "oldstyle", "transitional") <= MOST_BYTES


def test_no_other_file_is_found_here() -> None:
    assert TypefaceFinder().find("fonts/comic.woff2") == []
    assert TypefaceFinder().find("css/tokens.css") == []


def test_what_cannot_be_made_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typefaces.settings, "VAR_DIR", tmp_path)
    broken = typefaces.Typeface("fontpkg-figtree", "missing.ttf")
    monkeypatch.setattr(typefaces, "TYPEFACES", {"geometric": broken})
    with pytest.raises(ImproperlyConfigured):
        typefaces.made(["fonts/geometric.woff2"])
    assert not list((tmp_path / "run" / "typefaces").rglob("*.woff2"))


def test_a_page_names_what_it_is_set_in_before_its_stylesheets_are_read(here: Cast) -> None:
    page = here.sign_in(None).get(here.url("/"))
    said = page.headers["Link"]
    assert said.count("rel=preload; as=font") == said.count("crossorigin") == said.count("fonts/humanist")
    assert "oldstyle" not in said
    here.community.theme = {"face": "oldstyle", "reading": "geometric"}
    here.community.save()
    forget_all()
    said = here.sign_in(None).get(here.url("/rules/")).headers["Link"]
    assert "/humanist" in said
    assert "/oldstyle" in said
    # What is no page of its own brings none along.
    asked = here.sign_in(here.member)
    assert "Link" not in asked.get(here.url("/theme/nothing.css")).headers
    assert "Link" not in asked.get(here.url("/rules/"), headers={"HX-Request": "true"}).headers


def test_a_font_of_the_brand_wins() -> None:
    own = {"path": "public/fonts/aa/bb/own.woff2"}
    assert address_of("own", own) == "/media/public/fonts/aa/bb/own.woff2"
    assert address_of("own", {"path": "https://elsewhere.example.org/a.woff2"}) == ""
    assert address_of("comic", {}) == ""
