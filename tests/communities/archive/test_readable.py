"""What can be read of an export without Parvis: pages, and articles that another system takes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from communities.blogs.models import Article
from communities.content.models import Post, State, Thread
from communities.transfer.services import import_wordpress
from tests.communities.archive.conftest import exported
from tests.conftest import Cast
from tests.factories import make_reply, make_space, make_thread


def _unpacked(here: Cast, into: Path) -> Path:
    with zipfile.ZipFile(exported(here.community, here.owner)) as archive:
        archive.extractall(into)
    return into


def test_our_own_import_reads_the_articles(here: Cast, elsewhere: Cast, tmp_path: Path) -> None:
    with here.scope():
        article = make_thread(
            here.blog,
            by=here.owner,
            title="A winter refit & more",
            body="<p>Sand the <em>hull</em>.</p>",
            tags=["Refit"],
        )
        # Pasted from a word processor, with a sign that XML cannot say.
        Article.objects.create(thread=article, excerpt="Sand\x0bfirst")
        make_reply(article, by=here.member, body="<p>And then?</p>")
        make_thread(here.blog, by=here.owner, title="Not yet", state=State.DRAFT)
        make_thread(here.forum, by=here.member, title="No article")
    folder = _unpacked(here, tmp_path)
    # Other systems are stricter than our own reader.
    expat.ParserCreate().Parse((folder / "articles.wxr").read_bytes(), True)
    assert here.owner.member is not None
    assert here.owner.member.email not in (folder / "articles.wxr").read_text()

    import_wordpress(folder / "articles.wxr", community=elsewhere.community)

    with elsewhere.scope():
        states = dict(Thread.objects.values_list("title", "state"))
        assert states == {"A winter refit & more": "published", "Not yet": "draft"}
        there = Thread.objects.get(title="A winter refit & more")
        assert there.published_at == article.published_at.replace(microsecond=0)
        assert there.slug == article.slug
        assert [tag.name for tag in there.tags.all()] == ["Refit"]
        bodies = list(
            Post.objects.filter(thread=there).order_by("position").values_list("body_html", flat=True)
        )
    assert bodies == ["<p>Sand the <em>hull</em>.</p>", "<p>And then?</p>"]


def test_pages_hold_what_was_out_and_keep_apart_who_read_it(here: Cast, tmp_path: Path) -> None:
    with here.scope():
        hall = make_space(slug="hall", name="Hall", audience="members")
        make_thread(here.forum, by=here.member, title="For all", body="<p>Public words</p>")
        make_thread(hall, by=here.member, title="Among members", body="<p>Members’ words</p>")
        paid = make_thread(here.forum, by=here.member, title="A review", body="<p>Fine ropes</p>")
        article = make_thread(here.blog, by=here.owner, title="Splices", body="<p>Fine splices</p>")
        Post.objects.filter(thread__in=[paid, article]).update(rewarded=True)
        make_thread(here.forum, by=here.member, title="Not yet", body="<p>Draft words</p>", state=State.DRAFT)
    unpacked = _unpacked(here, tmp_path)
    folder = unpacked / "html"
    inside = folder / "inside"
    public = "".join(path.read_text() for path in folder.rglob("*.html") if inside not in path.parents)
    hidden = "".join(path.read_text() for path in inside.rglob("*.html"))
    assert "Public words" in public
    assert "Members’ words" in hidden
    assert "Members’ words" not in public
    assert "Among members" not in public
    assert "Draft words" not in public + hidden
    assert "<script" not in public + hidden
    # The label of the law goes with the text.
    assert "<p><strong>Rewarded</strong></p><p>Fine ropes</p>" in public
    assert public.count("<strong>Rewarded</strong>") == 2
    assert "Rewarded&lt;/strong&gt;&lt;/p&gt;&lt;p&gt;Fine splices" in (unpacked / "articles.wxr").read_text()
