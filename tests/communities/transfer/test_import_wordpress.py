"""A WordPress export in a community: what is made, what stays hidden, what a repetition does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from communities.blogs.models import Article
from communities.content.models import (
    Attachment,
    Post,
    Redirect,
    Space,
    State,
    Tag,
    TaggedThread,
    Thread,
    ThreadTitle,
)
from communities.content.viewers import public_viewer
from communities.models import Community, Membership
from communities.scoping import community_scope
from communities.transfer.exceptions import TransferError
from communities.transfer.models import ImportedItem, UnclaimedAddress
from communities.transfer.report import ImportReport
from communities.transfer.services import import_wordpress
from tests.factories import make_community, make_space
from tests.mailing import delivered

from .documents import write, wxr, wxr_author, wxr_comment, wxr_item
from .real_data import CC_LABS, THEME_TEST, needs_real_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def community() -> Community:
    return make_community(language="en")


def bring_in(community: Community, folder: Path, *parts: str, **options: object) -> ImportReport:
    return import_wordpress(write(folder, wxr(*parts)), community=community, **options)


def thread_of(slug: str) -> Thread:
    return Thread.objects.select_related("space", "author").get(slug=slug)


def test_an_article_keeps_its_date_slug_author_and_tags(community: Community, tmp_path: Path) -> None:
    tags = '<category domain="post_tag" nicename="roses">Roses</category>'
    report = bring_in(
        community, tmp_path, wxr_author(), wxr_item(7, tags, title="Les <em>roses</em> &amp; co")
    )

    with community_scope(community):
        thread = thread_of("article-7")
        body = thread.posts.get()
        assert (thread.title, thread.kind, thread.state) == ("Les roses & co", "article", State.PUBLISHED)
        assert thread.published_at == body.published_at == thread.created_at == thread.last_activity_at
        assert f"{thread.published_at:%Y-%m-%d %H:%M}" == "2012-05-08 10:00"
        assert (thread.last_position, thread.reply_count, body.position) == (1, 0, 1)
        assert thread.author.display_name == "Zoé Martin"
        assert body.body_html == "<p>Hello</p>"
        assert thread.space.name == "Atelier Blume"
        assert ThreadTitle.objects.get(thread=thread).title == thread.title
        article = Article.objects.get(thread=thread)
        assert (article.reading_minutes, article.excerpt, article.comments_open) == (1, "Hello", True)
        link = TaggedThread.objects.get(content_object=thread)
        assert (link.tag.slug, link.tag.thread_count, link.published_at) == ("roses", 1, thread.published_at)
    assert report.made == {"article": 1, "author": 1, "tag": 1, "redirect": 20}


def test_authors_are_unclaimed_and_their_addresses_stay_apart(community: Community, tmp_path: Path) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(3, comment_author="a.b@example.org")))

    with community_scope(community):
        people = {person.display_name: person for person in Membership.objects.all()}
        assert set(people) == {"Zoé Martin", "a.b"}
        assert all(person.unclaimed and person.member_id is None for person in people.values())
        assert not Membership.objects.shown().exists()
        assert sorted(UnclaimedAddress.objects.values_list("email", flat=True)) == [
            "anouk@example.org",
            "zoe@example.org",
        ]
        texts = [
            *Post.objects.values_list("body_html", flat=True),
            *people,
            *(p.handle for p in people.values()),
        ]
        assert not [text for text in texts if "@" in text]
    community.refresh_from_db()
    assert community.member_count == 0
    assert delivered() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "private"},
        {"status": "pending"},
        {"status": "future", "post_date_gmt": "2035-01-01 00:00:00"},
        {"status": "publish", "post_password": "secret"},
    ],
)
def test_what_was_not_public_stays_a_draft(
    community: Community, tmp_path: Path, fields: dict[str, str]
) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(2), content="canary", **fields))

    with community_scope(community):
        thread = Thread.objects.get()
        assert (thread.state, thread.published_at, thread.last_activity_at) == (State.DRAFT, None, None)
        assert thread.posts.get().position is None
        viewer = public_viewer(community)
        assert not Thread.objects.visible_to(viewer).exists()
        assert not Post.objects.visible_to(viewer).exists()
        assert not Redirect.objects.filter(target__contains=thread.slug).exists()
        assert thread.author.display_name == "Zoé Martin"


def test_a_scheduled_article_keeps_its_date_but_nothing_publishes_it(
    community: Community, tmp_path: Path
) -> None:
    item = wxr_item(1, status="future", post_date_gmt="2012-01-01 00:00:00")
    report = bring_in(community, tmp_path, wxr_author(), item)

    with community_scope(community):
        thread = Thread.objects.get()
        assert (thread.state, thread.scheduled_for.year) == (State.DRAFT, 2012)
    assert report.losses["scheduled"].examples == ["Article 1 (2012-01-01)"]


def test_comments_become_replies_in_order_of_date(community: Community, tmp_path: Path) -> None:
    comments = (
        wxr_comment(
            5, "Third", comment_parent="3", comment_date_gmt="2012-06-09 00:00:00", comment_author="Bo"
        )
        + wxr_comment(4, "Second", comment_date_gmt="2012-06-05 00:00:00", comment_author="Cy")
        + wxr_comment(3, "First\n\nwith more", comment_date_gmt="2012-06-04 00:00:00")
        + wxr_comment(6, "A link", comment_type="pingback")
        + wxr_comment(7, "Cheap", comment_approved="spam")
        + wxr_comment(8, "  ")
    )
    report = bring_in(community, tmp_path, wxr_author(), wxr_item(1, comments))

    with community_scope(community):
        thread = thread_of("article-1")
        replies = list(thread.posts.exclude(position=1).order_by("position").select_related("author"))
        assert [reply.author.display_name for reply in replies] == ["Anouk", "Cy", "Bo"]
        assert replies[0].body_html == "<p>First</p><p>with more</p>"
        # The answer to the first one stands below another: it says what it speaks to.
        assert replies[2].body_html == (
            '<blockquote cite="/~/blogs/atelier-blume/article-1/#p-2" class="cite"><p class="by">'
            '<a href="/~/blogs/atelier-blume/article-1/#p-2">Anouk wrote</a></p>'
            "<p>First with more</p></blockquote><p>Third</p>"
        )
        assert (thread.reply_count, thread.last_position, thread.last_author) == (3, 4, replies[2].author)
        assert thread.last_activity_at == replies[2].published_at
        assert replies[0].author.post_count == 1
    assert {code: loss.count for code, loss in report.losses.items()} == {
        "ping": 1,
        "unapproved": 1,
        "empty": 1,
    }
    assert (report.found["comment"], report.made["comment"]) == (6, 3)


def test_an_author_who_comments_signed_in_is_one_person(community: Community, tmp_path: Path) -> None:
    author = wxr_author().replace("<wp:author>", "<wp:author><wp:author_id>9</wp:author_id>")
    bring_in(community, tmp_path, author, wxr_item(1, wxr_comment(2, comment_user_id="9")))

    with community_scope(community):
        assert Membership.objects.get().display_name == "Zoé Martin"
        assert Post.objects.filter(author=Membership.objects.get()).count() == 2


def test_links_between_articles_and_old_addresses_lead_to_the_new_ones(
    community: Community, tmp_path: Path
) -> None:
    content = (
        '<a href="http://blume.example/2012/05/article-2/#part">two</a> <a href="/?p=2">again</a>'
        ' <a href="/category/roses/">roses</a>'
    )
    category = '<category domain="category" nicename="roses">Roses</category>'
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, category, content=content), wxr_item(2))

    with community_scope(community):
        body = thread_of("article-1").posts.get().body_html
        assert body == (
            '<p><a href="/~/blogs/atelier-blume/article-2/#part">two</a>'
            ' <a href="/~/blogs/atelier-blume/article-2/">again</a> <a href="/~/tags/roses/">roses</a></p>'
        )
        led = dict(Redirect.objects.values_list("path", "target"))
        assert (
            led.items()
            >= {
                "/2012/05/article-1/": "/blogs/atelier-blume/article-1/",
                "/?p=1": "/blogs/atelier-blume/article-1/",
                "/2012/05/article-2/": "/blogs/atelier-blume/article-2/",
                "/?p=2": "/blogs/atelier-blume/article-2/",
                "/category/roses/": "/tags/roses/",
            }.items()
        )


@pytest.mark.parametrize("first", ["category", "post_tag"])
def test_of_words_that_are_alike_the_first_names_the_tag(
    community: Community, tmp_path: Path, first: str
) -> None:
    names = {"category": "Roses", "post_tag": "roses"}
    kinds = [first, *(kind for kind in names if kind != first)]
    words = "".join(
        f'<category domain="{kind}" nicename="{kind}s">{names[kind]}</category>' for kind in kinds
    )
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, words))

    with community_scope(community):
        assert Tag.objects.get().name == names[first]


def test_pages_stand_in_a_space_of_their_own(community: Community, tmp_path: Path) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1), wxr_item(2, post_type="page", post_name="about"))

    with community_scope(community):
        assert thread_of("about").space.name == "Pages of Atelier Blume"
        assert thread_of("about").space != thread_of("article-1").space
        assert Redirect.objects.get(path="/?p=2").target == "/blogs/pages-of-atelier-blume/about/"
        assert set(Space.objects.values_list("posting", flat=True)) == {Space.Posting.AUTHORS}


def test_the_language_of_the_export_is_the_language_of_its_search(
    community: Community, tmp_path: Path
) -> None:
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, wxr_comment(2)))

    with community_scope(community):
        assert Space.objects.get().language == "fr"
        assert set(Post.objects.values_list("language", flat=True)) == {"fr"}
        assert ThreadTitle.objects.get().language == "fr"


def test_it_writes_into_a_named_space(community: Community, tmp_path: Path) -> None:
    with community_scope(community):
        make_space(kind="blog", slug="journal")
    bring_in(community, tmp_path, wxr_author(), wxr_item(1), space="journal")

    with community_scope(community):
        assert thread_of("article-1").space.slug == "journal"
    with pytest.raises(TransferError, match="no blog space called “nowhere”"):
        bring_in(community, tmp_path, wxr_item(1), space="nowhere")


def test_a_taken_or_impossible_slug_gets_another(community: Community, tmp_path: Path) -> None:
    report = bring_in(
        community,
        tmp_path,
        wxr_item(1, post_name="same"),
        wxr_item(2, post_name="same", post_type="page"),
        wxr_item(3, post_name="caf%C3%A9-cr%C3%A8me"),
        wxr_item(4, post_name="new"),
        wxr_item(5, post_name="", title="Sans adresse"),
    )

    with community_scope(community):
        assert sorted(Thread.objects.values_list("slug", flat=True)) == [
            "cafe-creme",
            "new-2",
            "same",
            "same-2",
            "sans-adresse",
        ]
        assert Redirect.objects.filter(path="/2012/05/café-crème/").exists()
    assert report.losses["slug"].count == 3


def test_scripts_do_not_come_through(community: Community, tmp_path: Path) -> None:
    evil = (
        '<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a><script>alert(1)</script><b>bold</b>'
    )
    comment = wxr_comment(2, evil, comment_author="&lt;script&gt;")
    bring_in(community, tmp_path, wxr_author(), wxr_item(1, comment, content=evil))

    with community_scope(community):
        for html in Post.objects.values_list("body_html", flat=True):
            assert "<strong>bold</strong>" in html
            assert not any(word in html for word in ("alert", "onerror", "javascript", "<img"))


def test_pictures_of_the_folder_are_kept_and_others_are_a_loss(community: Community, tmp_path: Path) -> None:
    folder = tmp_path / "uploads" / "2012"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 30), "red").save(folder / "Rose.jpg")
    (folder / "tulip.jpg").write_text("no picture")
    images = "".join(
        f'<img src="http://blume.example/files/{name}" alt="A flower">'
        for name in ("rose-20x15.jpg", "tulip.jpg", "lily.jpg")
    )
    item = wxr_item(1, content=images)

    report = bring_in(community, tmp_path, wxr_author(), item, media=tmp_path / "uploads")
    again = bring_in(community, tmp_path, wxr_author(), item, media=tmp_path / "uploads")

    with community_scope(community):
        attachment = Attachment.objects.get()
        post = Post.objects.get()
        assert attachment.post_id == post.pk
        assert f'src="/~/media/{attachment.pk}/' in post.body_html
        assert '<a href="http://blume.example/files/lily.jpg"' in post.body_html
    assert (report.made["picture"], report.losses["picture"].count) == (1, 2)
    assert report.losses["picture_refused"].examples == ["tulip.jpg"]
    assert again.made["picture"] == 0


def test_the_report_can_be_read_by_programs(community: Community, tmp_path: Path) -> None:
    report = bring_in(community, tmp_path, wxr_author(), wxr_item(1, status="draft"))

    content = json.loads(report.as_json())

    assert content["found"]["article"] == content["made"]["article"] == 1
    assert content["losses"][0]["code"] == "not_public"
    assert content["losses"][0]["examples"] == ["Article 1 (draft)"]


@needs_real_data
def test_real_blog_comes_whole_and_once(community: Community) -> None:
    report = import_wordpress(CC_LABS, community=community)
    again = import_wordpress(CC_LABS, community=community)

    assert (report.made["article"], report.made["page"], report.made["comment"]) == (219, 5, 119)
    assert (report.found["comment"], report.found["ping"]) == (181, 62)
    assert (report.made["author"], report.made["tag"]) == (30, 171)
    assert not +again.made
    with community_scope(community):
        assert Thread.objects.filter(state=State.PUBLISHED).count() == 224
        assert Post.objects.replies().count() == 119
        assert ImportedItem.objects.filter(kind="author").count() == 30
        assert Tag.objects.filter(pk__in=_ids("tag")).count() == 171
        old = Redirect.objects.get(path="/2007/04/11/the-cc-tech-blog/")
        assert old.target == "/blogs/cc-labs/the-cc-tech-blog/"
        assert not Post.objects.filter(body_html__contains="[caption").exists()


@needs_real_data
def test_real_drafts_scheduled_and_protected_posts_are_not_public(community: Community) -> None:
    import_wordpress(THEME_TEST, community=community)

    with community_scope(community):
        visible = set(Thread.objects.visible_to(public_viewer(community)).values_list("slug", flat=True))
        hidden = set(Thread.objects.filter(state=State.DRAFT).values_list("slug", flat=True))
        assert len(visible) == 76
        assert hidden == {"draft", "scheduled", "template-password-protected"}
        assert not visible & hidden
        assert Post.objects.filter(position__gt=1).count() == 25


def _ids(kind: str) -> list[str]:
    return list(ImportedItem.objects.filter(kind=kind).values_list("object_id", flat=True))


def test_addresses_that_are_none_stop_nothing(community: Community, tmp_path: Path) -> None:
    thumbnail = (
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>9</wp:meta_value></wp:postmeta>"
    )
    text = wxr(
        wxr_author(),
        wxr_item(7, thumbnail, content='<a href="/b">b</a><img src="/a.png">'),
        wxr_item(9, post_type="attachment", attachment_url="http://["),
    )
    text = text.replace("<wp:base_blog_url>http://blume.example", "<wp:base_blog_url>http://[")
    media = tmp_path / "media"
    media.mkdir()
    Image.new("RGB", (10, 10)).save(media / "other.png")

    report = import_wordpress(write(tmp_path, text), community=community, media=media)

    assert report.made["article"] == 1


@pytest.mark.parametrize("stamp", ["9999-12-31 23:59:59", "0001-01-01 00:00:00"])
def test_a_date_that_no_clock_shows_counts_as_none(community: Community, tmp_path: Path, stamp: str) -> None:
    comment = wxr_comment(3, comment_date_gmt=stamp)
    report = bring_in(community, tmp_path, wxr_author(), wxr_item(7, comment, post_date_gmt=stamp))

    with community_scope(community):
        thread = thread_of("article-7")
        years = {thread.published_at.year, *thread.posts.values_list("created_at__year", flat=True)}
    assert report.losses["no_date"].count >= 1
    assert not years & {1, 9999}
