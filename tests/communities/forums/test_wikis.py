"""Texts that members edit: who may, what they see of what it was, what moderation holds, and ending it."""

from __future__ import annotations

import pytest

from communities.content.models import PendingEdit, Post, Revision, Thread
from communities.content.services import apply_edit, edit_post, lock_thread, set_wiki
from communities.exceptions import NotAllowed
from communities.journal.models import Change
from communities.journal.services import undo
from communities.models import Community
from communities.notifications.models import Notification
from communities.notifications.services import tell_of_names
from moderation.exceptions import CannotReport
from moderation.models import Case
from moderation.services import report_thing
from tests.conftest import Cast
from tests.factories import make_membership, make_thread


@pytest.fixture
def wiki(here: Cast) -> Post:
    """A text of a member that was changed before it was opened to others."""
    with here.scope():
        text = make_thread(here.forum, by=here.member, title="Where to buy twine").opening()
        edit_post(text, by=here.member, body="<p>My first list.</p>")
        Post.objects.filter(pk=text.pk).update(published_at=text.thread.created_at)
        edit_post(text, by=here.member, body="<p>Two shops.</p>", keeps=True)
        set_wiki(text, is_wiki=True, by=here.member)
        return Post.objects.select_related("thread__space").get(pk=text.pk)


def test_whoever_is_known_edits_it_and_what_it_was_before_stays_its_author_s(here: Cast, wiki: Post) -> None:
    page, text = here.url(f"/forums/t/{wiki.thread.slug}/"), here.url(f"/p/{wiki.public_id}/")
    assert b"Members may edit this text." in here.sign_in(None).get(page).content
    other = here.sign_in(here.ambassador)
    form = {"body": "<p>Three shops.</p>", "body_format": "html", "revision": str(wiki.revision_count)}
    assert f"p/{wiki.public_id}/edit/" in other.get(f"{page}?menu={wiki.public_id}").content.decode()
    assert other.post(f"{text}edit/", form).status_code == 302
    shown = here.sign_in(None).get(page).content.decode()
    assert "Three shops." in shown
    assert f"Last edited by {here.ambassador.display_name}." in shown
    # What was changed while it was its author’s alone is not for those who edit it.
    assert other.get(f"{text}history/{wiki.wiki_from}/").status_code == 200
    with here.scope():
        before = Revision.objects.filter(post=wiki, number__lt=wiki.wiki_from).latest("number").number
    assert other.get(f"{text}history/{before}/").status_code == 404
    assert "Version 1<" not in other.get(f"{text}history/").content.decode().replace("\n", "").replace(
        " <", "<"
    )
    assert here.sign_in(here.member).get(f"{text}history/{before}/").status_code == 200
    # Put back by anybody who edits it; who is told that somebody was faster loses nothing.
    assert other.post(f"{text}edit/", form).status_code == 409
    assert other.post(f"{text}history/{wiki.wiki_from}/back/").status_code == 302
    assert "Two shops." in here.sign_in(None).get(page).content.decode()


def test_others_do_not(here: Cast, elsewhere: Cast, wiki: Post) -> None:
    with here.scope():
        newcomer = make_membership(trust_level=0)
        with pytest.raises(NotAllowed):
            edit_post(wiki, by=newcomer, body="<p>Mine.</p>")
    path = f"/p/{wiki.public_id}/"
    for where in ("edit/", "wiki/"):
        assert here.sign_in(newcomer).get(here.url(path + where)).status_code == 403
        assert here.sign_in(None).get(here.url(path + where)).status_code == 302
        assert elsewhere.sign_in(elsewhere.owner).get(elsewhere.url(path + where)).status_code == 404
    # Editing is not deciding who edits.
    assert here.sign_in(here.ambassador).post(here.url(f"{path}wiki/"), {"wiki": "0"}).status_code == 403
    with here.scope():
        thread = Thread.objects.get(pk=wiki.thread_id)
        lock_thread(thread, by=here.moderator)
        with pytest.raises(NotAllowed):
            edit_post(wiki, by=here.ambassador, body="<p>Locked.</p>")
        # Articles have authors, who are named.
        with pytest.raises(NotAllowed):
            set_wiki(make_thread(here.blog, by=here.manager).opening(), is_wiki=True, by=here.manager)


def test_a_change_that_waits_is_its_writer_s_and_nobody_writes_over_it(here: Cast, wiki: Post) -> None:
    with here.scope():
        Community.objects.filter(pk=here.community.pk).update(moderation_mode="pre")
        here.community.refresh_from_db()
        assert edit_post(wiki, by=here.ambassador, body="<p>Four shops.</p>").edit_waits
        third = make_membership(trust_level=2)
        assert Case.objects.get(kind="edit").author == here.ambassador
    path = here.url(f"/p/{wiki.public_id}/edit/")
    client = here.sign_in(third)
    assert "Four shops." not in client.get(path).content.decode()
    assert "Four shops." not in here.sign_in(here.member).get(path).content.decode()
    assert "Four shops." in here.sign_in(here.ambassador).get(path).content.decode()
    with here.scope():
        now = Post.objects.get(pk=wiki.pk).revision_count
    refused = client.post(path, {"body": "<p>Five shops.</p>", "body_format": "html", "revision": str(now)})
    assert refused.status_code == 422
    assert "waits for a moderator" in refused.content.decode()
    assert "Five shops." in refused.content.decode()
    with here.scope():
        apply_edit(PendingEdit.objects.get(state="waiting"), by=here.moderator)
        assert Post.objects.get(pk=wiki.pk).body_html == "<p>Four shops.</p>"
        assert Revision.objects.filter(post=wiki).order_by("-number")[0].editor == here.ambassador
        # Nor is what its author has changed, and nobody has read yet.
        assert edit_post(wiki, by=here.member, body="<p>Six shops.</p>").edit_waits
    assert "Six shops." not in client.get(path).content.decode()
    assert "Six shops." in here.sign_in(here.member).get(path).content.decode()


def test_a_report_is_about_whoever_wrote_what_is_read(here: Cast, wiki: Post) -> None:
    with here.scope():
        edit_post(wiki, by=here.ambassador, body="<p>Shops of thieves.</p>")
        with pytest.raises(CannotReport):
            report_thing(wiki, by=here.ambassador, category="threat")
        report_thing(wiki, by=here.marketing, category="threat")
        assert Case.objects.get().author == here.ambassador
        assert Case.objects.get().post == wiki


def test_the_team_opens_a_text_of_somebody_and_its_journal_ends_it(here: Cast) -> None:
    with here.scope():
        post = make_thread(here.forum, by=here.member, title="Knots").opening()
    team, path = here.sign_in(here.moderator), here.url(f"/p/{post.public_id}/wiki/")
    shown = team.get(here.url(f"/forums/t/{post.thread.slug}/edit/")).content.decode()
    assert f"p/{post.public_id}/wiki/" in shown
    assert b"Its author is told" in team.get(path).content
    assert team.post(path, {"wiki": "1"}).status_code == 302
    assert (
        f"p/{post.public_id}/wiki/" in team.get(here.url(f"/forums/t/{post.thread.slug}/")).content.decode()
    )
    bell = here.sign_in(here.member).get(here.url("/notifications/")).content.decode()
    assert "Members may edit what you wrote in “Knots”" in bell
    with here.scope():
        # Whom a change names hears who named them.
        edit_post(Post.objects.get(pk=post.pk), by=here.ambassador, body=f"<p>@{here.marketing.handle}</p>")
        tell_of_names(Post.objects.select_related("thread__space").get(pk=post.pk))
        assert Notification.objects.get(kind="mentioned").actor == here.ambassador
        undo(Change.objects.get(act="wiki"), here.owner)
        assert Post.objects.get(pk=post.pk).wiki_from is None
        with pytest.raises(NotAllowed):
            edit_post(Post.objects.get(pk=post.pk), by=here.ambassador, body="<p>Later.</p>")
