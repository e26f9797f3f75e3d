"""Every word that a visitor can read is screened: beside texts too, and held changes leave what was approved."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.blogs.models import Article
from communities.content import services as content
from communities.content.models import PendingEdit, Post, SpaceAuthor, State, Tag, Thread
from communities.exceptions import DomainError
from communities.launch.services import join_community
from communities.memory import forget_all
from communities.models import Membership
from members.models import Member
from moderation import services
from moderation.models import Case
from tests.communities.blogs.conftest import typed, written
from tests.communities.blogs.test_write_article import picture
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import case_of, decide, fresh, set_mode, thread_path

APPROVED = {
    "title": "Approved title",
    "body": "<p>Approved words.</p>",
    "tags": ["Ropes"],
    "about": {"excerpt": "Approved excerpt.", "cover_alt": "Approved cover", "cover_drawing": "harbour"},
}
CHANGED = {
    "title": "Escroc title",
    "body": "<p>Escroc words.</p>",
    "tags": "Escroctag",
    "excerpt": "Escroc excerpt.",
    "cover_alt": "Escroc cover",
    "seo_title": "Escroc for engines",
    "seo_description": "Escroc described",
}


@pytest.fixture
def author(here: Cast) -> Membership:
    with here.scope():
        person = make_membership(handle="ines", display_name="Inès Rey")
        SpaceAuthor.objects.create(space=here.blog, membership=person)
    return person


def watch(here: Cast, action: str, word: str = "escroc*") -> None:
    services.add_watch_word(by=here.manager, word=word, action=action)
    forget_all()


def seen_by_visitors(here: Cast, thread: Thread) -> str:
    """Everything that visitors get about an article: its page, the lists, the feed, the search, the tags."""
    client = here.sign_in(None)
    paths = ["/", "/blogs/", "/blogs/journal/", "/blogs/journal/feed.xml", "/search/?q=words", "/tags/"]
    paths += [thread.get_absolute_url().removeprefix(here.url("").rstrip("/")), "/sitemap.xml"]
    return "".join(client.get(here.url(path), follow=True).content.decode() for path in paths).lower()


@pytest.mark.parametrize("field", CHANGED)
def test_an_article_with_a_held_word_anywhere_waits(here: Cast, author: Membership, field: str) -> None:
    with here.scope():
        watch(here, "hold")
        fields: dict[str, Any] = {"title": "Calm", "body": "<p>Calm.</p>"}
        if field in ("title", "body"):
            fields[field] = CHANGED[field]
        elif field == "tags":
            fields["tags"] = ["Escroctag"]
        else:
            fields["about"] = {field: CHANGED[field]}
        thread = written(here.blog, by=author, **fields)
        assert thread.state == "pending"
        case = case_of(thread.posts.get())
        assert case.reasons == ["word:escroc*"]
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "scroc" in page.replace("watched word “escroc*”", ""), "who judges sees the word in its place"
    assert "escroc" not in seen_by_visitors(here, thread)


@pytest.mark.parametrize("field", CHANGED)
def test_a_changed_word_of_an_article_waits_and_the_approved_one_stays(
    here: Cast, author: Membership, field: str
) -> None:
    with here.scope():
        thread = written(here.blog, by=author, **APPROVED)
        set_mode(here, "pre")
    sent = typed(
        title="Approved title",
        body="<p>Approved words.</p>",
        tags="Ropes",
        excerpt="Approved excerpt.",
        cover_alt="Approved cover",
        version=thread.version,
    )
    client, path = here.sign_in(author), here.url(f"/blogs/journal/{thread.slug}/edit/")
    answer = client.post(path, sent | {field: CHANGED[field]}, follow=True)
    assert "Your change awaits a moderator" in answer.content.decode()
    assert "escroc" not in seen_by_visitors(here, thread)
    assert CHANGED[field].removeprefix("<p>").removesuffix("</p>") in client.get(path).content.decode()
    with here.scope():
        case = case_of(thread.posts.get())
        assert case.kind == "edit"
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "Escroc" in page
    with here.scope():
        decide(case, by=here.moderator, act="approve")
        now = Thread.objects.select_related("space").get(pk=thread.pk)
        stored = {
            "title": now.title,
            "body": now.posts.get().body_html,
            "tags": ", ".join(now.tags.values_list("name", flat=True)),
            **Article.objects.values("excerpt", "cover_alt", "seo_title", "seo_description").get(thread=now),
        }
        assert CHANGED[field].removeprefix("<p>").removesuffix("</p>") in stored[field]
        assert "Approved" in stored["title"] + stored["body"], "the rest is as it was"


def test_a_refused_change_leaves_all_as_it_was(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, **APPROVED)
        set_mode(here, "pre")
    sent = typed(**CHANGED, version=thread.version)
    here.sign_in(author).post(here.url(f"/blogs/journal/{thread.slug}/edit/"), sent)
    with here.scope():
        decide(case_of(thread.posts.get()), by=here.moderator, act="refuse")
        now = Thread.objects.get(pk=thread.pk)
        article = Article.objects.get(thread=thread)
        assert (now.title, now.slug, article.excerpt) == (thread.title, thread.slug, "Approved excerpt.")
        assert list(now.tags.values_list("name", flat=True)) == ["Ropes"]
        assert not Tag.objects.filter(slug="escroctag").exists()


def test_a_new_cover_waits(here: Cast, author: Membership) -> None:
    with here.scope():
        thread = written(here.blog, by=author, **APPROVED)
        set_mode(here, "pre")
    path = here.url(f"/blogs/journal/{thread.slug}/edit/")
    sent = typed(title="Approved title", body="<p>Approved words.</p>", tags="Ropes", version=thread.version)
    here.sign_in(author).post(path, sent | {"excerpt": "Approved excerpt.", "cover": picture()})
    with here.scope():
        assert Article.objects.get().cover is None
        case = case_of(thread.posts.get())
    page = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case.ref}/")).content.decode()
    assert "The cover that the change would show" in page
    with here.scope():
        decide(case, by=here.moderator, act="approve")
        assert Article.objects.get().cover is not None


def test_taking_a_waiting_title_back_takes_it_back(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Calm words", tags=["Ropes"])
        set_mode(here, "pre")
        assert not content.revise_thread(thread, by=here.member, title="Other words", tags=["Ropes", "Sails"])
        fresh_thread = Thread.objects.select_related("space").get(pk=thread.pk)
        content.edit_post(fresh_thread.posts.get(), by=here.member, body="<p>New body.</p>")
        edit = PendingEdit.objects.get(state="waiting")
        assert edit.beside == {"title": "Other words", "tags": ["Ropes", "Sails"]}, (
            "both changes wait together"
        )
        content.revise_thread(fresh_thread, by=here.member, title="Calm words", tags=["Ropes"])
        edit = PendingEdit.objects.get(state="waiting")
        assert edit.beside == {"title": "Calm words", "tags": ["Ropes"]}
        assert "New body" in edit.body_html
        decide(case_of(thread.posts.get()), by=here.moderator, act="approve")
        now = Thread.objects.get(pk=thread.pk)
        assert (now.title, now.slug) == ("Calm words", thread.slug)
        assert "New body" in now.posts.get().body_html


def test_writing_the_public_text_again_withdraws_the_change(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body="<p>Old.</p>")
        set_mode(here, "pre")
        content.edit_post(post, by=here.member, body="<p>New.</p>")
        content.edit_post(fresh(post), by=here.member, body="<p>Old.</p>")
        assert not PendingEdit.objects.filter(state="waiting").exists()
        assert case_of(post).outcome == "withdrawn"


def test_changing_what_waits_sends_the_moderator_back(here: Cast) -> None:
    with here.scope():
        set_mode(here, "pre")
        thread = make_thread(here.forum, by=here.member, title="First title")
        case, seen = case_of(thread.posts.get()), thread.posts.get().revision_count
        content.revise_thread(thread, by=here.member, title="Second title", tags=[])
        with pytest.raises(DomainError):
            decide(case, by=here.moderator, act="approve", revision=seen)
        watch(here, "block")
        with pytest.raises(DomainError):
            content.revise_thread(thread, by=here.member, title="Escroc title", tags=[])


@pytest.mark.parametrize(("action", "waits"), [("block", False), ("hold", True), ("mask", True)])
def test_a_question_and_its_tags_are_screened(here: Cast, action: str, waits: bool) -> None:
    with here.scope():
        watch(here, action)
        for fields in ({"title": "An escroc?"}, {"title": "Calm", "tags": ["escroctag"]}):
            try:
                thread = make_thread(here.forum, by=here.member, kind="question", **fields)
            except DomainError:
                assert not waits
                assert not Tag.objects.filter(slug="escroctag").exists()
            else:
                assert waits
                assert thread.state == "pending"


def test_a_word_that_asks_for_a_reading_is_found_in_a_new_title(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Calm words")
        watch(here, "report")
        assert content.revise_thread(thread, by=here.member, title="Escroc words", tags=[])
        assert case_of(thread.posts.get()).reasons == ["word:escroc*"]


@pytest.mark.parametrize("body", ["<p>Un esc<b>roc</b> !</p>", "<p>Un e<em>scr</em>oc.</p>"])
def test_a_word_that_cannot_be_masked_is_held(here: Cast, body: str) -> None:
    with here.scope():
        watch(here, "mask", "escroc")
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body=body)
        assert post.state == "pending"


@pytest.mark.parametrize("action", ["block", "hold", "mask"])
@pytest.mark.parametrize("field", ["display_name", "handle", "headline", "place", "bio"])
def test_a_profile_is_not_shown_with_refused_words(here: Cast, action: str, field: str) -> None:
    with here.scope():
        watch(here, action)
    sent = {"display_name": "Ada", "handle": "ada-l", "headline": "", "place": "", "bio": ""}
    answer = here.sign_in(here.member).post(here.url("/me/profile/"), sent | {field: "Escroc"})
    assert answer.status_code == 422
    assert "not shown here" in answer.content.decode()
    with here.scope():
        person = Membership.objects.get(pk=here.member.pk)
        assert (
            "scroc" not in f"{person.display_name}{person.handle}{person.bio}{person.place}{person.headline}"
        )
        team = here.sign_in(here.manager).post(
            here.url("/me/profile/"), sent | {"handle": "boss", field: "Escroc"}
        )
    assert team.status_code == 302, "the team is never held"


def test_nobody_joins_under_a_refused_name(here: Cast, stranger: Member) -> None:
    with here.scope():
        watch(here, "block")
    client = here.sign_in(None)
    client.force_login(stranger)
    answer = client.post(here.url("/join/"), {"display_name": "Ada", "handle": "escrocs", "rules": "on"})
    assert answer.status_code == 422
    with here.scope():
        with pytest.raises(DomainError):
            join_community(here.community, person=stranger, display_name="L’Escroc")
        assert not Membership.objects.filter(member=stranger).exists()


def test_a_scheduled_text_with_a_refused_word_goes_back_and_stops_nobody_else(
    here: Cast, author: Membership
) -> None:
    now = timezone.now()
    with here.scope():
        bad = written(here.blog, by=author, publish=False, title="Un escroc")
        good = written(here.blog, by=author, publish=False, title="Calm")
        for place, thread in enumerate((bad, good)):
            content.schedule_thread(thread, by=author, at=now + datetime.timedelta(minutes=place + 1))
        watch(here, "block")
        assert content.publish_due(now=now + datetime.timedelta(hours=1)) == 1
        assert Thread.objects.get(pk=bad.pk).state == State.DRAFT
        assert Thread.objects.get(pk=good.pk).is_published


def taken_back(here: Cast, **fields: Any) -> Post:
    post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, **fields)
    content.delete_post(post, by=here.member)
    return post


def test_a_deleted_text_comes_back_as_it_was(here: Cast) -> None:
    with here.scope():
        post = taken_back(here)
        assert content.restore_post(post, by=here.member).state == "published"
        assert not Case.objects.exists()


def test_a_deleted_text_that_would_be_held_by_now_is_read_first(here: Cast) -> None:
    with here.scope():
        post = taken_back(here, body="<p>Un escroc ici.</p>")
        watch(here, "hold")
        assert content.restore_post(post, by=here.member).state == "hidden"
        case = case_of(post)
        assert (case.kind, case.reasons) == ("look", ["word:escroc*"])
        path = thread_path(post.thread)
    assert "Un escroc" not in here.sign_in(None).get(here.url(path)).content.decode()
    with here.scope():
        assert decide(case, by=here.moderator, act="approve").act == "restore"
    assert "Un escroc" in here.sign_in(None).get(here.url(path)).content.decode()


def test_a_deleted_text_with_a_refused_word_stays_away(here: Cast) -> None:
    with here.scope():
        post = taken_back(here, body="<p>Un escroc ici.</p>")
        watch(here, "block")
    client = here.sign_in(here.member)
    answer = client.post(here.url(f"/p/{post.public_id}/restore/"), follow=True)
    assert "not published here" in answer.content.decode()
    with here.scope():
        assert fresh(post).state == "deleted"


def test_in_pre_moderation_only_what_somebody_approved_comes_back_at_once(here: Cast) -> None:
    with here.scope():
        never_read = taken_back(here)
        set_mode(here, "pre")
        approved = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        decide(case_of(approved), by=here.moderator, act="approve")
        content.delete_post(fresh(approved), by=here.member)
        assert content.restore_post(approved, by=here.member).state == "published"
        assert content.restore_post(never_read, by=here.member).state == "hidden"


def test_a_deletion_takes_a_waiting_change_out_of_the_queue_and_a_restoration_brings_it_back(
    here: Cast,
) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        set_mode(here, "pre")
        content.edit_post(post, by=here.member, body="<p>New.</p>")
        content.delete_post(fresh(post), by=here.member)
        assert not Case.objects.open().exists()
        set_mode(here, "reactive")
        content.restore_post(post, by=here.member)
        assert Case.objects.open().get().kind == "edit"
        decide(case_of(post), by=here.moderator, act="approve")
        assert "New." in fresh(post).body_html


def test_a_deleted_thread_leaves_its_tags(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, tags=["Ropes"])
        assert Tag.objects.get().thread_count == 1
        content.delete_post(thread.posts.get(), by=here.member)
        assert Tag.objects.get().thread_count == 0
        content.restore_post(thread.posts.get(), by=here.member)
        assert Tag.objects.get().thread_count == 1
