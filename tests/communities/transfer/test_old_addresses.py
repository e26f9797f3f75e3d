"""Old addresses of imported sites lead to where their content is now, in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from communities.transfer.services import import_stackexchange, import_wordpress
from tests.conftest import Cast

from .documents import se_file, write, wxr, wxr_author, wxr_item

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2012/05/article-1/", "/blogs/atelier-blume/article-1/"),
        ("/2012/05/article-1", "/blogs/atelier-blume/article-1/"),
        ("/?p=1", "/blogs/atelier-blume/article-1/"),
        ("/?page_id=2", "/blogs/pages-of-atelier-blume/about/"),
        ("/tag/roses/", "/tags/roses/"),
    ],
)
def test_wordpress(here: Cast, tmp_path: Path, old: str, new: str) -> None:
    tag = '<category domain="post_tag" nicename="roses">Roses</category>'
    page = wxr_item(2, post_type="page", post_name="about")
    import_wordpress(write(tmp_path, wxr(wxr_author(), wxr_item(1, tag), page)), community=here.community)

    response = here.sign_in(None).get(here.url(old))

    assert (response.status_code, response["Location"]) == (301, here.url(new))
    assert here.sign_in(None).get(here.url(new)).status_code == 200


def test_a_draft_has_no_old_address(here: Cast, tmp_path: Path) -> None:
    import_wordpress(
        write(tmp_path, wxr(wxr_author(), wxr_item(1, status="draft"))), community=here.community
    )

    assert here.sign_in(None).get(here.url("/2012/05/article-1/")).status_code == 404
    assert here.sign_in(None).get(here.url("/blogs/atelier-blume/article-1/")).status_code == 404


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/questions/1", "/forums/t/which-knot/"),
        ("/questions/1/which-knot", "/forums/t/which-knot/"),
        ("/questions/1/former-words/", "/forums/t/which-knot/"),
        ("/questions/1/which-knot/2", "/forums/t/which-knot/#p-2"),
        ("/q/1/77", "/forums/t/which-knot/"),
        ("/a/2/77", "/forums/t/which-knot/#p-2"),
    ],
)
def test_stackexchange(here: Cast, tmp_path: Path, old: str, new: str) -> None:
    question = 'Id="1" PostTypeId="1" Title="Which knot?" Body="B" CreationDate="2011-01-01T00:00:00.000"'
    answer = 'Id="2" PostTypeId="2" ParentId="1" Body="A" CreationDate="2011-01-02T00:00:00.000"'
    se_file(tmp_path, "Posts", question, answer)
    import_stackexchange(tmp_path, community=here.community)

    response = here.sign_in(None).get(here.url(old))

    assert (response.status_code, response["Location"]) == (301, here.url(new))
    assert here.sign_in(None).get(here.url(new)).status_code == 200


def test_an_unknown_question_is_not_found(here: Cast) -> None:
    assert here.sign_in(None).get(here.url("/questions/99/anything")).status_code == 404


@pytest.mark.parametrize("asked", ["author=%00", "m=%00", "tag=a%00", "cat=%00", "s=%00", "p=%00"])
def test_what_no_site_was_asked_for_is_the_home_page(here: Cast, asked: str) -> None:
    assert here.sign_in(None).get(here.url(f"/?{asked}")).status_code == 200


def test_an_endless_address_is_not_read_again_and_again(here: Cast, tmp_path: Path) -> None:
    tag = '<category domain="post_tag" nicename="roses">Roses</category>'
    import_wordpress(write(tmp_path, wxr(wxr_author(), wxr_item(1, tag))), community=here.community)
    visitor = here.sign_in(None)
    assert visitor.get(here.url(f"/tag/roses{'/page/2' * 3}/")).status_code == 301
    assert visitor.get(here.url(f"/tag/roses{'/page/2' * 500}/")).status_code == 404
