"""A kind that the product has never heard of stands everywhere that a kind of content stands."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from analytics.capture.recording import page_of
from analytics.engagement.responses import first_response
from communities.content.kinds import KINDS, Filed, asking_url, kind_for_import
from communities.content.models import PendingEdit, Post, Subscription, Thread
from communities.content.services import edit_post, hold_beside, words_of
from communities.content.viewers import public_viewer
from communities.launch.features import is_open
from communities.memory import forget_all
from communities.people.queries import contributions_of
from moderation.models import Case
from moderation.services import add_watch_word
from moderation.subjects.text_page import words_beside
from tests.conftest import Cast
from tests.factories import make_reply
from tests.kinds.notes.cast import close_notes, make_note, make_notebook, page
from tests.kinds.notes.models import NOTE, NOTES, Note

# Where everybody meets it; each says how often the title of a note stands there.
PLACES = (
    "/",
    "/notes/",
    "/notes/in/scraps/",
    "/notes/a-passing-thought/",
    "/feed.xml",
    "/notes/feed.xml",
    "/notes/in/scraps/feed.rss",
    "/search/?q=passing",
    "/search/?q=passing&tab=notes",
    "/members/{handle}/",
    "/members/{handle}/?kind=notes",
)


@pytest.mark.parametrize("place", PLACES)
def test_it_stands_where_threads_stand(here: Cast, note: Thread, place: str) -> None:
    assert "passing thought" in _plain(page(here.sign_in(here.manager), _at(here, place)))


@pytest.mark.parametrize("place", PLACES)
def test_closed_it_stands_nowhere(here: Cast, note: Thread, place: str) -> None:
    close_notes(here)
    answer = here.sign_in(here.manager).get(_at(here, place))
    assert answer.status_code == (404 if "notes/" in place else 200)
    text = _plain(answer.content.decode())
    assert "passing thought" not in text
    assert "/notes/" not in text
    assert ">Notes<" not in text


def _at(here: Cast, place: str) -> str:
    return here.url(place.format(handle=here.member.handle))


def _plain(text: str) -> str:
    return text.replace("<mark>", "").replace("</mark>", "")


def test_the_header_leads_to_it(here: Cast) -> None:
    assert f'href="{here.url("/notes/")}"' in page(here.sign_in(None), here.url("/"))
    assert is_open(here.community, None, NOTES)


def test_the_sitemap_holds_it_with_its_picture(here: Cast, note: Thread) -> None:
    visitor = here.sign_in(None)
    assert "/sitemaps/notes-1.xml" in page(visitor, here.url("/sitemap.xml"))
    listed = page(visitor, here.url("/sitemaps/notes-1.xml"))
    assert f"{here.prefix}/notes/a-passing-thought/</loc>" in listed
    assert "https://pictures.example/wistful.png" in listed
    assert f"{here.prefix}/notes/in/scraps/</loc>" in page(visitor, here.url("/sitemaps/spaces-1.xml"))
    close_notes(here)
    assert "notes" not in page(visitor, here.url("/sitemap.xml"))
    page(visitor, here.url("/sitemaps/notes-1.xml"), 404)


def test_it_is_begun_from_the_writing_page_and_kept_there(here: Cast, notebook: Any) -> None:
    me = here.sign_in(here.member)
    start = here.url("/notes/in/scraps/new/")
    assert f'href="{start}"' in page(me, here.url("/me/drafts/"))
    said = {"title": "Not yet", "body": "<p>Later.</p>", "body_format": "html", "mood": "slow", "draft": "1"}
    assert me.post(start, said).status_code == 302
    drafts = page(me, here.url("/me/drafts/"))
    assert 'href="{}"'.format(here.url("/notes/not-yet/")) in drafts
    assert "<span>Note</span>" in drafts


def test_one_reply_view_takes_replies_to_it(here: Cast, note: Thread) -> None:
    me = here.sign_in(here.ambassador)
    reply = here.url("/notes/a-passing-thought/reply/")
    answer = me.post(reply, {"body": "<p>It came back.</p>", "body_format": "html"})
    assert answer["Location"] == here.url("/notes/a-passing-thought/#p-2")
    empty = me.post(reply, {"body": "", "body_format": "html"})
    assert (empty.status_code, "Write something first." in empty.content.decode()) == (422, True)
    with here.scope():
        # Who is asked whether they want to follow, and does not say so, does not.
        assert not Subscription.objects.filter(membership=here.ambassador, thread=note).exists()
        Note.objects.update(replies_open=False)
    refused = me.post(reply, {"body": "<p>And again.</p>", "body_format": "html"})
    assert refused.status_code == 422
    assert here.sign_in(None).post(reply).status_code == 302
    close_notes(here)
    assert me.post(reply, {"body": "<p>And again.</p>"}).status_code == 404


def test_its_own_words_are_judged_with_its_text(here: Cast, notebook: Any) -> None:
    with here.scope():
        add_watch_word(by=here.manager, word="scurvy", action="hold")
        held = make_note(notebook, by=here.member, mood="scurvy")
        assert held.state == "pending"
        case = Case.objects.get()
        (post,) = Post.objects.filter(thread=held)
        shown = {one.label: one.text for one in words_beside(case, post)}
        assert shown["Mood"] == "scurvy"
        assert words_of(held) == ["A passing thought", "scurvy"]


def test_a_change_beside_it_waits_like_a_change_of_its_text(here: Cast, note: Thread) -> None:
    with here.scope():
        add_watch_word(by=here.manager, word="scurvy", action="hold")
        forget_all()
        assert hold_beside(note, by=here.member, beside={"about": {"mood": "scurvy"}})
        (edit,) = PendingEdit.objects.all()
        assert edit.beside == {"about": {"mood": "scurvy"}}


def test_it_counts_as_what_it_is(here: Cast, note: Thread) -> None:
    assert page_of("/notes/a-passing-thought/") == "/notes/a-passing-thought/"
    today = datetime.datetime.now(here.community.zone).date()
    with here.scope():
        assert first_response(here.community, today, today).threads == 1
        make_reply(note)
        assert first_response(here.community, today, today).answered == 1
        assert asking_url(frozenset({NOTES})) == ""


def test_what_people_wrote_can_be_narrowed_down_to_it(here: Cast, note: Thread) -> None:
    with here.scope():
        make_reply(note, by=here.member)
        viewer = public_viewer(here.community)
        found, _more = contributions_of(here.member, viewer, kind=NOTES)
        assert [one.post.label for one in found] == ["Note"]
        replies, _more = contributions_of(here.member, viewer, kind="replies")
        assert [one.post.label for one in replies] == ["Reply"]
        assert contributions_of(here.member, viewer, kind="articles") == ([], "")


def test_calendars_and_programmes_ask_it(here: Cast, note: Thread) -> None:
    kind, day = KINDS[NOTES], datetime.date(2026, 12, 24)
    with here.scope():
        Note.objects.update(again_on=day)
        viewer = public_viewer(here.community)
        (planned,) = kind.planned(viewer, day, day)
        assert (planned.title, planned.starts_at.date()) == ("A passing thought", day)
        assert list(kind.planned(viewer, day + datetime.timedelta(days=1), datetime.date.max)) == []
        said = kind.data_of(note)
        assert (said["kind"], said["mood"], said["replies"]) == (NOTE, "wistful", 0)


def test_imports_file_their_texts_with_it(here: Cast, notebook: Any) -> None:
    kind, thread_kind = kind_for_import("notebook")
    with here.scope():
        thread = Thread.objects.create(
            space=notebook, author=here.member, kind=thread_kind, slug="old", language="en", title="Old"
        )
        kind.file_sides([Filed(thread, [Post(thread=thread)], SimpleNamespace(excerpt="faded"))])
        assert Note.objects.get(thread=thread).mood == "faded"
    with pytest.raises(LookupError, match="parchment"):
        kind_for_import("parchment")


def test_it_folds_by_its_own_minimum(here: Cast, note: Thread) -> None:
    assert note.space.minimum == KINDS[NOTES].minimum == 2


def test_its_texts_are_edited_and_deleted_as_all(here: Cast, note: Thread) -> None:
    with here.scope():
        edit_post(note.opening(), by=here.member, body="<p>It stayed.</p>")
        opening = note.opening()
        assert "It stayed." in opening.body_html
    assert here.sign_in(here.member).post(here.url(f"/p/{opening.public_id}/delete/")).status_code == 302
    assert here.sign_in(None).get(here.url("/notes/a-passing-thought/")).status_code == 410


def test_a_space_of_an_undeclared_kind_cannot_be_stored_and_is_shown_to_nobody(here: Cast) -> None:
    with here.scope():
        with pytest.raises(KeyError, match="kind of content"):
            make_notebook(kind="runes")
        with pytest.raises(KeyError, match="kind of thread"):
            Thread.objects.create(space=here.forum, kind="rune", slug="r", language="en", title="R")


def test_adding_a_kind_needs_no_migration_of_content(db: None) -> None:
    call_command("makemigrations", "content", "--check", "--dry-run", verbosity=0)
