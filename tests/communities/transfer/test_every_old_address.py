"""Every address of an old site answers afterwards, or stands in the report.

The addresses are read off the export by other means than ours, as the old site would have listed them: its map, feeds,
lists and files. Of the real ones a part is asked for, which is another with each export.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from PIL import Image

from communities.transfer.report import ImportReport
from communities.transfer.services import import_stackexchange, import_wordpress
from tests.conftest import Cast

from .documents import se_file, write, wxr, wxr_author, wxr_comment, wxr_item
from .real_data import CC_LABS, COFFEE, THEME_TEST, needs_real_data

pytestmark = pytest.mark.django_db

ASKED = 50
NAMED = ("shadowed", "no_place", "address_taken", "address_too_long", "picture", "file")


def child(item: ElementTree.Element, name: str) -> str:
    return next((one.text or "" for one in item if one.tag.rpartition("}")[2] == name), "")


def wordpress_addresses(path: Path) -> Iterator[str]:
    """What the map of the old blog, its lists, its feeds and its links named, as paths."""
    channel = ElementTree.parse(path).getroot()[0]
    base = urlsplit(child(channel, "base_blog_url")).path.rstrip("/")
    yield from (f"{base}{one}" for one in ("/feed/", "/feed/atom/", "/comments/feed/", "/page/2/"))
    yield from (f"{base}/{one}.xml" for one in ("wp-sitemap", "post-sitemap", "wp-sitemap-posts-post-1"))
    yield from ("/?feed=rss2", "/?s=old+words", f"{base}/search/old/")
    for term in channel.iter():
        kind = term.tag.rpartition("}")[2]
        number, slug = child(term, "term_id"), child(term, "category_nicename") or child(term, "tag_slug")
        if kind in ("category", "tag") and slug:
            name = "category" if kind == "category" else "tag"
            yield from (f"{base}/{name}/{slug}/{rest}" for rest in ("", "feed/", "page/2/"))
            if number and kind == "category":
                yield f"/?cat={number}"
        if kind == "author":
            login = child(term, "author_login")
            yield from (f"{base}/author/{login}/", f"{base}/author/{login}/feed/")
            yield f"/?author={child(term, 'author_id') or 1}"
    for item in channel.iter("item"):
        yield from item_addresses(item, base)


def item_addresses(item: ElementTree.Element, base: str) -> Iterator[str]:
    link, kind = urlsplit(child(item, "link")), child(item, "post_type")
    if kind == "attachment":
        yield unquote(link.path)
        yield unquote(urlsplit(child(item, "attachment_url")).path)
        return
    if kind not in ("post", "page") or child(item, "status") != "publish" or child(item, "post_password"):
        return
    yield f"/?p={child(item, 'post_id')}"
    if not link.query:
        yield from (f"{unquote(link.path)}{rest}" for rest in ("", "feed/", "amp/", "comment-page-1/", "2/"))
        yield f"{base}/index.php{unquote(link.path).removeprefix(base)}"
    year, month, day = child(item, "post_date_gmt")[:10].split("-")
    if kind == "post" and year != "0000":
        yield from (f"{base}/{year}/", f"{base}/{year}/{month}/page/2/", f"{base}/{year}/{month}/{day}/")
        yield f"/?m={year}{month}"
    for word in item.iter("category"):
        if word.get("domain") in ("category", "post_tag"):
            name = "category" if word.get("domain") == "category" else "tag"
            yield f"{base}/{name}/{word.get('nicename')}/"


def dead_ends(here: Cast, addresses: list[str], report: ImportReport) -> list[str]:
    """Those that lead nowhere, or to the front page, and are not named."""
    named = [one for code in NAMED if code in report.losses for one in report.losses[code].examples]
    visitor, dead, reached = here.sign_in(None), [], set()
    for address in addresses:
        answer = visitor.get(here.url(address))
        target = answer.get("Location", "")
        if answer.status_code == 301 and target not in reached:
            reached.add(target)
            assert visitor.get(target).status_code == 200, (address, target)
        is_there = answer.status_code == 301 or (answer.status_code == 200 and "?" not in address)
        if not is_there and not any(one.endswith(address) for one in named):
            dead.append(address)
    return dead


def some_of(addresses: Iterator[str]) -> list[str]:
    found = sorted({one for one in addresses if one not in ("", "/")})
    return random.Random(len(found)).sample(found, min(ASKED, len(found)))


def test_own_blog(here: Cast, tmp_path: Path) -> None:
    words = "".join(
        f"<wp:category><wp:term_id>{key}</wp:term_id><wp:category_nicename>{name}</wp:category_nicename>"
        f"<wp:category_parent>{above}</wp:category_parent><wp:cat_name>{name}</wp:cat_name></wp:category>"
        for key, name, above in ((1, "uncategorized", ""), (4, "roses", ""), (5, "wild", "roses"))
    )
    filed = '<category domain="category" nicename="wild">wild</category>'
    plain = '<category domain="category" nicename="uncategorized">uncategorized</category>'
    shown = '<img src="http://blume.example/wp-content/uploads/2020/01/a-300x200.jpg" alt="A">'
    files = [
        wxr_item(
            key,
            post_type="attachment",
            status="inherit",
            post_name=f"file-{key}",
            post_parent=str(parent),
            attachment_url=f"http://blume.example/wp-content/uploads/2020/01/{name}",
        )
        for key, name, parent in ((10, "a.jpg", 1), (11, "plan.pdf", 1), (12, "b.jpg", 0))
    ]
    (tmp_path / "2020" / "01").mkdir(parents=True)
    Image.new("RGB", (600, 400), "red").save(tmp_path / "2020" / "01" / "a.jpg")
    pages = [
        wxr_item(3, post_type="page", post_name=name).replace("/2012/05/", where)
        for name, where in (("about", "/"), ("who", "/about/"))
    ]
    path = write(
        tmp_path,
        wxr(
            wxr_author(),
            words,
            wxr_item(1, filed, wxr_comment(7), content=shown),
            wxr_item(2, plain),
            pages[0],
            pages[1].replace("<wp:post_id>3<", "<wp:post_id>4<"),
            *files,
        ),
    )
    report = import_wordpress(path, community=here.community, media=tmp_path)

    more = ["/wp-content/uploads/2020/01/a-300x200.jpg", "/wp-content/uploads/2020/01/a-150x150.jpg"]
    more += ["/category/roses/wild/feed/", "/type/gallery/", "/2012/05/article-1/trackback/"]
    addresses = sorted({one for one in wordpress_addresses(path) if one != "/"})
    assert dead_ends(here, [*addresses, *more], report) == []
    assert report.losses["shadowed"].examples == ["/about/"]
    assert "/wp-content/uploads/2020/01/a.jpg" not in report.losses["no_place"].examples


@needs_real_data
@pytest.mark.parametrize("export", [CC_LABS, THEME_TEST], ids=lambda path: path.stem)
def test_real_blogs(here: Cast, export: Path) -> None:
    report = import_wordpress(export, community=here.community)

    assert dead_ends(here, some_of(wordpress_addresses(export)), report) == []


def question_addresses(posts: str) -> Iterator[str]:
    yield from (
        "/questions",
        "/questions/tagged",
        "/unanswered",
        "/feeds",
        "/users",
        "/sitemap-questions-0.xml",
    )
    for row in re.findall(r"<row ([^>]*)/>", posts):
        said = dict(re.findall(r'(\w+)="([^"]*)"', row))
        key = said["Id"]
        if said.get("PostTypeId") == "1":
            yield from (
                f"/questions/{key}",
                f"/questions/{key}/any-words",
                f"/q/{key}/7",
                f"/feeds/question/{key}",
            )
            for tag in re.findall(r"(?:&lt;|\|)([^&|]+)", said.get("Tags", "")):
                yield from (f"/questions/tagged/{tag}", f"/feeds/tag/{tag}", f"/tags/{tag}/info")
        elif said.get("PostTypeId") == "2":
            yield from (f"/a/{key}", f"/posts/{key}/revisions", f"/questions/{said['ParentId']}/words/{key}")
        if said.get("OwnerUserId", "-1") != "-1":
            yield from (f"/users/{said['OwnerUserId']}", f"/users/{said['OwnerUserId']}/name")


def test_own_questions(here: Cast, tmp_path: Path) -> None:
    posts = se_file(
        tmp_path,
        "Posts",
        'Id="1" PostTypeId="1" Title="Which knot?" Body="B" Tags="&lt;rope&gt;&lt;c++&gt;" OwnerUserId="12"'
        ' CreationDate="2011-01-01T00:00:00.000"',
        'Id="2" PostTypeId="2" ParentId="1" Body="A" OwnerUserId="13" CreationDate="2011-01-02T00:00:00.000"',
    )
    report = import_stackexchange(tmp_path, community=here.community, site="knots.example")

    addresses = sorted(set(question_addresses(posts.read_text(encoding="utf-8-sig"))))
    assert dead_ends(here, [*addresses, "/questions/tagged/rope+wire"], report) == []


@needs_real_data
def test_real_questions(here: Cast) -> None:
    report = import_stackexchange(COFFEE, community=here.community, site="coffee.stackexchange.com")
    posts = gzip.decompress((COFFEE / "Posts.xml.gz").read_bytes()).decode("utf-8-sig")

    assert dead_ends(here, some_of(question_addresses(posts)), report) == []
