"""What each state of a text shows to whom, on every surface (the table of states is in docs/managers/moderating.md)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from communities.content import services as content
from communities.content.models import Post, Tag, Thread
from communities.memory import LIFETIME, forget_all
from communities.models import Membership
from communities.notifications.emails import build_mail
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_post
from moderation.models import Case
from tests.communities.blogs.conftest import written
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_rules, make_thread
from tests.moderation.acts import case_of, decide, fresh, set_mode, thread_path

WORDS = "Quincunx"
STATES = ["pending", "hidden", "removed", "deleted"]


@pytest.fixture
def thread(here: Cast) -> Thread:
    with here.scope():
        return make_thread(here.forum, by=here.manager, title="Ropes and knots")


def brought_to(here: Cast, state: str, post: Post, ground: str = "courtesy") -> Post:
    if state == "deleted":
        content.delete_post(fresh(post), by=here.member)
    elif state in ("hidden", "removed"):
        content.withdraw_post(fresh(post), to=state, by=here.moderator, ground=ground)
    assert fresh(post).state == state
    return fresh(post)


def surfaces(here: Cast, person: Membership | None, *paths: str) -> str:
    client = here.sign_in(person)
    usual = [
        "/",
        "/forums/",
        "/forums/f/rigging/",
        "/forums/feed.xml",
        f"/search/?q={WORDS.lower()[:5]}",
        "/tags/",
    ]
    usual += ["/sitemap.xml", "/blogs/", "/blogs/feed.xml", f"/members/{here.member.handle}/"]
    if person is not None:
        usual.append("/notifications/")
    return "".join(client.get(here.url(path), follow=True).content.decode() for path in (*usual, *paths))


@pytest.mark.parametrize("state", STATES)
def test_a_reply_that_is_not_public_is_on_no_surface(here: Cast, thread: Thread, state: str) -> None:
    with here.scope():
        content.follow_thread(thread, by=here.ambassador)
        if state == "pending":
            set_mode(here, "pre")
        post = make_reply(thread, by=here.member, body=f"<p>{WORDS} is my word.</p>")
        post = brought_to(here, state, post)
        if state != "pending":
            make_reply(thread, by=here.manager, body="<p>Something follows.</p>")
    path = thread_path(thread)
    for person in (None, here.ambassador):
        shown = surfaces(here, person, path, f"{path}feed.xml", f"/p/{post.public_id}/")
        assert WORDS not in shown, person
    own = here.sign_in(here.member).get(here.url(path)).content.decode()
    team = here.sign_in(here.moderator).get(here.url(path)).content.decode()
    assert WORDS in own
    assert (WORDS in team) is (state != "pending"), "the team reads what waits in its case"
    with here.scope():
        if state == "pending":
            assert WORDS in case_text(here, post)


def case_text(here: Cast, post: Post) -> str:
    found = here.sign_in(here.moderator).get(here.url(f"/moderation/c/{case_of(post).ref}/"))
    return str(found.content.decode())


@pytest.mark.parametrize("state", STATES)
def test_a_thread_that_is_not_public_is_on_no_surface(here: Cast, state: str) -> None:
    with here.scope():
        if state == "pending":
            set_mode(here, "pre")
        thread = make_thread(
            here.forum, by=here.member, title=f"{WORDS} title", body=f"<p>{WORDS}.</p>", tags=[f"{WORDS}tag"]
        )
        set_mode(here, "reactive")
        brought_to(here, state, thread.posts.get())
        assert Tag.objects.get().thread_count == 0
    path = thread_path(thread)
    expected = {"pending": 404, "hidden": 404, "removed": 410, "deleted": 410}[state]
    for person in (None, here.ambassador):
        assert WORDS not in surfaces(here, person, path, f"/tags/{WORDS.lower()}tag/")
        assert here.sign_in(person).get(here.url(path)).status_code == expected
    own = here.sign_in(here.member).get(here.url(path))
    if state == "deleted":
        assert own.status_code == 410
        assert WORDS in here.sign_in(here.member).get(here.url("/me/content/")).content.decode()
    else:
        assert own.status_code == 200
        assert WORDS in own.content.decode()
        assert "Edit title and tags" not in own.content.decode() or state == "pending"


@pytest.mark.parametrize(
    ("act", "line"), [("hide", "Hidden by moderation"), ("remove", "Removed by moderation")]
)
def test_a_line_names_the_rule_and_leads_its_author_to_the_statement(
    here: Cast, thread: Thread, act: str, line: str
) -> None:
    with here.scope():
        make_rules("Be kind", "No adverts")
        post = make_reply(thread, by=here.member, body=f"<p>{WORDS}.</p>")
        make_reply(thread, by=here.manager)
        content_case = here.sign_in(here.moderator).post(here.url(f"/moderation/p/{post.public_id}/"))
        assert content_case.status_code == 302
        decision = decide(case_of(post), by=here.moderator, act=act, ground="2", reason="It sells knots.")
    page = here.sign_in(None).get(here.url(thread_path(thread))).content.decode()
    assert f"{line} (rule 2)." in page
    author = here.sign_in(here.member)
    assert (
        f"/me/decisions/?about={post.public_id}" in author.get(here.url(thread_path(thread))).content.decode()
    )
    statement = author.get(here.url(f"/me/decisions/?about={post.public_id}"), follow=True)
    assert statement.redirect_chain[-1][0].endswith(f"/me/decisions/{decision.ref}/")
    words = statement.content.decode()
    for said in (WORDS, "It sells knots.", "No adverts", "another person reads it again"):
        assert said in words
    other = here.sign_in(here.ambassador).get(here.url(f"/me/decisions/?about={post.public_id}"))
    assert other.status_code == 200, "to others it is a list with nothing in it"
    assert WORDS not in other.content.decode()


@pytest.mark.parametrize("state", ["hidden", "removed", "deleted"])
def test_a_line_stands_only_where_something_follows(here: Cast, thread: Thread, state: str) -> None:
    with here.scope():
        post = make_reply(thread, by=here.member)
        brought_to(here, state, post)
    path = here.url(thread_path(thread))
    assert "tombstone" not in here.sign_in(None).get(path).content.decode()
    assert "tombstone" in here.sign_in(here.member).get(path).content.decode()
    with here.scope():
        make_reply(thread, by=here.manager)
    assert "tombstone" in here.sign_in(None).get(path).content.decode()


def test_counts_follow_what_is_seen(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, kind="question")
        first, second = make_reply(thread, by=here.member), make_reply(thread, by=here.member)

        def counts() -> tuple[int, bool, Any]:
            now = Thread.objects.get(pk=thread.pk)
            return now.reply_count, now.answered, now.last_author_id

        assert counts() == (2, True, here.member.pk)
        content.withdraw_post(first, to="removed", by=here.moderator)
        content.delete_post(fresh(second), by=here.member)
        assert counts() == (0, False, here.manager.pk)
        content.reinstate_post(first, by=here.moderator)
        content.restore_post(second, by=here.member)
        assert counts() == (2, True, here.member.pk)
        assert Thread.objects.get(pk=thread.pk).last_position == 3, "places stay"


def test_no_mail_and_no_line_under_the_bell_tells_what_was_withdrawn(here: Cast, thread: Thread) -> None:
    with here.scope():
        content.follow_thread(thread, by=here.ambassador)
        post = make_reply(thread, by=here.member, body=f"<p>{WORDS}.</p>")
        tell_of_post(post)
        told = Notification.objects.filter(membership=here.ambassador, post=post).first()
        assert told is not None
        content.withdraw_post(post, to="removed", by=here.moderator)
        mail = build_mail(here.community, told)
    assert mail is None or WORDS not in f"{mail.subject}{mail.body}{mail.alternatives}"
    assert WORDS not in here.sign_in(here.ambassador).get(here.url("/notifications/")).content.decode()


def test_visitors_remembered_pages_are_younger_than_a_minute(
    here: Cast, thread: Thread, settings: Any
) -> None:
    settings.VISITOR_PAGES = 10
    assert LIFETIME < 60
    with here.scope():
        post = make_reply(thread, by=here.member, body=f"<p>{WORDS}.</p>")
    path = here.url(thread_path(thread))
    answer = here.sign_in(None).get(path)
    assert WORDS in answer.content.decode()
    assert "max-age" not in answer.get("Cache-Control", "")
    with here.scope():
        content.withdraw_post(post, to="hidden", by=here.moderator)

    forget_all()
    assert WORDS not in here.sign_in(None).get(path).content.decode()


@pytest.mark.parametrize("state", ["hidden", "removed"])
def test_an_author_still_reads_an_article_that_was_withdrawn(here: Cast, state: str) -> None:
    with here.scope():
        thread = written(here.blog, by=here.manager, title="Splicing", body=f"<p>{WORDS}.</p>")
        Thread.objects.filter(pk=thread.pk).update(author=here.member)
        thread.posts.update(author=here.member)
        content.withdraw_post(thread.posts.get(), to=state, by=here.moderator, ground="courtesy")
    path = here.url(f"/blogs/journal/{thread.slug}/")
    page = here.sign_in(here.member).get(path, follow=True).content.decode()
    assert WORDS in page
    assert "Why, and what you can do" in page
    assert here.sign_in(here.ambassador).get(path).status_code == (404 if state == "hidden" else 410)
    assert here.sign_in(None).get(path).status_code == (404 if state == "hidden" else 410)


def test_the_notice_tells_the_usual_wait(here: Cast, thread: Thread) -> None:
    notice = "Only you can see this for now. A person reads it"
    with here.scope():
        author = make_membership()
        set_mode(here, "pre")
        make_reply(thread, by=author)
        path = here.url(thread_path(thread))
    page = here.sign_in(author).get(path).content.decode()
    assert f"{notice}; too few texts were read lately to say how long that takes." in page
    with here.scope():
        for minutes in (10, 20, 34, 50, 400):
            post = make_reply(thread, by=here.member)
            decide(case_of(post), by=here.moderator, act="approve")
            now = timezone.now()
            Case.objects.filter(post=post).update(
                opened_at=now - datetime.timedelta(minutes=minutes), resolved_at=now
            )

        forget_all()
    page = here.sign_in(author).get(path).content.decode()
    assert f"{notice}, usually within 35 minutes (measured over 28 days)." in page
    with here.scope():
        Case.objects.resolved().update(resolved_at=timezone.now() - datetime.timedelta(days=29))
        forget_all()
    assert "too few texts" in here.sign_in(author).get(path).content.decode()
