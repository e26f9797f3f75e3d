"""What stands where a picture will be: its colour, known by the name of its folder, in every frame."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from PIL import Image

from communities.blogs.models import Article
from communities.content.images import store_picture
from communities.content.models import Attachment, Space
from communities.theming.first_colours import class_of, mark_of
from communities.theming.photos import Photo
from tests.communities.content.test_pixels import file_of
from tests.factories import make_thread

SHEET = (Path(settings.BASE_DIR) / "static" / "css" / "components" / "under.css").read_text()


@pytest.mark.parametrize(
    ("colour", "mark"),
    [((0, 0, 0), "-u00"), ((255, 255, 255), "-u63"), ((200, 70, 10), "-u52"), ((63, 64, 192), "-u07")],
)
def test_a_colour_is_brought_to_the_nearest_of_64_that_the_stylesheet_knows(
    colour: tuple[int, int, int], mark: str
) -> None:
    assert mark_of(Image.new("RGB", (30, 20), colour)) == mark
    said = re.search(rf"\.{class_of(f'a{mark}/480.webp')} \{{\s+--coming: #(\w+);", SHEET)
    assert said is not None
    shown = bytes.fromhex(said[1])
    assert all(abs(one - other) <= 32 for one, other in zip(shown, colour, strict=True))


def test_the_stylesheet_knows_all_of_them_once() -> None:
    assert re.findall(r"\.under-(\d\d) ", SHEET) == [f"{number:02d}" for number in range(64)]


def test_a_picture_keeps_it_in_all_its_files_and_what_can_be_seen_through_has_none(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    stored = store_picture(file_of(Image.new("RGB", (700, 500), (200, 70, 10)), "PNG"), folder="uploads")
    paths = [stored.path, *(path for _width, path in stored.renditions)]
    assert len(paths) == 2
    assert {class_of(path) for path in paths} == {"under-52"}
    clear = store_picture(file_of(Image.new("RGBA", (70, 50), (200, 70, 10, 9)), "PNG"), folder="uploads")
    assert class_of(clear.path) == ""
    assert class_of("uploads/ab/abcdef-u1/full.webp") == class_of("") == ""
    assert Attachment(path=stored.path).under == Space(picture=paths[1]).framing == "under-52"
    assert Photo(stored.path, 700, 500).under == "under-52"


def test_a_cover_is_framed_by_its_point_and_its_colour() -> None:
    article = Article(focal_x=32, focal_y=70)
    assert article.framing == "focal-x3 focal-y7"
    article.cover = Attachment(path="uploads/ab/c-u07/full.webp", width=9, height=9)
    assert article.framing == "focal-x3 focal-y7 under-07"
    photo = {"url": "/a.webp", "under": "under-07", "width": 9, "height": 9, "alt": ""}
    assert '<div class="hero-art under-07">' in render_to_string(
        "front/sections/hero_art.html", {"photo": photo}
    )


def test_home_keeps_the_point_of_a_cover_in_its_frame(here: Any) -> None:
    with here.scope():
        thread = make_thread(here.blog, by=here.manager, title="A cover with a point")
        cover = Attachment.objects.create(
            community=here.community,
            path="uploads/ab/c-u07/full.webp",
            content_type="image/webp",
            width=9,
            height=9,
            size=9,
            post=thread.opening(),
        )
        Article.objects.update_or_create(
            thread=thread, community=here.community, defaults={"cover": cover, "focal_x": 10, "focal_y": 90}
        )
    page = here.sign_in(None).get(here.url("/")).content.decode()
    assert '<span class="cover focal-x1 focal-y9 under-07">' in page
