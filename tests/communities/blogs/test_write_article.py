from __future__ import annotations

import datetime
import io
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from communities.blogs.models import Article
from communities.blogs.services import Draft, edit_article
from communities.content.exceptions import EditConflict
from communities.content.models import Attachment, Revision, State, Tag, Thread
from communities.exceptions import NotAllowed
from communities.memory import forget_all
from communities.models import Community, Membership
from tests.communities.blogs.conftest import typed, written
from tests.conftest import Cast
from tests.factories import make_membership


def picture(size: tuple[int, int] = (1200, 800)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "PNG")
    return SimpleUploadedFile("cover.png", out.getvalue(), content_type="image/png")


def the_article(cast: Cast) -> Thread:
    with cast.scope():
        found: Thread = (
            Thread.objects.of_kind("article").select_related("space", "author", "article__cover").get()
        )
    return found


def test_a_named_author_writes_a_draft_with_everything(here: Cast, author: Membership) -> None:
    client = here.sign_in(author)
    assert client.get(here.url("/blogs/journal/new/")).status_code == 200
    sent = typed(
        excerpt="An eye in ten minutes.",
        tags="Rope, rope , Épissure",
        language="fr",
        seo_title="Splice",
        focal_x="30",
        focal_y="70",
        cover=picture(),
        cover_alt="A rope",
    )
    answer = client.post(here.url("/blogs/journal/new/"), sent)
    thread = the_article(here)
    assert answer.status_code == 302
    assert answer["Location"] == here.url(f"/blogs/journal/{thread.slug}/edit/")
    assert (thread.state, thread.language, thread.article.excerpt) == (
        "draft",
        "fr",
        "An eye in ten minutes.",
    )
    assert (thread.article.focal_x, thread.article.focal_y, thread.article.cover.width) == (30, 70, 1200)
    with here.scope():
        assert sorted(Tag.objects.values_list("slug", "thread_count")) == [("epissure", 0), ("rope", 0)]
    html = client.get(answer["Location"]).content.decode()
    for value in ("An eye in ten minutes.", "Splice", "A rope"):
        assert value in html


def test_who_may_not_write_here(here: Cast, elsewhere: Cast) -> None:
    path = here.url("/blogs/journal/new/")
    for membership in (here.member, here.ambassador, here.moderator, here.marketing):
        assert here.sign_in(membership).get(path).status_code == 403
        assert here.sign_in(membership).post(path, typed()).status_code == 403
    assert here.sign_in(None).get(path).status_code == 302
    assert here.sign_in(elsewhere.owner).get(path).status_code == 302
    with here.scope():
        assert not Thread.objects.exists()


def test_who_may_not_edit_or_publish(here: Cast, author: Membership) -> None:
    with here.scope():
        other = make_membership(handle="other")
        from communities.content.models import SpaceAuthor

        SpaceAuthor.objects.create(space=here.blog, membership=other)
        thread = written(here.blog, by=author)
    base = f"/blogs/journal/{thread.slug}/"
    for membership in (here.member, here.marketing, other):
        client = here.sign_in(membership)
        assert client.get(here.url(f"{base}edit/")).status_code == 403
        for act in ("publish", "unpublish", "schedule", "edit"):
            assert (
                client.post(here.url(f"{base}{act}/"), typed(day="2100-01-01", hour="09:00")).status_code
                == 403
            )
        assert client.get(here.url(f"{base}preview/")).status_code == 403
    assert the_article(here).state == "published"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "   "}, "Give it a title first."),
        ({"title": "x" * 201}, "200"),
        ({"body": "<p> </p>"}, "Write something first."),
        ({"body": "x" * 100_001}, "100"),
        ({"tags": ",".join("abcdefghi")}, "8 tags at most."),
        ({"then": "schedule", "day": "2001-01-01", "hour": "09:00"}, "The date must be after now."),
        ({"then": "schedule"}, "Choose a day and an hour."),
        ({"cover": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")}, "This file cannot be used."),
        ({"focal_x": "200"}, "100"),
        ({"language": "xx"}, "xx"),
        ({"version": "soon"}, "number"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(
    here: Cast, author: Membership, changes: dict[str, Any], sentence: str
) -> None:
    sent = typed(excerpt="The standfirst that stays.", **{"body": "<p>The text that stays.</p>"} | changes)
    answer = here.sign_in(author).post(here.url("/blogs/journal/new/"), sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    assert "The standfirst that stays." in html
    assert "body" in changes or "&lt;p&gt;The text that stays.&lt;/p&gt;" in html
    with here.scope():
        assert not Thread.objects.exists()
        assert not Attachment.objects.exists()


def test_a_second_press_writes_once(here: Cast, author: Membership) -> None:
    client, sent = here.sign_in(author), typed(submission="0b0e7a5e-8f0e-4a55-9a57-2f4d8a3a9f10")
    client.post(here.url("/blogs/journal/new/"), sent)
    client.post(here.url("/blogs/journal/new/"), sent)
    assert the_article(here).title == "Splicing a halyard"


def test_saving_and_publishing_in_one_press(here: Cast, author: Membership) -> None:
    client = here.sign_in(author)
    client.post(here.url("/blogs/journal/new/"), typed(title="Working title", tags="Rope"))
    answer = client.post(
        here.url("/blogs/journal/working-title/edit/"),
        typed(title="The real one", tags="Rope", then="publish"),
    )
    thread = the_article(here)
    assert answer["Location"] == here.url("/blogs/journal/the-real-one/")
    assert thread.state == "published"
    with here.scope():
        assert Tag.objects.get().thread_count == 1
    assert here.sign_in(None).get(answer["Location"]).status_code == 200


def test_editing_a_published_article_keeps_its_former_text(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        Thread.objects.filter(pk=thread.pk).update(published_at=timezone.now() - datetime.timedelta(hours=1))
        thread.posts.update(published_at=timezone.now() - datetime.timedelta(hours=1))
    client, path = here.sign_in(author), here.url(f"/blogs/journal/{thread.slug}/edit/")
    body = thread.posts.model.objects
    sent = typed(body="<h2>New part</h2><p>New text.</p>", version=thread.version)
    assert client.post(path, sent).status_code == 302
    with here.scope():
        revision = Revision.objects.get()
        assert "Cut it clean" in revision.body_html
        assert revision.editor_id == author.pk
        assert Article.objects.get().contents == [{"level": 2, "title": "New part", "anchor": "s-new-part"}]
        assert body.get(position=1).body_html.startswith('<h2 id="s-new-part">')
    again = client.post(
        path,
        typed(body="<h2>New part</h2><p>New text.</p>", excerpt="Only this.", version=thread.version + 1),
    )
    assert again.status_code == 302
    with here.scope():
        assert Revision.objects.count() == 1
        assert Article.objects.get().excerpt == "Only this."


def test_two_people_editing_one_article_lose_nothing(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
    path = here.url(f"/blogs/journal/{thread.slug}/edit/")
    first, second = here.sign_in(author), here.sign_in(here.manager)
    assert (
        first.post(path, typed(body="<p>The first one’s text.</p>", version=thread.version)).status_code
        == 302
    )
    number = str(uuid4())
    sent = typed(body="<p>The second one’s text.</p>", tags="kept", version=thread.version, submission=number)
    answer = second.post(path, sent)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "The first one’s text." in html
    assert "The second one’s text." in html
    assert 'name="tags" value="kept"' in html
    assert f'name="submission" value="{number}"' in html
    assert f'name="version" value="{thread.version + 1}"' in html
    resent = typed(body="<p>Both texts.</p>", tags="kept", version=thread.version + 1)
    assert second.post(path, resent).status_code == 302
    with here.scope():
        assert "Both texts." in thread.posts.get(position=1).body_html


def test_the_service_refuses_an_old_version(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
        edit_article(thread, by=author, draft=Draft(title="One", body="<p>1</p>"), version=thread.version)
        with pytest.raises(EditConflict):
            edit_article(thread, by=author, draft=Draft(title="Two", body="<p>2</p>"), version=thread.version)
        with pytest.raises(NotAllowed):
            edit_article(thread, by=here.member, draft=Draft(title="Two", body="<p>2</p>"))


def test_a_draft_is_saved_while_one_writes(here: Cast, author: Membership) -> None:
    with here.scope():
        friend = make_membership(handle="marc")
        thread = written(here.blog, by=author, publish=False, co_authors=["marc"])
    path = here.url(f"/drafts/{thread.pk}/")
    sent = {
        "title": "As typed",
        "body": "<h2>Later</h2><p>More</p>",
        "body_format": "html",
        "version": thread.version,
    }
    answer = here.sign_in(friend).post(path, sent)
    assert answer.json()["version"] == thread.version + 1
    assert the_article(here).title == "As typed"
    assert the_article(here).article.contents[0]["title"] == "Later"
    stale = here.sign_in(author).post(path, sent | {"body": "<p>Other</p>"})
    assert stale.status_code == 409
    assert here.sign_in(author).post(path, sent | {"title": ""}).status_code == 422
    assert here.sign_in(here.member).post(path, sent).status_code == 404
    with here.scope():
        Thread.objects.filter(pk=thread.pk).update(state="published", published_at=timezone.now())
    assert here.sign_in(author).post(path, sent).status_code == 404


def test_another_communitys_draft_is_not_here(here: Cast, elsewhere: Cast) -> None:
    with elsewhere.scope():
        thread = written(elsewhere.blog, by=elsewhere.manager, publish=False)
    sent = {"title": "Mine now", "body": "<p>x</p>"}
    assert here.sign_in(here.owner).post(here.url(f"/drafts/{thread.pk}/"), sent).status_code == 404
    assert here.sign_in(here.owner).get(here.url(f"/blogs/journal/{thread.slug}/edit/")).status_code == 404


def test_a_co_author_edits_but_publishes_only_by_right(here: Cast, author: Membership) -> None:
    with here.scope():
        friend = make_membership(handle="marc")
        thread = written(here.blog, by=author, publish=False, co_authors=["marc"])
    client = here.sign_in(friend)
    sent = typed(title="Together", version=thread.version)
    assert client.post(here.url(f"/blogs/journal/{thread.slug}/edit/"), sent).status_code == 302
    assert client.post(here.url(f"/blogs/journal/{thread.slug}/publish/")).status_code == 403
    assert (the_article(here).title, the_article(here).state) == ("Together", "draft")


def test_a_cover_is_replaced_and_taken_away(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
    client, path = here.sign_in(author), here.url(f"/blogs/journal/{thread.slug}/edit/")
    client.post(path, typed(cover=picture(), version=thread.version))
    cover = the_article(here).article.cover
    html = here.sign_in(None).get(here.url(f"/blogs/journal/{thread.slug}/")).content.decode()
    assert f"/media/{cover.pk}/" in html
    assert f'content="{cover.width}"' in html
    assert here.sign_in(None).get(here.url(f"/media/{cover.pk}/480")).status_code == 200
    client.post(path, typed(remove_cover="on", version=thread.version + 1))
    assert the_article(here).article.cover is None


def test_scheduling_speaks_the_communitys_time(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, publish=False)
    client = here.sign_in(author)
    answer = client.post(
        here.url(f"/blogs/journal/{thread.slug}/schedule/"),
        {"day": "2096-11-25", "hour": "09:00"},
        follow=True,
    )
    assert "Scheduled for 25 Nov 2096, 09:00" in answer.content.decode()
    due = the_article(here).scheduled_for
    assert due == datetime.datetime(2096, 11, 25, 9, tzinfo=ZoneInfo(here.community.time_zone))
    past = client.post(
        here.url(f"/blogs/journal/{thread.slug}/schedule/"),
        {"day": "2001-11-25", "hour": "09:00"},
        follow=True,
    )
    assert "The date must be after now." in past.content.decode()
    assert 'value="25/11/2001"' in past.content.decode()
    nothing = client.post(here.url(f"/blogs/journal/{thread.slug}/schedule/"), {"day": "soon"})
    assert nothing.status_code == 422
    assert "Enter a date like this" in nothing.content.decode()
    assert 'value="soon"' in nothing.content.decode(), "what was typed stays"
    client.post(here.url(f"/blogs/journal/{thread.slug}/unpublish/"))
    assert the_article(here).state == State.DRAFT


def test_what_has_replies_is_not_taken_back(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
    client = here.sign_in(here.member)
    path = here.url(f"/blogs/journal/{thread.slug}/reply/")
    answer = client.post(path, {"body": "<p>Well said.</p>", "body_format": "html"})
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/blogs/journal/{thread.slug}/#p-2")
    refused = here.sign_in(author).post(here.url(f"/blogs/journal/{thread.slug}/unpublish/"), follow=True)
    assert "It already has replies" in refused.content.decode()
    assert the_article(here).state == "published"


def test_an_empty_reply_comes_back_with_its_sentence(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author)
        closed = written(here.blog, by=author, title="Closed", about={"comments_open": False})
    client = here.sign_in(here.member)
    answer = client.post(here.url(f"/blogs/journal/{thread.slug}/reply/"), {"body": ""})
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    refused = client.post(here.url(f"/blogs/journal/{closed.slug}/reply/"), {"body": "What I typed"})
    assert refused.status_code == 422
    assert "What I typed" in refused.content.decode()
    visitor = here.sign_in(None).post(here.url(f"/blogs/journal/{thread.slug}/reply/"), {"body": "Hello"})
    assert visitor.status_code == 302
    assert "/sign-in/" in visitor["Location"]
    with here.scope():
        assert thread.posts.count() == 1
        assert closed.posts.count() == 1


def test_no_tags_are_asked_for_where_there_are_none(here: Cast) -> None:
    page, client = here.url(f"/blogs/{here.blog.slug}/new/"), here.sign_in(here.owner)
    assert 'name="tags"' in client.get(page).content.decode()
    Community.objects.filter(pk=here.community.pk).update(open_features=["blogs"])
    forget_all()
    assert 'name="tags"' not in client.get(page).content.decode()
