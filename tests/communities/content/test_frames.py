"""Pictures in frames: captions, several side by side, and nothing lost on the way."""

from __future__ import annotations

import pytest

from communities.content.addresses import MEDIA
from communities.content.showing.pictures import with_large_pictures
from communities.content.text.rendering import render

ONE = f"{MEDIA}0192aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee/full"
TWO = f"{MEDIA}0192aaaa-bbbb-7ccc-8ddd-ffffffffffff/full"


def show(source: str, fmt: str = "html") -> str:
    html = render(
        source, fmt="markdown" if fmt == "markdown" else "html", mentions={}, media_prefixes=(MEDIA,)
    ).html
    return html.replace(' loading="lazy" decoding="async"', "")


def img(src: str, alt: str = "") -> str:
    return f'<img src="{src}" alt="{alt}">'


def test_markdown_says_what_stands_under_a_picture() -> None:
    html = show(f'![A deck]({ONE} "At noon")', "markdown")
    assert html == f"<figure>{img(ONE, 'A deck')}<figcaption>At noon</figcaption></figure>"
    assert "At noon" not in show(f'![A deck]({ONE} "At noon") and words', "markdown")


def test_pictures_alone_in_a_paragraph_stand_side_by_side_in_their_order() -> None:
    html = show(f'![b]({TWO}) ![a]({ONE} "Under a")', "markdown")
    second = f"<figure>{img(ONE, 'a')}<figcaption>Under a</figcaption></figure>"
    assert html == f'<figure class="gallery"><figure>{img(TWO, "b")}</figure>{second}</figure>'
    assert show(html) == html
    assert with_large_pictures(html).count('<a class="large"') == 2
    assert show(f"<p>{img(ONE)} word {img(TWO)}</p>").startswith("<p>")


@pytest.mark.parametrize(
    "inside", ["{0}{1}", "<p>{0}</p><p>{1}</p>", "<figure>{0}</figure><figure>{1}</figure>"]
)
def test_a_figure_of_several_pictures_loses_none(inside: str) -> None:
    html = show(f"<figure>{inside.format(img(ONE), img(TWO))}<figcaption>Both</figcaption></figure>")
    frames = f"<figure>{img(ONE)}</figure><figure>{img(TWO)}</figure>"
    assert html == f'<figure class="gallery">{frames}</figure><p>Both</p>'


def test_what_else_a_figure_holds_stands_behind_it() -> None:
    html = show(f"<figure>{img(ONE)}<p>Words</p><ul><li>a</li></ul>tail</figure>")
    assert html == f"<figure>{img(ONE)}</figure><p>Words</p><ul><li>a</li></ul><p>tail</p>"


def test_one_picture_of_a_gallery_is_a_picture() -> None:
    assert (
        show(f'<figure class="gallery"><figure>{img(ONE)}</figure></figure>')
        == f"<figure>{img(ONE)}</figure>"
    )
