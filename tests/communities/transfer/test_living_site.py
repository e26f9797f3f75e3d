"""An old blog that lives: brought in, changed there in every way people do, brought in again.

The oracle is a fresh import of the later file into an empty community. Whatever differs must be named in the report;
in red, where something may be read here and not there.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from communities.content.models import Attachment, Post, Redirect, Thread
from communities.content.viewers import public_viewer
from communities.models import Community
from communities.scoping import community_scope
from communities.transfer.models import ImportedItem
from communities.transfer.report import ImportReport
from communities.transfer.services import import_wordpress
from tests.factories import make_community

from .documents import write, wxr, wxr_author, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db

EDITS = 14
CITED = re.compile("<blockquote.*</blockquote>")
STATES = ("publish", "publish", "publish", "draft", "future", "private", "pending")
# What the report may name, since nobody has touched anything here.
NAMING = ("gone", "other_thing", "order")


@dataclass
class OldComment:
    key: int
    day: int
    parent: int = 0
    approved: str = "1"
    text: str = ""

    def written(self) -> str:
        return wxr_comment(
            self.key,
            self.text or f"Comment {self.key}",
            comment_date_gmt=f"2013-{self.day // 28 + 1:02d}-{self.day % 28 + 1:02d} 08:00:00",
            comment_parent=str(self.parent),
            comment_approved=self.approved,
            comment_author=f"Guest {self.key % 3}",
        )


@dataclass
class OldArticle:
    key: int
    status: str
    day: int
    title: str
    slug: str
    text: str
    tags: list[str] = field(default_factory=list)
    comments: list[OldComment] = field(default_factory=list)

    def written(self) -> str:
        words = "".join(f'<category domain="post_tag" nicename="{tag}">{tag}</category>' for tag in self.tags)
        return wxr_item(
            self.key,
            words,
            *(comment.written() for comment in self.comments),
            title=self.title,
            content=self.text,
            status=self.status,
            post_name=self.slug,
            post_date_gmt=f"2012-{self.day // 28 + 1:02d}-{self.day % 28 + 1:02d} 10:00:00",
        )


class OldBlog:
    """The blog, and every way in which it changes."""

    def __init__(self, seed: int, pictures: Path) -> None:
        self.chance = random.Random(seed)
        self.pictures = pictures
        self.pictures.mkdir()
        self.keys = iter(range(1, 1000))
        self.articles: list[OldArticle] = []
        self.deleted: list[OldArticle] = []
        self.author = "Zoé Martin"
        for _number in range(6):
            self.write()
        for _number in range(14):
            self.comment()

    def file(self, folder: Path) -> Path:
        author = wxr_author(name=self.author)
        return write(folder, wxr(author, *(article.written() for article in self.articles)))

    def live(self) -> list[str]:
        acts: list[Callable[[], None]] = [
            self.write, self.comment, self.comment, self.change_state, self.change_state, self.redate, self.rename,
            self.readdress, self.edit, self.retag, self.delete, self.throw_away, self.judge, self.judge, self.reword,
            self.comment, self.reword, self.answer_late,
            self.delete_comment, self.add_picture, self.plan, self.publish_planned, self.undelete, self.move_comment,
            self.rename_author,
        ]  # fmt: skip
        done = []
        for _number in range(EDITS):
            act = self.chance.choice(acts)
            act()
            done.append(act.__name__)
        return done

    def some(self) -> OldArticle:
        return self.chance.choice(self.articles)

    def write(self) -> None:
        key = next(self.keys)
        target = self.chance.choice(self.articles).key if self.articles else key
        text = f'Words {key}.\n\n<a href="/?p={target}">see</a> <img src="/wp-content/uploads/{key}.png" alt="P">'
        status, day = self.chance.choice(STATES), self.chance.randrange(300)
        self.articles.append(OldArticle(key, status, day, f"Title {key}", f"slug-{key}", text, ["roses"]))

    def comment(self) -> None:
        """A new one, under an article or in answer to a comment; sometimes one that is older and waited."""
        article, key = self.some(), next(self.keys)
        parents = [0, *(one.key for one in article.comments)]
        approved = self.chance.choice(["1", "1", "1", "0"])
        article.comments.append(
            OldComment(key, self.chance.randrange(300), self.chance.choice(parents), approved)
        )

    def answer_late(self) -> None:
        """An answer of today to a comment of then."""
        article = max(self.articles, key=lambda one: len(one.comments))
        if article.comments:
            key = next(self.keys)
            article.comments.append(OldComment(key, 300 + key % 30, article.comments[0].key))

    def change_state(self) -> None:
        self.some().status = self.chance.choice(STATES)

    def redate(self) -> None:
        self.some().day = self.chance.randrange(300)

    def rename(self) -> None:
        article = self.some()
        article.title = f"{article.title} anew"

    def readdress(self) -> None:
        article = self.some()
        article.slug = f"{article.slug}-anew"

    def edit(self) -> None:
        self.some().text += "\n\nMore words."

    def retag(self) -> None:
        self.some().tags = self.chance.sample(["roses", "tulips", "lilies"], 2)

    def plan(self) -> None:
        self.some().status = "future"

    def publish_planned(self) -> None:
        """Its day has come; the date is the one that was planned."""
        for article in self.articles:
            article.status = "publish" if article.status == "future" else article.status

    def delete(self) -> None:
        article = self.some()
        self.articles.remove(article)
        self.deleted.append(article)

    def undelete(self) -> None:
        if self.deleted:
            self.articles.append(self.deleted.pop(0))

    def move_comment(self) -> None:
        """To another article, away from what it answered."""
        article = self.some()
        moving = [one for one in article.comments if one.key not in {two.parent for two in article.comments}]
        for comment in moving[:1]:
            article.comments.remove(comment)
            comment.parent = 0
            self.some().comments.append(comment)

    def rename_author(self) -> None:
        self.author = f"Zoé {self.chance.randrange(99)}"

    def throw_away(self) -> None:
        self.some().status = "trash"

    def judge(self) -> None:
        """Approve a comment that waited, or hold one that was public."""
        for comment in max(self.articles, key=lambda one: len(one.comments)).comments[1:3]:
            comment.approved = "0" if comment.approved == "1" else self.chance.choice(["1", "trash"])

    def reword(self) -> None:
        for comment in self.some().comments[:1]:
            comment.text = f"Comment {comment.key}, reworded"

    def delete_comment(self) -> None:
        del self.some().comments[:1]

    def add_picture(self) -> None:
        key = self.some().key
        Image.new("RGB", (key + 9, 20), "red").save(self.pictures / f"{key}.png")


def bring_in(blog: OldBlog, community: Community, folder: Path) -> ImportReport:
    return import_wordpress(blog.file(folder), community=community, media=blog.pictures)


def public_state(community: Community) -> dict[str, Any]:
    """What anybody can read of each old article, in words that hold in every community."""
    with community_scope(community):
        keys = {int(one.object_id): one.external_id for one in ImportedItem.objects.filter(kind="thread")}
        threads = Thread.objects.visible_to(public_viewer(community)).select_related("article", "author")
        slugs = {thread.slug: keys[thread.pk] for thread in Thread.objects.all()}
        sizes = {str(one.pk): f"{one.width}x{one.height}" for one in Attachment.objects.all()}

        def words(html: str) -> str:
            html = re.sub(r"/~/blogs/atelier-blume/([\w-]+)/", lambda m: f"article:{slugs[m[1]]}", html)
            html = re.sub(r"/~/media/([\w-]+)/\w+", lambda m: f"picture:{sizes[m[1]]}", html)
            return re.sub(r"#p-\d+", "#p", html)

        return {
            keys[thread.pk]: {
                "title": thread.title,
                "author": thread.author.display_name,
                "date": thread.published_at,
                "text": words(thread.posts.get(position=1).body_html),
                "excerpt": thread.article.excerpt,
                "tags": sorted(thread.tags.values_list("name", flat=True)),
                "replies": [
                    (post.author.display_name, post.published_at, words(post.body_html))
                    for post in thread.posts.replies().filter(state="published").order_by("position")
                ],
                "count": thread.reply_count,
                "activity": thread.last_activity_at,
            }
            for thread in threads
        }


def led_by(community: Community) -> dict[str, str]:
    """Which old article each old address leads to."""
    with community_scope(community):
        keys = {int(one.object_id): one.external_id for one in ImportedItem.objects.filter(kind="thread")}
        by_slug = {thread.slug: keys[thread.pk] for thread in Thread.objects.all()}
        rows = Redirect.objects.filter(target__startswith="/blogs/atelier-blume/")
        led = {row.path: row.target.split("/")[3] for row in rows}
        return {path: by_slug[slug] for path, slug in led.items() if slug in by_slug}


def assert_same(stands: dict[str, Any], wanted: dict[str, Any], *, order: Any, gone: Any) -> None:
    """Equal, save the order of replies where it is named, and those more that are named as gone there."""
    stands, wanted = dict(stands), dict(wanted)
    if order or gone:
        for one in (stands, wanted):
            # What stands above a reply decides whether it quotes what it speaks to.
            one["replies"] = sorted(
                (*who, re.sub("<blockquote.*</blockquote>", "", html)) for *who, html in one["replies"]
            )
            del one["activity"]
    if gone:
        assert len(stands["replies"]) > len(wanted["replies"])
        assert set(stands["replies"]) > set(wanted["replies"])
        for one in (stands, wanted):
            del one["replies"], one["count"]
    assert stands == wanted


@pytest.mark.parametrize("seed", range(6))
def test_a_second_import_is_as_right_as_a_fresh_one(tmp_path: Path, seed: int) -> None:
    blog = OldBlog(seed, tmp_path / "pictures")
    here, fresh = make_community(language="en"), make_community(language="en")
    bring_in(blog, here, tmp_path)
    titles: dict[str, set[str]] = defaultdict(set)
    for _time in range(2):
        done = blog.live()
        report = bring_in(blog, here, tmp_path)
        for article in blog.articles:
            titles[str(article.key)].add(article.title)
    bring_in(blog, fresh, tmp_path)

    named = {code: set(report.losses[code].examples) if code in report.losses else set() for code in NAMING}
    assert not {"changed", "public_here"} & set(report.losses), done
    stands, wanted = public_state(here), public_state(fresh)
    for key in stands.keys() | wanted.keys():
        # An article that was renamed and deleted there is named by the title that it has here.
        called = titles[key] | {one["title"] for one in (stands.get(key), wanted.get(key)) if one}
        if called & named["other_thing"]:
            continue
        if key not in wanted:
            assert called & named["gone"], (done, stands[key])
            assert key not in {str(article.key) for article in blog.articles}, done
            continue
        assert key in stands, (done, wanted[key])
        assert_same(stands[key], wanted[key], order=called & named["order"], gone=called & named["gone"])
    led = led_by(here)
    # What is no longer public has no old address either: it would tell that there is something.
    assert set(led.values()) <= set(stands), done
    for path, key in led_by(fresh).items():
        assert led.get(path) == key or titles[key] & named["other_thing"], (path, done)


def test_nothing_is_named_when_nothing_has_changed(tmp_path: Path) -> None:
    blog = OldBlog(99, tmp_path / "pictures")
    here = make_community(language="en")
    bring_in(blog, here, tmp_path)
    before = public_state(here)

    report = bring_in(blog, here, tmp_path)

    assert public_state(here) == before
    assert not +report.made
    assert not [code for code in NAMING if code in report.losses]
    with community_scope(here):
        assert Post.objects.filter(revision_count__gt=0).count() == 0
