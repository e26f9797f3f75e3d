"""What appears at once and what waits: modes, newcomers, edits, titles."""

from __future__ import annotations

import pytest
from django.test import Client

from communities.content import services as content
from communities.content.exceptions import TitleNotOpen
from communities.content.models import PendingEdit, Post, Thread
from communities.models import Community
from communities.notifications.models import Notification
from moderation.models import Case
from moderation.permissions import decisions_open_to
from moderation.services import set_mode as choose_mode
from tests.conftest import Cast
from tests.factories import make_membership, make_reply, make_thread
from tests.moderation.acts import case_of, decide, edit, fresh, held_reply, set_mode, thread_path

Mode = Community.Mode


@pytest.mark.parametrize(
    ("mode", "state", "kind"),
    [
        ("pre", "pending", "held"),
        ("post", "published", "look"),
        ("reactive", "published", ""),
        ("hybrid", "pending", "held"),
    ],
)
def test_each_mode_does_what_it_says_and_is_kept_on_the_post(
    here: Cast, mode: str, state: str, kind: str
) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        set_mode(here, mode)
        post = make_reply(thread, by=make_membership())
        assert (post.state, fresh(post).mode) == (state, mode)
        assert list(Case.objects.about(post).values_list("kind", flat=True)) == ([kind] if kind else [])


def test_a_space_has_a_mode_of_its_own(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        assert choose_mode(here.community, by=here.manager, mode="pre", space=here.forum)
        post = make_reply(thread, by=here.member)
        assert (post.state, post.mode) == ("pending", "pre")
        assert choose_mode(here.community, by=here.manager, mode="", space=here.forum)
        assert not choose_mode(here.community, by=here.manager, mode="", space=here.forum)
        assert make_reply(thread, by=here.member).state == "published"
        assert fresh(post).state == "pending", "a change of mode publishes nothing"


def test_two_published_posts_end_the_newcomer(here: Cast) -> None:
    with here.scope():
        newcomer, thread = make_membership(), make_thread(here.forum, by=here.manager)
        set_mode(here, Mode.HYBRID)
        for _time in range(2):
            post = make_reply(thread, by=newcomer)
            assert post.state == "pending"
            decide(case_of(post), by=here.moderator, act="approve")
        assert make_reply(thread, by=newcomer).state == "published"


@pytest.mark.parametrize("mode", ["pre", "hybrid"])
def test_the_team_is_never_held(here: Cast, mode: str) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager)
        set_mode(here, mode)
        for person in (here.moderator, here.manager, here.marketing, here.owner):
            assert make_reply(thread, by=person).state == "published"


def test_a_held_thread_appears_when_approved(here: Cast, client: Client) -> None:
    with here.scope():
        set_mode(here, Mode.PRE)
        thread = make_thread(here.forum, by=here.member, title="May I sail at night?")
        assert thread.state == "pending"
    assert client.get(here.url(thread_path(thread))).status_code == 404
    assert "May I sail" not in client.get(here.url("/forums/")).content.decode()
    with here.scope():
        decide(case_of(thread.posts.get()), by=here.moderator, act="approve")
    assert client.get(here.url(thread_path(thread))).status_code == 200
    assert "May I sail" in client.get(here.url("/forums/")).content.decode()


def test_a_held_reply_is_seen_by_its_author_and_the_team_only(here: Cast) -> None:
    with here.scope():
        post = held_reply(here, body="<p>Quincunx.</p>")
        path = thread_path(post.thread)
    for person, sees in ((post.author, True), (here.member, False), (None, False)):
        page = here.sign_in(person).get(here.url(path)).content.decode()
        assert ("Quincunx." in page) is sees, person
    with here.scope():
        assert Notification.objects.filter(membership=post.author, kind="post_held").exists()


def test_a_held_edit_leaves_the_approved_text(here: Cast, client: Client) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body="<p>Old words.</p>")
        set_mode(here, Mode.PRE)
        saved = edit(post, "<p>New words.</p>")
        assert saved.edit_waits
        path = thread_path(post.thread)
    for person in (None, here.ambassador, here.member):
        page = here.sign_in(person).get(here.url(path)).content.decode()
        assert "Old words." in page
        assert "New words." not in page
    with here.scope():
        case = case_of(post)
        assert case.kind == "edit"
        decide(case, by=here.moderator, act="approve")
        assert "New words." in fresh(post).body_html
        assert fresh(post).revision_count == 1


def test_the_author_goes_on_from_the_held_text(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body="<p>Old words.</p>")
        set_mode(here, Mode.PRE)
        edit(post, "<p>New words.</p>")
    page = here.sign_in(here.member).get(here.url(f"/p/{post.public_id}/edit/")).content.decode()
    assert "New words." in page
    assert "awaits a moderator" in page


def test_a_second_edit_replaces_the_first_and_moves_the_case_on(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        set_mode(here, Mode.PRE)
        edit(post, "<p>Once.</p>")
        version = case_of(post).version
        edit(post, "<p>Twice.</p>")
        states = PendingEdit.objects.filter(post=post).order_by("id").values_list("state", flat=True)
        assert list(states) == ["replaced", "waiting"]
        assert case_of(post).version == version + 1
        decide(case_of(post), by=here.moderator, act="approve")
        assert "Twice." in fresh(post).body_html


def test_a_refused_edit_changes_nothing(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member, body="<p>Old words.</p>")
        set_mode(here, Mode.PRE)
        edit(post, "<p>New words.</p>")
        decision = decide(case_of(post), by=here.moderator, act="refuse")
        assert "Old words." in fresh(post).body_html
        assert "New words." in decision.text, "the statement shows what was refused"


def test_an_edit_of_a_withdrawn_post_cannot_be_published(here: Cast) -> None:
    with here.scope():
        post = make_reply(make_thread(here.forum, by=here.manager), by=here.member)
        set_mode(here, Mode.PRE)
        edit(post, "<p>New words.</p>")
        held = case_of(post)
        content.withdraw_post(fresh(post), to="hidden", by=here.moderator)
        held = Case.objects.select_related("post").get(pk=held.pk)
        assert decisions_open_to(here.moderator, held, None) == ["refuse"]


def test_a_title_that_would_be_held_does_not_change(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Calm words")
        set_mode(here, Mode.PRE)
        with pytest.raises(TitleNotOpen):
            content.rename_thread(thread, by=here.member, title="Other words")
        assert Thread.objects.get(pk=thread.pk).title == "Calm words"
        assert content.rename_thread(Thread.objects.get(pk=thread.pk), by=here.moderator, title="Other words")
        path = f"{thread_path(Thread.objects.get(pk=thread.pk))}edit/"
    answer = here.sign_in(here.member).post(here.url(path), {"title": "X y z", "tags": ""}, follow=True)
    assert "Your change awaits a moderator" in answer.content.decode()
    with here.scope():
        assert Thread.objects.get(pk=thread.pk).title == "Other words", "what was approved stays"
        decide(case_of(thread.posts.get()), by=here.moderator, act="approve")
        assert Thread.objects.get(pk=thread.pk).title == "X y z"


def test_taking_a_held_text_back_closes_its_case(here: Cast) -> None:
    with here.scope():
        post = held_reply(here)
        case = case_of(post)
        content.delete_post(post, by=post.author)
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("resolved", "withdrawn")
        assert not Post.objects.filter(pk=post.pk).exists()
