"""The WordPress reader: each version and oddity of WXR, unsafe and broken files, and the real exports."""

import gzip
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from communities.transfer.exceptions import UnreadableExport
from communities.transfer.readers.wordpress import read_wordpress
from communities.transfer.readers.wordpress_records import (
    WxrAuthor,
    WxrPost,
    WxrRecord,
    WxrRepaired,
    WxrSite,
    WxrTerm,
    WxrUnknown,
)

from .documents import WXR_HEAD, write, wxr, wxr_author, wxr_comment, wxr_item
from .real_data import CC_LABS, EDGE_CASES, THEME_TEST, needs_real_data


def read(folder: Path, text: str) -> list[WxrRecord]:
    return list(read_wordpress(write(folder, text)))


def posts_of(records: list[WxrRecord]) -> list[WxrPost]:
    return [record for record in records if isinstance(record, WxrPost)]


def test_it_reads_site_author_terms_post_and_comment(tmp_path: Path) -> None:
    terms = '<category domain="category" nicename="news"><![CDATA[News]]></category>'
    tag = '<category domain="post_tag" nicename="t1"><![CDATA[T 1]]></category>'
    item = wxr_item(7, terms, tag, wxr_comment(3, comment_parent="2"), title="Bonjour à tous", is_sticky="1")

    site, author, post = read(tmp_path, wxr(wxr_author(), item))

    assert site == WxrSite("Atelier Blume", "http://blume.example", "fr", "1.2")
    assert author == WxrAuthor("zoe", "zoe@example.org", "Zoé Martin")
    assert isinstance(post, WxrPost)
    assert (post.key, post.title, post.slug, post.pinned) == ("7", "Bonjour à tous", "article-7", True)
    assert post.published_at == datetime(2012, 5, 8, 10, tzinfo=UTC)
    assert post.terms == (WxrTerm("category", "news", "News"), WxrTerm("post_tag", "t1", "T 1"))
    assert [(c.key, c.parent, c.author_email, c.is_approved) for c in post.comments] == [
        ("3", "2", "anouk@example.org", True)
    ]


@pytest.mark.parametrize(
    "namespace",
    [
        "http://wordpress.org/export/1.0/",
        "http://wordpress.org/export/1.1/",
        "https://wordpress.org/export/1.2/",
    ],
)
def test_it_reads_every_version(tmp_path: Path, namespace: str) -> None:
    text = wxr(wxr_author(), wxr_item(1)).replace(
        'xmlns:wp="http://wordpress.org/export/1.2/"', f'xmlns:wp="{namespace}"'
    )

    assert [post.key for post in posts_of(read(tmp_path, text))] == ["1"]


def test_it_takes_the_terms_of_version_1_0_once(tmp_path: Path) -> None:
    twice = '<category domain="tag">news</category><category domain="tag" nicename="news">news</category>'

    (post,) = posts_of(read(tmp_path, wxr(wxr_item(1, twice))))

    assert post.terms == (WxrTerm("post_tag", "news", "news"),)


@pytest.mark.parametrize(
    ("status", "password", "public"),
    [
        ("publish", "", True),
        ("publish", "secret", False),
        ("draft", "", False),
        ("private", "", False),
        ("future", "", False),
        ("pending", "", False),
    ],
)
def test_it_tells_what_was_public(tmp_path: Path, status: str, password: str, public: bool) -> None:
    (post,) = posts_of(read(tmp_path, wxr(wxr_item(1, status=status, post_password=password))))

    assert post.is_public is public


def test_it_knows_pings_and_unapproved_comments(tmp_path: Path) -> None:
    comments = (
        wxr_comment(1, comment_type="pingback")
        + wxr_comment(2, comment_approved="spam")
        + wxr_comment(3, comment_type="comment")
    )

    (post,) = posts_of(read(tmp_path, wxr(wxr_item(1, comments))))

    assert [(c.is_ping, c.is_approved) for c in post.comments] == [
        (True, True),
        (False, False),
        (False, True),
    ]


def test_a_draft_without_gmt_date_takes_the_local_one(tmp_path: Path) -> None:
    item = wxr_item(1, post_date_gmt="0000-00-00 00:00:00", post_date="2012-05-02 09:30:00")

    (post,) = posts_of(read(tmp_path, wxr(item)))

    assert post.published_at == datetime(2012, 5, 2, 9, 30, tzinfo=UTC)


def test_it_keeps_slashes_and_split_cdata(tmp_path: Path) -> None:
    item = wxr_item(1, content=r"C:\xampp aren\'t ]]]]><![CDATA[> end")

    (post,) = posts_of(read(tmp_path, wxr(item)))

    assert post.content == r"C:\xampp aren\'t ]]> end"


def test_foreign_namespaces_cannot_overrule(tmp_path: Path) -> None:
    hijacked = wxr_item(5).replace("<item>", '<item xmlns:wp="http://evil.example/">')
    doubled = wxr_item(6, '<alt:post_id xmlns:alt="http://wordpress.org/export/1.2/">999</alt:post_id>')

    records = read(tmp_path, wxr(hijacked, doubled))

    assert [record.title for record in records if isinstance(record, WxrUnknown)] == ["Article 5"]
    assert [post.key for post in posts_of(records)] == ["6"]


def test_it_repairs_control_characters_and_leading_lines(tmp_path: Path) -> None:
    records = read(tmp_path, "\n\n" + wxr(wxr_item(1, content="a\x0bb\x1f")))

    assert posts_of(records)[0].content == "ab"
    assert records[-1] == WxrRepaired(2)


def test_it_reads_a_packed_file_with_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "export.xml.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + wxr(wxr_item(1)).encode()))

    assert len(posts_of(list(read_wordpress(path)))) == 1


def test_broken_xml_names_the_line(tmp_path: Path) -> None:
    text = WXR_HEAD + "<item>\n<title>Broken\n</item>"
    line = text.count("\n") + 1

    with pytest.raises(
        UnreadableExport, match=rf"not well-formed XML at line {line}, column 3 \(mismatched tag\)"
    ):
        read(tmp_path, text)


def test_leading_lines_count_for_the_line_of_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="at line 4,"):
        read(tmp_path, "\n\n\n<rss><channel></rss>")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % outside SYSTEM "http://evil.example/x.dtd"> %outside;]>',
    ],
)
def test_entities_are_refused(tmp_path: Path, doctype: str) -> None:
    text = wxr(wxr_item(1)).replace("?>\n", f"?>\n{doctype}\n", 1)

    with pytest.raises(UnreadableExport, match="declares XML entities or points outside itself"):
        read(tmp_path, text)


def test_one_endless_entry_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml.gz"
    with gzip.open(path, "wb") as packed:
        packed.write(WXR_HEAD.encode() + b"<item><title>")
        for _time in range(70):
            packed.write(b"x" * 1024 * 1024)

    with pytest.raises(UnreadableExport, match="larger than 64 MB"):
        list(read_wordpress(path))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not well-formed XML at line 1"),
        (b"\x89PNG\r\n\x1a\n", "not well-formed XML at line 1"),
        (b"<html><body>Hello</body></html>", "not a WordPress export"),
        (b"<rss><nochannel/></rss>", "not a WordPress export"),
        (gzip.compress(b"<rss>" + bytes(range(65, 91)) * 400, mtime=0)[:60], "cut off or damaged"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(data)

    with pytest.raises(UnreadableExport, match=message):
        list(read_wordpress(path))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match=r"nothing\.xml cannot be read: No such file"):
        list(read_wordpress(tmp_path / "nothing.xml"))


@needs_real_data
def test_real_blog_is_read_whole() -> None:
    records = list(read_wordpress(CC_LABS))
    posts = posts_of(records)
    comments = [comment for post in posts for comment in post.comments]
    terms = Counter(record.taxonomy for record in records if isinstance(record, WxrTerm))

    assert Counter(post.kind for post in posts) == {"post": 219, "page": 5}
    assert (len(comments), sum(comment.is_ping for comment in comments)) == (181, 62)
    assert sum(isinstance(record, WxrAuthor) for record in records) == 30
    assert terms == {"category": 98, "post_tag": 171}


@needs_real_data
def test_real_theme_test_tells_what_is_not_public() -> None:
    posts = [post for post in posts_of(list(read_wordpress(THEME_TEST))) if post.kind in ("post", "page")]

    assert Counter(post.status for post in posts) == {"publish": 77, "draft": 1, "future": 1}
    assert [post.slug for post in posts if post.password] == ["template-password-protected"]
    assert {post.author for post in posts} == {"themedemos", "themereviewteam"}


BROKEN = {
    "crazy-cdata.xml": "line 18, column 72",
    "malformed-simple.xml": "line 14, column 1",
    "malformed.xml": "line 90, column 3",
    "namespace-attacks.xml": "line 83, column 13",
}
EXPECTED = {
    "authors-multiline.xml": {"WxrAuthor": 3, "WxrPost": 1},
    "invalid-version-tag.xml": {"WxrAuthor": 1, "WxrTerm": 53},
    "large-authors.xml": {"WxrAuthor": 300},
    "missing-version-tag.xml": {"WxrAuthor": 1, "WxrTerm": 53},
    "namespace-edge-cases.xml": {"WxrAuthor": 2, "WxrTerm": 2, "WxrPost": 5, "WxrUnknown": 1},
    "small-export.xml": {"WxrAuthor": 3, "WxrTerm": 33, "WxrPost": 11},
    "term-formats.xml": {"WxrTerm": 7},
    "theme-unit-test-data.xml": {"WxrAuthor": 2, "WxrTerm": 185, "WxrPost": 186},
    "valid-wxr-1.0.xml": {"WxrTerm": 9, "WxrPost": 6},
    "valid-wxr-1.1.xml": {"WxrAuthor": 1, "WxrTerm": 3, "WxrPost": 2},
}
CASES = sorted(path.name for path in EDGE_CASES.glob("*.xml")) if EDGE_CASES.exists() else []


@needs_real_data
@pytest.mark.parametrize("name", CASES)
def test_real_edge_case(name: str) -> None:
    if name in BROKEN:
        with pytest.raises(UnreadableExport, match=BROKEN[name]):
            list(read_wordpress(EDGE_CASES / name))
        return
    records = list(read_wordpress(EDGE_CASES / name))
    found = Counter(type(record).__name__ for record in records)

    assert found.pop("WxrSite") == 1
    if name in EXPECTED:
        assert found == EXPECTED[name]
    else:
        assert found["WxrPost"] + found["WxrTerm"] > 0
