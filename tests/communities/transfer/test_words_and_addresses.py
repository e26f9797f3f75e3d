"""Every word of an export is here or counted as lost; every address of the old site leads somewhere or is named."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from communities.content.models import Attachment, Post, Thread
from communities.models import Community
from communities.scoping import community_scope
from communities.transfer import media
from communities.transfer.exceptions import UnreadableExport
from communities.transfer.media import sweep_brought
from communities.transfer.report import ImportReport
from communities.transfer.services import import_stackexchange, import_wordpress
from tests.conftest import Cast
from tests.factories import make_community

from .documents import se_file, write, wxr, wxr_author, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db

UPLOADS = "http://blume.example/wp-content/uploads"


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def bring_in(community: Community, folder: Path, *parts: str, media: Path | None = None) -> ImportReport:
    return import_wordpress(write(folder, wxr(wxr_author(), *parts)), community=community, media=media)


def attachment(key: int, path: str, parent: int = 0) -> str:
    return wxr_item(
        key,
        post_type="attachment",
        status="inherit",
        attachment_url=f"{UPLOADS}/{path}",
        post_parent=str(parent),
        post_name=f"file-{key}",
    )


@pytest.mark.parametrize(
    ("content", "kept", "lost"),
    [
        ('[vc_row][vc_column width="1/2"]Roses[/vc_column][/vc_row]', "<p>Roses</p>", "shortcode"),
        ('[et_pb_blurb title="Dear roses"]in May[/et_pb_blurb]', "<p>Dear roses</p><p>in May</p>", "shortcode"),
        ('[unheard of="x"]Words[/unheard]', "<p>Words</p>", "shortcode"),
        ("He wrote [sic] in [1] and [home].", "<p>He wrote [sic] in [1] and [home].</p>", ""),
        ("<pre>a[b_c d=\"e\"]</pre>", '<pre>a[b_c d="e"]</pre>', ""),
        ('<!-- wp:block {"ref":9} /-->', "<p>Kept once</p>", ""),
        ('<!-- wp:block {"ref":8} /-->', "", "block"),
        ("https://films.example/watch?v=1&amp;t=2", 'href="https://films.example/watch?v=1&amp;t=2"', ""),
        ('<a href="https://a.example/">https://a.example/</a>', ">https://a.example/</a></p>", ""),
        (f'<a href="{UPLOADS}/2020/01/plan.pdf">Plan</a>', "<p>Plan (plan.pdf)</p>", "file"),
    ],
)  # fmt: skip
def test_each_word_is_here_or_counted(
    community: Community, tmp_path: Path, content: str, kept: str, lost: str
) -> None:
    block = wxr_item(9, post_type="wp_block", content="<p>Kept once</p>")
    report = bring_in(community, tmp_path, wxr_item(1, content=content), block)

    with community_scope(community):
        html = Post.objects.get(thread__slug="article-1").body_html
    assert kept in html.replace("\n", "")
    assert "[vc_" not in html
    assert "[et_" not in html
    losses = {"shortcode", "block", "file"} & set(report.losses)
    assert losses == ({lost} if lost else set())


def test_what_stands_beside_the_text_is_counted(community: Community, tmp_path: Path) -> None:
    fields = (
        "<wp:postmeta><wp:meta_key>note</wp:meta_key><wp:meta_value>Two words</wp:meta_value></wp:postmeta>"
        "<wp:postmeta><wp:meta_key>_edit_lock</wp:meta_key><wp:meta_value>12:1</wp:meta_value></wp:postmeta>"
        "<wp:postmeta><wp:meta_key>_yoast_wpseo_metadesc</wp:meta_key><wp:meta_value>For engines</wp:meta_value>"
        "</wp:postmeta>"
    )
    order = wxr_comment(2, "Order 12 was paid", comment_type="order_note")
    report = bring_in(community, tmp_path, wxr_item(1, fields, order, wxr_comment(3, comment_type="comment")))

    assert report.losses["field"].examples == ["Article 1: note"]
    assert report.losses["comment_kind"].examples == ["order_note"]
    with community_scope(community):
        assert Thread.objects.get().article.seo_description == "For engines"
        assert Post.objects.count() == 2


def test_a_gallery_without_numbers_shows_the_pictures_of_its_article(
    community: Community, tmp_path: Path
) -> None:
    folder = tmp_path / "uploads" / "2020" / "01"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 30), "red").save(folder / "a.png")
    report = bring_in(
        community,
        tmp_path,
        wxr_item(1, content="[gallery]"),
        attachment(5, "2020/01/a.png", parent=1),
        media=tmp_path / "uploads",
    )

    with community_scope(community):
        assert "<img" in Post.objects.get().body_html
    assert "gallery" not in report.losses


def test_pictures_of_one_name_are_told_apart_by_their_month(community: Community, tmp_path: Path) -> None:
    for month, width in (("01", 30), ("02", 60)):
        folder = tmp_path / "uploads" / "2020" / month
        folder.mkdir(parents=True)
        Image.new("RGB", (width, 20), "red").save(folder / "image1.png")
    images = "".join(f'<img src="{UPLOADS}/2020/{month}/image1.png" alt="">' for month in ("01", "02", "03"))
    item = wxr_item(1, content=images)
    report = bring_in(community, tmp_path, item, media=tmp_path / "uploads")
    again = bring_in(community, tmp_path, item)

    with community_scope(community):
        html = Post.objects.get().body_html
        assert sorted(Attachment.objects.values_list("width", flat=True)) == [30, 60]
        assert html.count("<img") == 2
        assert html.index('width="30"') < html.index('width="60"')
    assert report.losses["picture"].count == 1
    # Without the folder they are known from the first time.
    assert not again.made["updated"]


def test_files_of_a_part_that_was_taken_back_are_swept(
    community: Community, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "a.png")
    item = wxr_item(1, content=f'<img src="{UPLOADS}/a.png" alt="">')

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(media.MediaFolder, "give_to", killed)
        with pytest.raises(KeyboardInterrupt):
            bring_in(community, tmp_path, item, media=folder)
    bring_in(community, tmp_path, item, media=folder)
    century = timedelta(days=36500)
    with community_scope(community):
        monkeypatch.setattr(media, "AT_WORK", century)
        assert sweep_brought(community.pk) == 0
        monkeypatch.setattr(media, "AT_WORK", -century)
        assert sweep_brought(community.pk) == 1
        assert sweep_brought(community.pk) == 0
        path = Attachment.objects.get().path
    assert default_storage.exists(path)


def test_an_unknown_encoding_is_one_sentence(community: Community, tmp_path: Path) -> None:
    path = write(tmp_path, wxr(wxr_item(1)).replace("UTF-8", "klingon"))

    with pytest.raises(UnreadableExport, match="character encoding that cannot be read"):
        import_wordpress(path, community=community)


@pytest.fixture(scope="module")
def old_addresses() -> list[tuple[str, str]]:
    blog, article, tag = "/blogs/atelier-blume/", "/blogs/atelier-blume/article-1/", "/tags/roses/"
    return [
        ("/feed/", f"{blog}feed.xml"),
        ("/feed/rss2/", f"{blog}feed.xml"),
        ("/comments/feed/", f"{blog}feed.xml"),
        ("/?feed=rss2", f"{blog}feed.xml"),
        ("/category/roses/", tag),
        ("/category/roses/feed/", f"{tag}feed.xml"),
        ("/category/roses/page/3/", tag),
        ("/?cat=4", tag),
        ("/author/zoe/", blog),
        ("/author/zoe/page/2/", blog),
        ("/2012/", blog),
        ("/2012/05/", blog),
        ("/2012/05/page/2/", blog),
        ("/?m=201205", blog),
        ("/page/2/", blog),
        ("/2012/05/article-1/comment-page-1/", article),
        ("/2012/05/article-1/amp/", article),
        ("/2012/05/article-1/feed/", article),
        ("/index.php/2012/05/article-1/", article),
        ("/?s=old+roses", "/search/?q=old+roses"),
        ("/?attachment_id=5", article),
        ("/2012/05/file-5/", article),
    ]


def test_every_address_of_the_old_blog_leads_on(
    here: Cast, tmp_path: Path, old_addresses: list[tuple[str, str]]
) -> None:
    word = (
        "<wp:category><wp:term_id>4</wp:term_id><wp:category_nicename>roses</wp:category_nicename>"
        "<wp:cat_name>Roses</wp:cat_name></wp:category>"
    )
    tag = '<category domain="category" nicename="roses">Roses</category>'
    page = wxr_item(2, post_type="page", post_name="about").replace("/2012/05/about/", "/about/")
    files = attachment(5, "2020/01/a.png", parent=1) + attachment(6, "2020/01/plan.pdf")
    report = bring_in(here.community, tmp_path, word, wxr_item(1, tag), page, files)

    visitor = here.sign_in(None)
    for old, new in old_addresses:
        response = visitor.get(here.url(old))
        assert (response.status_code, response.get("Location")) == (301, here.url(new)), old
    for new in {new for _old, new in old_addresses}:
        assert visitor.get(here.url(new)).status_code == 200, new
    assert report.losses["shadowed"].examples == ["/about/"]
    assert "/wp-content/uploads/2020/01/plan.pdf" in report.losses["no_place"].examples


def test_every_address_of_old_questions_leads_on(here: Cast, tmp_path: Path) -> None:
    se_file(
        tmp_path,
        "Posts",
        'Id="1" PostTypeId="1" Title="Which knot?" Body="B" Tags="&lt;rope&gt;" OwnerUserId="12"'
        ' CreationDate="2011-01-01T00:00:00.000"',
    )
    import_stackexchange(tmp_path, community=here.community, site="knots.example")

    visitor = here.sign_in(None)
    for old, new in (
        ("/questions/tagged/rope", "/tags/rope/"),
        ("/questions", "/forums/f/questions/"),
        ("/users/12", "/forums/f/questions/"),
        ("/users/12/zoe", "/forums/f/questions/"),
    ):
        response = visitor.get(here.url(old))
        assert (response.status_code, response.get("Location")) == (301, here.url(new)), old


def test_a_beginning_is_not_said_twice(here: Cast, tmp_path: Path) -> None:
    bring_in(here.community, tmp_path, wxr_item(1, content="It <em>all</em> began &amp; ended in May."))

    page = here.sign_in(None).get(here.url("/blogs/atelier-blume/article-1/")).content.decode()

    assert 'class="stand"' not in page
    with community_scope(here.community):
        assert Thread.objects.get().article.excerpt == "It all began & ended in May."
