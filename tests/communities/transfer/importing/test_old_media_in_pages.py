"""Pictures and files of an old site in the pages of imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities.content.models import Post
from tests.communities.transfer.documents import se_file, wxr, wxr_author, wxr_comment, wxr_item
from tests.communities.transfer.importing.conftest import Desk, packed
from tests.communities.transfer.test_old_media import IMGUR, SITE, UPLOADS, picture, question

pytestmark = pytest.mark.django_db


def test_the_page_takes_pictures_out_of_the_same_zip(desk: Desk, tmp_path: Path) -> None:
    posts = se_file(tmp_path, "Posts", question(f'<p><img src="{IMGUR}/AbCdE.png" alt=""></p>'))
    shown = picture(tmp_path / "AbCdE.png")
    files = {"dump/Posts.xml": posts.read_bytes(), "dump/i.stack.imgur.com/AbCdE.png": shown.read_bytes()}
    done = desk.bring_in(packed(files), name="dump.zip", kind="stackexchange", site=SITE)

    assert done.report["made"]["picture"] == 1
    with desk.here.scope():
        assert "<img" in Post.objects.get().body_html


def test_each_file_is_named_with_its_article_and_counted(desk: Desk) -> None:
    links = "".join(f'<a href="{UPLOADS}/{number}.pdf">See</a> ' for number in range(60))
    comment = wxr_comment(9, f'<a href="{UPLOADS}/said.pdf">this</a> <a href="{UPLOADS}/said.pdf">this</a>')
    done = desk.bring_in(wxr(wxr_author(), wxr_item(1, comment, content=links)))

    (lost,) = (one for one in done.report["losses"] if one["code"] == "file")
    assert lost["count"] == 61
    assert {f"Article 1: /wp-content/uploads/{name}.pdf" for name in (0, 59, "said")} <= set(lost["examples"])
    page = desk.get(f"{done.pk}/").content.decode()
    assert "Article 1: /wp-content/uploads/49.pdf" in page
    assert "and 11 more" in page
