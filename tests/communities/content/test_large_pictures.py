"""Pictures in texts lead to themselves, at their full size; nothing else is touched."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from communities.content.showing.pictures import with_large_pictures

ID = "01a227ef-a754-78c8-bcbc-0685cee7cd9f"
PICTURE = (
    f'<img src="/~/media/{ID}/960" srcset="/~/media/{ID}/480 480w" alt="A deck" width="900" height="600">'
)


def test_a_picture_leads_to_its_largest_rendition() -> None:
    assert (
        with_large_pictures(f"<figure>{PICTURE}<figcaption>Deck</figcaption></figure>")
        == f'<figure><a class="large" href="/~/media/{ID}/full">{PICTURE}</a><figcaption>Deck</figcaption></figure>'
    )


def test_a_picture_without_words_has_a_link_with_some() -> None:
    with override("fr"):
        html = with_large_pictures(PICTURE.replace("A deck", ""))
    assert html.startswith(
        f'<a class="large" href="/~/media/{ID}/full" aria-label="Ouvrir l’image"><img src='
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>Words</p>",
        f'<p><a href="https://example.org/">{PICTURE} and words</a></p>',
        '<p><img src="https://example.org/media/a.png" alt="x"></p>',
        '<p><img src="/~/media/public/x.png" alt="x"></p>',
        f"<p>&lt;img src=\"/~/media/{ID}/960\"&gt;</p>",
    ],
)  # fmt: skip
def test_everything_else_stays(html: str) -> None:
    assert with_large_pictures(html) == html


def test_each_of_many_is_a_link_of_its_own() -> None:
    html = f'<p>{PICTURE}</p><p><a href="/x">{PICTURE}</a></p><p>{PICTURE}</p>'
    assert with_large_pictures(html).count('class="large"') == 2
