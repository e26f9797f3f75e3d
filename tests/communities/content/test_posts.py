"""Single posts: their address, edits and versions, deletion and return, reactions, one's own lists."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from communities.blogs.services import About, Draft, write_article
from communities.content import services
from communities.content.exceptions import EditConflict, TooLate
from communities.content.models import Post, Reaction, Revision, State, Thread
from communities.content.services.appending import place_reply
from communities.content.services.publishing import publish_due
from communities.content.showing.readings import Reading, short_id
from communities.content.showing.rows import PostRows
from communities.exceptions import NotAllowed
from communities.models import Membership
from communities.signals import screening
from tests.conftest import Cast
from tests.factories import make_reply, make_thread


@pytest.fixture
def post(here: Cast) -> Post:
    """A reply of an hour ago by the ambassador, in a thread of the member."""
    with here.scope():
        thread = make_thread(here.forum, by=here.member, title="Halyard slipping")
        reply = make_reply(thread, by=here.ambassador, body="<p>Buy a new clutch.</p>")
        Post.objects.filter(pk=reply.pk).update(published_at=timezone.now() - timedelta(hours=1))
        return Post.objects.select_related("thread__space", "author").get(pk=reply.pk)


def url(here: Cast, post: Post, act: str = "") -> str:
    return here.url(f"/p/{post.public_id}/{act}")


def edit(text: str, revision: int, **more: Any) -> dict[str, Any]:
    return {"body": text, "body_format": "markdown", "revision": str(revision), **more}


def again(here: Cast, post: Post) -> Post:
    with here.scope():
        found: Post = Post.objects.select_related("thread").get(pk=post.pk)
        return found


def test_the_permalink_leads_to_page_and_anchor(here: Cast, post: Post, client: Client) -> None:
    response = client.get(url(here, post))
    assert response.status_code == 302
    assert response.headers["Location"] == here.url("/forums/t/halyard-slipping/#p-2")
    assert client.get(here.url(f"/p/{uuid.uuid4()}/")).status_code == 404
    assert client.get(here.url("/p/garbage/")).status_code == 404


def test_another_communitys_posts_do_not_exist(here: Cast, elsewhere: Cast, post: Post) -> None:
    owner = elsewhere.sign_in(elsewhere.owner)
    for act in ("", "edit/", "delete/", "history/", "history/0/"):
        assert owner.get(elsewhere.url(f"/p/{post.public_id}/{act}")).status_code == 404
    assert owner.post(elsewhere.url(f"/p/{post.public_id}/restore/")).status_code == 404
    for act in ("react/", "unreact/"):
        assert owner.post(elsewhere.url(f"/p/{act}"), {"useful": post.pk}).status_code == 404


def test_editing_keeps_the_former_text(here: Cast, post: Post) -> None:
    author = here.sign_in(here.ambassador)
    assert "Buy a new clutch." in author.get(url(here, post, "edit/")).content.decode()
    response = author.post(url(here, post, "edit/"), edit("Measure the cover.", 0, reason="Thought again"))
    assert response.status_code == 302
    assert again(here, post).body_html == "<p>Measure the cover.</p>"
    assert "edited" in author.get(here.url("/forums/t/halyard-slipping/")).content.decode()
    listed = author.get(url(here, post, "history/")).content.decode()
    assert "Thought again" in listed
    shown = author.get(url(here, post, "history/0/")).content.decode()
    assert "<del>Buy</del> <ins>Measure</ins>" in shown
    assert "Buy a new clutch." in shown
    assert author.get(url(here, post, "history/7/")).status_code == 404
    assert author.get(url(here, post, "history/99999999/")).status_code == 404
    assert here.sign_in(here.member).get(url(here, post, "history/")).status_code == 403
    assert here.sign_in(here.moderator).get(url(here, post, "history/0/")).status_code == 200


@pytest.mark.parametrize("kind", ["reply", "article"])
def test_the_editor_shows_addresses_that_work_and_stores_those_that_last(here: Cast, kind: str) -> None:
    """Pictures of one's own text were broken in the editor: it was given the address as stored."""
    body = f'<p>Ask <a href="{here.url("/forums/")}">them</a>.</p>'
    client = here.sign_in(here.owner)
    with here.scope():
        if kind == "reply":
            post = make_reply(
                make_thread(here.forum, by=here.member), by=here.owner, body=to_stored_here(here, body)
            )
            path = here.url(f"/p/{post.public_id}/edit/")
        else:
            draft = Draft(title="A picture", body=to_stored_here(here, body), about=About())
            thread = write_article(here.blog, by=here.owner, community=here.community, draft=draft)
            post = thread.posts.get()
            path = here.url(f"/blogs/{here.blog.slug}/{thread.slug}/edit/")
        assert "/~/forums/" in post.body_source
    form = client.get(path).context["form"]
    assert form["body"].value() == body
    assert "data-eager" in str(form["body"])


def to_stored_here(here: Cast, body: str) -> str:
    """As the services see it within a request, where the prefix is known."""
    return body.replace(here.url("/"), "/~/")


def test_only_the_author_edits(here: Cast, post: Post, client: Client) -> None:
    for other in (here.member, here.moderator, here.owner):
        assert here.sign_in(other).get(url(here, post, "edit/")).status_code == 403
        assert here.sign_in(other).post(url(here, post, "edit/"), edit("taken", 0)).status_code == 403
        assert here.sign_in(other).post(url(here, post, "delete/")).status_code == 403
    assert client.post(url(here, post, "edit/"), edit("typed by nobody", 0)).status_code == 302
    assert again(here, post).body_html == "<p>Buy a new clutch.</p>"


def test_an_edit_outlives_its_session(here: Cast, post: Post, client: Client) -> None:
    client.post(url(here, post, "edit/"), edit("typed before the session ended", 0))
    client.force_login(here.ambassador.member)
    assert "typed before the session ended" in client.get(url(here, post, "edit/")).content.decode()


def test_two_editors_lose_nothing(here: Cast, post: Post) -> None:
    first, second = here.sign_in(here.ambassador), here.sign_in(here.ambassador)
    assert first.post(url(here, post, "edit/"), edit("First text.", 0)).status_code == 302
    conflict = second.post(url(here, post, "edit/"), edit("Second text.", 0))
    html = conflict.content.decode()
    assert conflict.status_code == 409
    assert "First text." in html
    assert "Second text." in html
    assert 'name="revision" value="1"' in html
    assert again(here, post).body_html == "<p>First text.</p>"
    assert second.post(url(here, post, "edit/"), edit("Second text.", 1)).status_code == 302
    assert again(here, post).body_html == "<p>Second text.</p>"
    with here.scope():
        assert Revision.objects.filter(post=post).count() == 2
        with pytest.raises(EditConflict):
            services.edit_post(post, by=here.ambassador, body="<p>x</p>", revision=0)


@pytest.mark.parametrize("data", [{}, {"body": ""}, {"body": "x"}, {"body": "x", "revision": "abc"}])
def test_a_broken_edit_comes_back(here: Cast, post: Post, data: dict[str, str]) -> None:
    response = here.sign_in(here.ambassador).post(url(here, post, "edit/"), data)
    assert response.status_code == 422
    assert again(here, post).revision_count == 0


def test_deleting_and_restoring(here: Cast, post: Post, client: Client) -> None:
    author, page = here.sign_in(here.ambassador), here.url("/forums/t/halyard-slipping/")
    assert "Delete this post?" in author.get(url(here, post, "delete/")).content.decode()
    assert again(here, post).state == State.PUBLISHED
    assert author.post(url(here, post, "delete/")).status_code == 302
    assert "Buy a new clutch." not in client.get(page).content.decode()
    assert "Restore the post" in author.get(here.url("/me/content/")).content.decode()
    assert here.sign_in(here.member).post(url(here, post, "restore/")).status_code == 403
    assert author.post(url(here, post, "restore/")).status_code == 302
    assert "Buy a new clutch." in client.get(page).content.decode()
    author.post(url(here, post, "delete/"))
    with here.scope():
        Post.objects.filter(pk=post.pk).update(deleted_at=timezone.now() - timedelta(hours=25))
        with pytest.raises(TooLate):
            services.restore_post(post, by=here.ambassador)
    author.post(url(here, post, "restore/"))
    assert again(here, post).state == State.DELETED


def test_a_deleted_last_reply_is_no_longer_the_last(here: Cast, post: Post) -> None:
    early = timezone.now() - timedelta(days=3)
    with here.scope():
        thread = post.thread
        Post.objects.filter(pk=post.pk).update(published_at=early)
        last = make_reply(thread, by=here.moderator)
        thread.refresh_from_db()
        services.delete_post(last, by=here.moderator)
        thread.refresh_from_db()
        assert (thread.last_author_id, thread.last_activity_at) == (here.ambassador.pk, early)
        # Its place stays, for the addresses of what follows.
        assert (thread.last_position, thread.reply_count) == (3, 1)
        services.restore_post(last, by=here.moderator)
        thread.refresh_from_db()
        assert (thread.last_author_id, thread.reply_count) == (here.moderator.pk, 2)
        assert thread.last_activity_at > early
        services.withdraw_post(last, to=State.HIDDEN, by=here.manager)
        thread.refresh_from_db()
        assert thread.last_author_id == here.ambassador.pk
        services.reinstate_post(last, by=here.manager)
        services.delete_posts_of(here.moderator, at_most=10)
        thread.refresh_from_db()
        assert (thread.last_author_id, thread.last_activity_at) == (here.ambassador.pk, early)


def test_an_earlier_reply_goes_without_moving_the_thread(here: Cast, post: Post) -> None:
    with here.scope():
        make_reply(post.thread, by=here.moderator)
        post.thread.refresh_from_db()
        services.delete_post(post, by=here.ambassador)
        after = Thread.objects.get(pk=post.thread_id)
    assert after.last_author_id == here.moderator.pk


def test_deleting_the_first_post_takes_the_thread(here: Cast, post: Post, client: Client) -> None:
    with here.scope():
        body = post.thread.posts.get(position=1)
    author, page = here.sign_in(here.member), here.url("/forums/t/halyard-slipping/")
    assert author.post(url(here, body, "delete/")).headers["Location"] == here.url("/forums/f/rigging/")
    assert client.get(page).status_code == 410
    assert "Halyard slipping" not in client.get(here.url("/forums/")).content.decode()
    assert author.post(url(here, body, "restore/")).status_code == 302
    assert client.get(page).status_code == 200


def test_reactions_count_once(here: Cast, post: Post) -> None:
    client = here.sign_in(here.member)
    for act, count in (("react", 1), ("react", 1), ("unreact", 0), ("unreact", 0), ("react", 1)):
        assert client.post(here.url(f"/p/{act}/"), {"useful": post.pk}).status_code == 302
        assert again(here, post).reactions.get("useful", 0) == count
    for bad in ({"hate": post.pk}, {"useful": "x"}, {"useful": "9" * 30}, {}):
        assert client.post(here.url("/p/react/"), bad).status_code == 404
    author = here.sign_in(here.ambassador)
    assert author.post(here.url("/p/react/"), {"useful": post.pk}).status_code == 403
    with here.scope():
        assert Reaction.objects.filter(post_id=post.pk).count() == 1
    html = client.get(here.url("/forums/t/halyard-slipping/")).content.decode()
    pressed = f'name=useful value={post.pk} formaction="{here.url("/p/unreact/")}" aria-pressed=true'
    assert pressed in html
    swapped = client.post(here.url("/p/unreact/"), {"useful": post.pk}, headers={"HX-Request": "true"})
    assert swapped.status_code == 200
    offered = f"<p><button form=acts name=useful value={post.pk} aria-pressed=false>Useful</button>"
    assert swapped.content.decode().startswith(offered)


def test_a_menu_needs_no_script(here: Cast, post: Post) -> None:
    """Its link leads to the same page, with the menu of this one post in it; the shared one says what it can hold."""
    client, page = here.sign_in(here.moderator), here.url("/forums/t/halyard-slipping/")
    html = client.get(page).content.decode()
    link = re.search(
        rf'href="(\?menu={short_id(post.public_id)}#p-2)" data-acts="([^"]*)">More actions</a>', html
    )
    assert link
    assert link[2] == "report wiki moderate"
    assert f'formaction="{here.url(f"/moderation/p/{post.public_id}/")}"' not in html
    shared = html.partition('<template id="post-menu" data-block>')[2].partition("</template>")[0]
    for act in link[2].split():
        assert f'data-act="{act}"' in shared
    opened = client.get(page + link[1].partition("#")[0]).content.decode()
    assert opened.count('<details class="menu push" open>') == 1
    menu = opened.partition('<details class="menu push" open>')[2].partition("</details>")[0]
    for path in (f"/report/post/{post.public_id}/", f"/moderation/p/{post.public_id}/"):
        assert here.url(path) in menu
    whole = client.get(f"{page}?menu={post.public_id}").content.decode()
    assert whole.count('<details class="menu push" open>') == 1, "as links had it that were sent before"
    for nothing in ("garbage", "{}", "%00", "A" * 22):
        answer = client.get(f"{page}?menu={nothing}")
        assert (answer.status_code, answer.content.count(b'push" open>')) == (200, 0)


def test_links_of_a_refused_reply_lead_back_to_the_thread(here: Cast, post: Post) -> None:
    """They are relative, and a refusal answers from the address of the act."""
    client, page = here.sign_in(here.member), here.url("/forums/t/halyard-slipping/")
    assert f'<a href="?quote={post.pk}#reply">' in client.get(page).content.decode()
    refused = client.post(page + "reply/", {"body": "", "body_format": "html"})
    assert refused.status_code == 422
    assert f'<a href="{page}?quote={post.pk}#reply">' in refused.content.decode()


def test_drafts_and_own_content_when_empty(here: Cast, client: Client) -> None:
    member = here.sign_in(here.marketing)
    assert "No drafts yet." in member.get(here.url("/me/drafts/")).content.decode()
    assert (
        "You have not written anything yet."
        in member.get(here.url("/me/content/?before=garbage")).content.decode()
    )
    for path in ("/me/drafts/", "/me/content/"):
        assert client.get(here.url(path)).status_code == 302


def test_own_content_is_paged(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        for number in range(40):
            make_reply(thread, by=here.ambassador, body=f"<p>Number {number:02}</p>")
    client = here.sign_in(here.ambassador)
    first = client.get(here.url("/me/content/")).content.decode()
    assert first.count("Number ") == 30
    older = first.split('href="?before=')[1].split('"')[0]
    assert client.get(here.url(f"/me/content/?before={older}")).content.decode().count("Number ") == 10


def test_scheduled_threads_are_published_when_due(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, state="draft", tags=["later"])
        at = timezone.now() + timedelta(hours=1)
        services.schedule_thread(thread, by=here.manager, at=at)
        assert publish_due() == 0
        assert publish_due(now=at + timedelta(seconds=1)) == 1
        assert publish_due(now=at + timedelta(seconds=1)) == 0
        thread = Thread.objects.get(pk=thread.pk)
        assert (thread.state, thread.published_at, thread.last_position) == (State.PUBLISHED, at, 1)


def test_a_publication_can_be_backdated(here: Cast) -> None:
    past = timezone.now() - timedelta(days=900)
    with here.scope():
        thread = make_thread(here.forum, by=here.manager, state="draft")
        assert services.publish_thread(thread, by=here.manager, at=past)
        thread.refresh_from_db()
        assert thread.published_at == past
        with pytest.raises(NotAllowed):
            services.publish_thread(make_thread(here.forum, by=here.manager, state="draft"), by=here.member)


def test_a_held_reply_takes_its_place_when_approved(here: Cast) -> None:
    def hold(verdict: Any, **_rest: Any) -> None:
        verdict.hold("for the test")

    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        screening.connect(hold)
        held = make_reply(thread, by=here.ambassador)
        screening.disconnect(hold)
        assert (held.state, held.position) == (State.PENDING, None)
        later = make_reply(thread, by=here.owner)
        assert later.position == 2
        assert place_reply(held).position == 3
        thread.refresh_from_db()
        assert (thread.last_position, thread.reply_count) == (3, 2)


def test_nobody_leaves_a_held_reply_behind_who_left_while_they_wrote(here: Cast) -> None:
    def hold(verdict: Any, **_rest: Any) -> None:
        verdict.hold("for the test")
        Membership.objects.filter(pk=here.ambassador.pk).update(status=Membership.Status.LEFT)

    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        screening.connect(hold)
        try:
            with pytest.raises(NotAllowed):
                make_reply(thread, by=here.ambassador)
        finally:
            screening.disconnect(hold)
        assert not Post.objects.by(here.ambassador.pk).exists()


def test_rows_are_the_components(here: Cast, post: Post) -> None:
    """The formatted row and the component of the design system say the same."""
    with here.scope():
        row = PostRows(Reading(community=here.community, membership=here.member), post.thread).row(post)
        template = Template(
            '{% include "components/post_head.html" with membership=a posted_at=p.published_at'
            ' post_url="#p-2" author_url=url %}'
        )
        head = template.render(Context({"a": post.author, "p": post, "community": here.community, "url": ""}))
    assert "".join(head.split()) in "".join(row.split())


def test_a_kept_row_sends_the_number_that_the_post_has_now(here: Cast, post: Post) -> None:
    with here.scope():
        reading = Reading(here.community, here.manager, frozenset({"reactions"}))
        numbers = [post.pk, post.pk + 1000]
        for post.pk in numbers:
            assert f"value={post.pk} " in PostRows(reading, post.thread).row(post)


def test_a_reply_to_a_thread_that_has_just_gone_is_refused(here: Cast) -> None:
    with here.scope():
        thread = make_thread(here.forum, by=here.member)
        Post.objects.filter(thread=thread).delete()
        Thread.objects.filter(pk=thread.pk).delete()
        with pytest.raises(NotAllowed):
            services.reply_to(thread, by=here.owner, body="<p>Too late.</p>")
        assert not Post.objects.by(here.owner.pk).exists()
